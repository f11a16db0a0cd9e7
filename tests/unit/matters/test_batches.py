"""Batches: dates in order, a word from the public, publication on the day, and the share of one trip."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.clock import local_date
from core.errors import Forbidden, Invalid, NotFound
from core.models import Sms
from matters import selectors
from matters.enums import BatchState, EntryState, VersionStatus
from matters.models import CatalogueBatch, CatalogueEntry, Matter, PublicComment
from matters.publishing import WrongState
from matters.services import versions
from matters.services.entries import batches, comments, drafting, office, readiness
from portal.tasks import sweep
from tests.entries import CONDITIONS, Entries
from tests.proof import refused

DAY = timedelta(days=1)


@pytest.fixture
def entries(world):
    return Entries(world)


@pytest.fixture
def opened(entries):
    """One entry, open for comment with its batch."""
    return entries.at(EntryState.COMMENT)


def say(entry, world, **changes) -> PublicComment:
    said = {"entry_id": entry.pk, "author_name": "居民", "contact": "13800009999", "text": "写得不清楚"}
    return comments.comment(batch_id=entry.batch_id, now=world.now(), **{**said, **changes})


def publish(entry, entries, *, after=7 * DAY, by=None) -> CatalogueBatch:
    return batches.publish_batch(batch_id=entry.batch_id, by=by, now=entries.world.now() + after)


# --- 公示 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "publishes", "code"), [(5, 8, "comment_too_short"), (6, 6, "publishes_too_early")]
)
def test_dates_leave_the_public_a_week(entries, world, until, publishes, code):
    today = local_date(world.now())
    dates = {"comment_until": today + until * DAY, "publishes_on": today + publishes * DAY}
    with refused(code):
        batches.prepare(name="第一批", comment_from=today, **dates, **entries.who(entries.office))
    made = batches.prepare(
        name="第一批",
        comment_from=today,
        comment_until=today + 9 * DAY,
        publishes_on=today + 10 * DAY,
        **entries.who(entries.office),
    )
    entry = entries.at(EntryState.LOCKED)
    with refused(code):
        batches.open_comment(batch_id=made.pk, entry_ids=[entry.pk], **dates, **entries.who(entries.office))


def test_batches_are_numbered_and_prepared_by_the_office(entries, world):
    today = local_date(world.now())
    dates = {"comment_from": today, "comment_until": today + 6 * DAY, "publishes_on": today + 7 * DAY}
    made = [batches.prepare(name=name, **dates, **entries.who(entries.office)) for name in "一二"]
    assert [one.number for one in made] == [1, 2]
    with pytest.raises(Forbidden):
        batches.prepare(name="三", **dates, **entries.who(entries.editor))


def test_batch_begins_no_earlier_than_today_under_a_name_of_its_own(entries, world):
    today = local_date(world.now())
    rest = {"comment_until": today + 6 * DAY, "publishes_on": today + 7 * DAY, **entries.who(entries.office)}
    batches.prepare(name="第一批", comment_from=today, **rest)
    with refused("batch_named_twice"):
        batches.prepare(name=" 第一批 ", comment_from=today, **rest)
    with refused("comment_in_past"):
        batches.prepare(name="第二批", comment_from=today - DAY, **rest)


def test_open_comment_takes_only_what_is_locked(entries):
    entry = entries.at(EntryState.RECHECK)
    with pytest.raises(WrongState), transaction.atomic():
        entries.batch(entry)
    assert CatalogueEntry.objects.get(pk=entry.pk).batch is None
    with pytest.raises(Invalid, match="至少选一个"), transaction.atomic():
        entries.batch()


def test_comment_is_kept_for_everybody_and_the_contact_encrypted(opened, world):
    said = say(opened, world)
    assert PublicComment.objects.get(pk=said.pk).contact == "13800009999"
    with pytest.raises(NotFound):
        say(opened, world, entry_id=0)
    for missing in ("author_name", "text"):
        with refused(f"{missing}_missing"):
            say(opened, world, **{missing: " "})


def test_comment_contact_is_not_readable_in_the_database(opened, world):
    said = say(opened, world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM matters_publiccomment WHERE id = %s", [said.pk])
        assert "1380000" not in cursor.fetchone()[0]


def test_comment_until_the_last_day_ends(opened, world):
    last = opened.batch.comment_until
    comments.comment(
        batch_id=opened.batch_id,
        entry_id=None,
        author_name="居民",
        contact="",
        text="最后一天",
        now=world.now() + (last - local_date(world.now())),
    )
    with refused("comment_closed"):
        comments.comment(
            batch_id=opened.batch_id,
            entry_id=None,
            author_name="居民",
            contact="",
            text="晚了一天",
            now=world.now() + (last - local_date(world.now())) + DAY,
        )


def test_answer_is_told_to_whoever_left_a_number(opened, entries, world):
    for contact in ("13800009999", ""):
        said = say(opened, world, contact=contact)
        comments.answer(comment_id=said.pk, answer="已改写", **entries.who(entries.office))
    assert [(one.phone, "已答复" in one.text) for one in Sms.objects.all()] == [("13800009999", True)]
    with refused("phone_format"):
        say(opened, world, contact="12345")


def test_answer_once_and_by_the_office(opened, entries, world):
    said = say(opened, world)
    with pytest.raises(Forbidden):
        comments.answer(comment_id=said.pk, answer="好", **entries.who(entries.editor))
    with refused("answer_missing"):
        comments.answer(comment_id=said.pk, answer=" ", **entries.who(entries.office))
    comments.answer(comment_id=said.pk, answer="已改写", **entries.who(entries.office))
    with refused("answered_already"):
        comments.answer(comment_id=said.pk, answer="再答", **entries.who(entries.office))


# --- 发布 -----------------------------------------------------------------------------------------------------------


def test_publish_makes_the_version_and_counts_the_share(opened, entries, world):
    batch = publish(opened, entries, by=entries.office)
    entry = CatalogueEntry.objects.get(pk=opened.pk)
    version = world.version("WJJ-001")
    assert (entry.state, entry.published_version, version.number) == (EntryState.PUBLISHED, version, 2)
    assert version.content["acceptance_conditions"]
    assert version.status == VersionStatus.PUBLISHED
    in_use = Matter.objects.filter(current__isnull=False, state="1")
    assert (batch.at_most_once, batch.in_use) == (
        in_use.filter(current__max_trips__lte=1).count(),
        in_use.count(),
    )
    assert (batch.at_most_once, batch.in_use) == selectors.share()


def test_share_leaves_out_what_takes_more_trips_or_is_out_of_use(world):
    part, whole = selectors.share()
    Matter.objects.filter(code="WJJ-002").update(state="2", state_since=world.now(), state_reason="改造")
    assert selectors.share() == (part - 1, whole - 1)


def test_publish_never_before_its_day(opened, entries):
    with refused("too_early"):
        publish(opened, entries, after=6 * DAY)


def test_publish_waits_for_every_answer(opened, entries, world):
    said = say(opened, world)
    with refused("comments_unanswered"):
        publish(opened, entries)
    comments.answer(comment_id=said.pk, answer="已改写", **entries.who(entries.office))
    publish(opened, entries)


def test_publish_once(opened, entries):
    publish(opened, entries)
    with refused("cannot_publish"):
        publish(opened, entries)


def test_publish_by_the_office_only(opened, entries):
    with pytest.raises(Forbidden):
        publish(opened, entries, by=entries.editor)


def test_publish_all_of_a_batch_or_nothing(entries, world):
    good = entries.at(EntryState.LOCKED)
    other = Entries(world, "WJJ-002")
    stale = other.at(EntryState.LOCKED)
    batch = entries.batch(good, stale)
    guide = {**world.version("WJJ-002").content, "note": "由导入发布"}
    versions.publish(
        [readiness.parsed(CatalogueEntry(code="WJJ-002", department=stale.department, content=guide))],
        by=None,
        now=world.now(),
    )
    with refused("base_moved"):
        publish(CatalogueEntry.objects.get(pk=good.pk), entries)
    office.unlock(entry_id=stale.pk, reason="以新版为基础重做", **entries.who(entries.office))
    publish(CatalogueEntry.objects.get(pk=good.pk), entries)
    assert [one.code for one in selectors.entries_in(batch)] == ["WJJ-001"]


def test_publish_a_new_matter(entries, world):
    content = {**world.version("WJJ-001").content, "code": "WJJ-900", "name": "新的登记"}
    entry = drafting.start(
        code="WJJ-900",
        department=world.department("WJJ"),
        content={**content, **CONDITIONS},
        **entries.who(entries.editor),
    )
    entries.analyse(entry)
    for step in (entries.submit, entries._both, entries.meet, entries.confirm, entries.lock, entries.batch):
        step(entry)
    entry.refresh_from_db()
    publish(entry, entries)
    assert world.version("WJJ-900").name == "新的登记"
    assert CatalogueEntry.objects.get(pk=entry.pk).matter.code == "WJJ-900"


def test_beat_publishes_on_the_day_and_not_before(opened, world):
    world.pass_time(days=6)
    sweep()
    assert CatalogueBatch.objects.get(pk=opened.batch_id).state == BatchState.COMMENT
    world.pass_time(days=1)
    sweep()
    batch = CatalogueBatch.objects.get(pk=opened.batch_id)
    assert (batch.state, batch.published_by) == (BatchState.PUBLISHED, None)
    assert world.version("WJJ-001").number == 2
    sweep()
    assert world.version("WJJ-001").number == 2


def test_beat_leaves_what_waits_for_an_answer(opened, world):
    say(opened, world)
    world.pass_time(days=8)
    sweep()
    assert CatalogueBatch.objects.get(pk=opened.batch_id).state == BatchState.COMMENT


@pytest.mark.parametrize(
    "change",
    [
        {"comment_until": "2026-09-01"},
        {"publishes_on": "2026-09-14"},
        {"state": BatchState.PREPARING},
        {"state": BatchState.PUBLISHED},
        {"opened_by": None},
    ],
)
def test_database_keeps_a_batch_in_order(opened, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogueBatch.objects.filter(pk=opened.batch_id).update(**change)
