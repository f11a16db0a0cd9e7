"""Pages of the workflow: whose work is listed, what each may press, what is kept when it cannot be done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import local_date
from matters.enums import BatchState, EntryState
from matters.models import CatalogueBatch, CatalogueEntry, PublicComment
from portal.demo.catalogue import CatalogueStory
from tests.entries import MEETING, Entries
from tests.world import forget_cached


@pytest.fixture
def entries(world):
    return Entries(world)


@pytest.fixture(autouse=True)
def _no_tries_left_over():
    forget_cached()


def do(world, user, entry, act, **data):
    return world.client(user).post(reverse("entry-act", args=[entry.pk, act]), data)


def text(response) -> str:
    return response.content.decode()


# --- the list -------------------------------------------------------------------------------------------------------


def test_list_shows_whose_turn_it_is(entries, world):
    entry = entries.at(EntryState.GROUP_REVIEW)
    url = reverse("entries")
    assert entry.name in text(world.client(entries.group1).get(url))
    for other in (entries.editor, entries.head, entries.office):
        assert "没有轮到您的条目" in text(world.client(other).get(url))
        assert entry.name in text(world.client(other).get(url, {"turn": ""}))
    entries.review(entry, entries.group1)
    assert "没有轮到您的条目" in text(world.client(entries.group1).get(url))
    assert entry.name in text(world.client(entries.group2).get(url))


@pytest.mark.parametrize("username", ["scjg.editor", "scjg.head"])
def test_entry_of_another_department_does_not_exist(entries, world, username):
    entry = entries.at(EntryState.GROUP_REVIEW)
    client = world.client(world.cast.user(username))
    assert entry.name not in text(client.get(reverse("entries"), {"turn": ""}))
    assert client.get(reverse("entry", args=[entry.pk])).status_code == 404
    assert do(world, world.cast.user(username), entry, "submit", reason="试").status_code == 404


@pytest.mark.parametrize("name", ["entries", "batches", "entry-start"])
def test_desk_pages_are_for_those_who_work_there(world, name):
    assert world.client().get(reverse(name)).status_code == 302
    assert world.client(world.citizen.user).get(reverse(name)).status_code == 403
    assert world.client(world.clerk).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("number", [0, 99999, 10**25])
def test_addresses_of_nothing_are_not_found(entries, world, number):
    office = world.client(entries.office)
    for path in ("desk/catalogue/entries", "desk/catalogue/batches", "catalogue/comments"):
        assert office.get(f"/{path}/{number}/").status_code == 404
    assert office.post(f"/desk/catalogue/batches/{number}/publish/").status_code == 404
    assert office.post(f"/desk/catalogue/entries/{number}/do/unlock/", {"reason": "无"}).status_code == 404
    entry = entries.at(EntryState.COMMENT)
    comment = f"/desk/catalogue/batches/{entry.batch.number}/comments/{number}/"
    assert office.post(comment, {f"c{number}-answer": "无"}).status_code == 404


@pytest.mark.parametrize("bad", ["\0", "x" * 5000, "-1"])
def test_input_that_means_nothing_gets_an_answer(entries, world, bad):
    entry = entries.at(EntryState.COMMENT)
    office = world.client(entries.office)
    for name in ("q", "turn", "state"):
        assert office.get(reverse("entries"), {name: bad}).status_code == 200
    public = reverse("public-batch", args=[entry.batch.number])
    for name in ("entry", "author_name", "contact", "text"):
        said = {"author_name": "居民", "text": "意见", name: bad}
        assert world.client().post(public, said).status_code in (302, 422)
        forget_cached()
    batch = {"name": bad, "comment_from": bad, "comment_until": bad, "publishes_on": bad}
    assert office.post(reverse("batches"), batch).status_code == 422
    assert do(world, entries.office, entry, "unlock", reason=bad * 5).status_code in (302, 422)
    assert office.post(reverse("batch", args=[1]), {"entries": [bad]}).status_code == 422


def test_filters_that_mean_nothing_are_left_out(entries, world):
    entry = entries.draft()
    client = world.client(entries.office)
    asked = {"turn": "yours", "state": "nowhere", "q": entry.code}
    assert entry.name in text(client.get(reverse("entries"), asked))
    assert entry.name not in text(client.get(reverse("entries"), {"turn": "", "q": "没有这个"}))


# --- one entry ------------------------------------------------------------------------------------------------------


def test_page_shows_every_verdict_with_person_time_and_reason(entries, world):
    entry = entries.at(EntryState.CONFIRMATION)
    page = text(world.client(entries.office).get(reverse("entry", args=[entry.pk])))
    for said in (
        "范清一的理由",
        "施清二的理由",
        "会议的理由",
        "梁法制",
        "补充受理条件。",
        "申请材料齐全、符合法定形式",
    ):
        assert said in page
    assert "提交部门意见" not in page


OWN = {
    EntryState.DRAFT: ("editor", "上报"),
    EntryState.GROUP_REVIEW: ("group1", "提交审核意见"),
    EntryState.JOINT_REVIEW: ("office", "记录会议结论"),
    EntryState.CONFIRMATION: ("head", "提交部门意见"),
    EntryState.RECHECK: ("office", "提交再审结论"),
    EntryState.LOCKED: ("office", "解锁改稿"),
}


@pytest.mark.parametrize("state", OWN)
def test_each_sees_only_their_own_button(entries, world, state):
    entry = entries.at(state)
    who, button = OWN[state]
    for person in ("editor", "group1", "office", "head"):
        page = text(world.client(getattr(entries, person)).get(reverse("entry", args=[entry.pk])))
        allowed = person == who or (state, person) == (EntryState.CONFIRMATION, "editor")
        assert (f">{button}<" in page) == allowed


def test_road_through_the_pages(entries, world):
    entry = entries.draft()
    today = f"{local_date(world.now()):%Y-%m-%d}"
    meeting = {"held_on": today, "participants": "\n".join(MEETING)}
    said = {"verdict": "pass", "reason": "同意"}
    analysis = {"feasibility": "2", "materials_before": 5, "materials_after": 3, "materials_text": "共享"}
    road = [
        (entries.editor, "analyse", analysis, EntryState.DRAFT),
        (entries.editor, "submit", {"reason": "补充条件"}, EntryState.GROUP_REVIEW),
        (entries.group1, "review", said, EntryState.GROUP_REVIEW),
        (entries.group2, "review", said, EntryState.JOINT_REVIEW),
        (entries.office, "joint-review", {**said, **meeting}, EntryState.CONFIRMATION),
        (entries.head, "confirm", said, EntryState.RECHECK),
        (entries.office, "recheck", {**said, "verdict": "return"}, EntryState.DRAFT),
        (entries.editor, "withdraw", {"reason": "不改了"}, EntryState.WITHDRAWN),
    ]
    for user, act, data, state in road:
        response = do(world, user, entry, act, **data)
        assert response.status_code == 302, text(response)
        entry.refresh_from_db()
        assert entry.state == state


def test_refused_act_keeps_what_was_typed(entries, world):
    entry = entries.at(EntryState.GROUP_REVIEW)
    entries.review(entry, entries.group1)
    response = do(world, entries.group1, entry, "review", verdict="pass", reason="我写了很久")
    assert response.status_code == 422
    assert "您已经审核过这一轮" in text(response)
    blank = do(world, entries.group2, entry, "review", verdict="return", reason="")
    assert blank.status_code == 422
    assert "请填写理由" in text(blank)


def test_measure_half_filled_in_is_asked_for(entries, world):
    entry = entries.draft()
    response = do(world, entries.editor, entry, "analyse", feasibility="1", time_before="5", obstacles="难")
    assert response.status_code == 422
    assert "减时间" in text(response)
    assert "难</textarea>" in text(response)


def test_act_that_does_not_exist(entries, world):
    assert do(world, entries.editor, entries.draft(), "skip", reason="跳").status_code == 404


def test_start_from_a_matter_and_anew(entries, world):
    client = world.client(entries.editor)
    url = reverse("entry-start")
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"matter": "WJJ-001"}).status_code == 302
    empty = f"{url}?way=empty"
    assert client.post(empty, {"code": "WJJ-002", "department": "WJJ"}).status_code == 422
    assert client.post(empty, {"code": "WJJ-900", "department": "WJJ"}).status_code == 302
    assert set(CatalogueEntry.objects.values_list("code", flat=True)) == {"WJJ-001", "WJJ-900"}
    assert "WJJ-001" not in text(client.get(url))
    assert client.post(url, {"matter": "SCJG-001"}).status_code == 422
    assert client.post(empty, {"code": "SCJG-900", "department": "SCJG"}).status_code == 422


# --- batches and the public -----------------------------------------------------------------------------------------


def test_office_takes_a_batch_through_the_pages(entries, world):
    entry = entries.at(EntryState.LOCKED)
    client = world.client(entries.office)
    today = local_date(world.now())
    dates = {"comment_until": today + timedelta(days=6), "publishes_on": today + timedelta(days=7)}
    made = client.post(reverse("batches"), {"name": "试验批次", "comment_from": today, **dates})
    assert made.status_code == 302
    assert client.post(reverse("batch", args=[1]), dates).status_code == 422
    assert client.post(reverse("batch", args=[1]), {"entries": [entry.pk], **dates}).status_code == 302
    page = text(client.get(reverse("batch", args=[1])))
    assert "50/50" in page
    assert "到时自动发布" in page
    assert client.post(reverse("batch-publish", args=[1])).status_code == 409
    world.pass_time(days=7)
    assert client.post(reverse("batch-publish", args=[1])).status_code == 302
    assert CatalogueBatch.objects.get().state == BatchState.PUBLISHED


def test_batch_dates_that_are_too_short_are_said_at_the_field(entries, world):
    today = local_date(world.now())
    short = {"name": "短", "comment_from": today, "comment_until": today, "publishes_on": today}
    response = world.client(entries.office).post(reverse("batches"), short)
    assert response.status_code == 422
    assert "公示至少 7 天" in text(response)


def test_public_sees_what_changes_and_speaks(entries, world):
    entry = entries.at(EntryState.COMMENT)
    url = reverse("public-batch", args=[entry.batch.number])
    client = world.client()
    page = text(client.get(url))
    assert "申请材料齐全、符合法定形式" in page
    assert entries.group1.name not in page
    missing = client.post(url, {"author_name": "居民", "text": ""})
    assert missing.status_code == 422
    assert 'value="居民"' in text(missing)
    assert client.post(url, {"author_name": "居民", "text": "看不懂", "entry": entry.pk}).status_code == 302
    said = PublicComment.objects.get()
    office = world.client(entries.office)
    answer_url = reverse("comment-answer", args=[entry.batch.number, said.pk])
    assert office.post(answer_url, {f"c{said.pk}-answer": ""}).status_code == 422
    assert office.post(answer_url, {f"c{said.pk}-answer": "已改写"}).status_code == 302
    assert "已改写" in text(client.get(url))


def test_public_is_slowed_down(entries, world):
    entry = entries.at(EntryState.COMMENT)
    url, client = reverse("public-batch", args=[entry.batch.number]), world.client()
    said = {"author_name": "居民", "text": "又一条"}
    assert {client.post(url, said).status_code for _ in range(5)} == {302}
    slowed = client.post(url, said)
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "600")
    assert "又一条" in text(slowed)
    assert PublicComment.objects.count() == 5


def test_batch_that_is_being_prepared_is_not_public(entries, world):
    world.client(entries.office).post(
        reverse("batches"),
        {
            "name": "筹备中的",
            "comment_from": "2026-10-01",
            "comment_until": "2026-10-10",
            "publishes_on": "2026-10-12",
        },
    )
    assert CatalogueBatch.objects.count() == 1
    assert world.client().get(reverse("public-batch", args=[1])).status_code == 404
    assert "筹备中的" not in text(world.client().get(reverse("public-comments")))


def test_lists_ask_as_many_questions_for_ten_rows_as_for_two(entries, world):
    story, office, anybody = CatalogueStory(world.cast), world.client(entries.office), world.client()

    def questions() -> list[int]:
        counted = []
        for client, url in (
            (office, f"{reverse('entries')}?turn="),
            (office, reverse("batches")),
            (anybody, reverse("public-comments")),
        ):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counted.append(len(asked))
        return counted

    story.begin()
    few = questions()
    story.go_on()
    assert questions() == few


# --- the demo's story -----------------------------------------------------------------------------------------------


def test_story_has_an_entry_at_every_stage(world):
    story = CatalogueStory(world.cast)
    story.begin()
    world.pass_time(days=8)
    world.carry()
    story.go_on()
    shown = set(CatalogueEntry.objects.values_list("state", flat=True))
    assert shown == set(EntryState.values) - {EntryState.UNLOCKED, EntryState.WITHDRAWN}
    before = CatalogueEntry.objects.count()
    story.begin()
    story.go_on()
    assert CatalogueEntry.objects.count() == before
