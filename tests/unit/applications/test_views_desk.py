"""The page of a task: reading side by side, margins, notes, questions, ready opinions, pictures; and whose they are."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Annotation, Consultation, Note, OpinionTemplate, RecordPhoto
from applications.selectors.consulting import materials_of
from applications.services import consulting, inspecting, noting, opinions, review
from tests.unit.applications.test_inspecting import picture

FOOD = "SCJG-007"
MOST_QUERIES = 50


@pytest.fixture
def task(world):
    """A first review held by the first reviewer of the market regulator."""
    found = world.task(world.accepted(FOOD))
    return review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now())


@pytest.fixture
def client(world, task):
    return world.client(world.reviewer("SCJG"))


def ask(world, task, code="GAJ", **how):
    how = {"question": "消防通道是否够宽？", "days": 3, "department": world.department(code)} | how
    return consulting.ask(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now(), **how)


def template(world, **how):
    how = {"kind": "review", "outcome": "pass", "name": "齐全", "text": "材料齐全。"} | how
    return opinions.keep(by=world.reviewer("SCJG"), now=world.now(), **how)


# --- reading --------------------------------------------------------------------------------------------------------
def test_reading_opens_the_material_asked_for_with_its_neighbours(world, task, client):
    first, second, third = materials_of(task, world.reviewer("SCJG"))[:3]
    reading = client.get(f"/queue/{task.pk}/?material={second.pk}").context["shown"].reading

    assert (reading.previous.pk, reading.chosen.pk, reading.next.pk) == (first.pk, second.pk, third.pk)
    assert reading.place == f"第 2 份，共 {len(reading.rows)} 份"


@pytest.mark.parametrize("wanted", ["", "x", "999999999", "9" * 30, "-1"])
def test_reading_of_what_is_not_there_opens_the_first_with_a_file(task, client, wanted):
    response = client.get(f"/queue/{task.pk}/?material={wanted}")

    assert response.status_code == 200
    assert response.context["shown"].reading.chosen.files


def test_reading_swapped_in_is_what_the_page_includes(world, task, client):
    address = f"/queue/{task.pk}/?material={materials_of(task, world.reviewer('SCJG'))[1].pk}"
    swapped = client.get(address, headers={"HX-Request": "true", "HX-Target": "reading"}).content.decode()
    page = client.get(address).content.decode()

    def plain(text):
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text).strip()

    assert "<html" not in swapped
    assert plain(swapped) in plain(page)


def test_reading_shows_only_the_materials_of_the_tasks_matter(world):
    application = world.accepted("B01")
    for task in world.road.arrived(application):
        page = world.client(world.reviewer(task.department.code)).get(f"/queue/{task.pk}/")
        shown = {row.pk for row in page.context["shown"].reading.rows}
        assert shown == {
            each.pk for each in application.materials.all() if task.case.version.name in each.needed_by
        }


def test_task_page_takes_as_many_queries_for_ten_of_everything_as_for_none(world, task, client):
    reviewer, material = world.reviewer("SCJG"), task.case.application.materials.first()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/queue/{task.pk}/").status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(10):
        noting.note(task_id=task.pk, text=f"备注{number}", by=reviewer, now=world.now())
        noting.annotate(
            task_id=task.pk, material=material, text=f"批注{number}", by=reviewer, now=world.now()
        )
        asked = ask(world, task)
        consulting.answer(
            consultation_id=asked.pk, answer="无意见", by=world.reviewer("GAJ"), now=world.now()
        )
        template(world, name=f"模板{number}")
    page = client.get(f"/queue/{task.pk}/").content.decode()

    assert all(f"{what}9" in page for what in ("备注", "批注", "模板"))
    assert queries() == few <= MOST_QUERIES


# --- margins and notes ----------------------------------------------------------------------------------------------
def test_margin_and_note_are_written_where_they_are_read(world, task, client):
    material = next(each for each in materials_of(task, world.reviewer("SCJG")) if each.attachments.exists())
    sent = {"material": material.pk, "attachment": material.attachments.first().pk, "page": 1}
    assert client.post(f"/queue/{task.pk}/annotate/", sent | {"text": "印章不清楚"}).status_code == 302
    assert client.post(f"/queue/{task.pk}/note/", {"text": "电话问过"}).status_code == 302

    page = client.get(f"/queue/{task.pk}/?material={material.pk}").content.decode()
    assert "印章不清楚" in page
    assert "第 1 页" in page
    assert "电话问过" in page
    client.post(f"/queue/{task.pk}/resolve/", {"annotation": Annotation.objects.get().pk})
    assert "已了结的批注 1 条" in client.get(f"/queue/{task.pk}/?material={material.pk}").content.decode()


def test_margin_refused_keeps_what_was_typed(world, task, client):
    response = client.post(f"/queue/{task.pk}/annotate/", {"material": "", "text": "写了很久"})

    assert response.status_code == 422
    assert "写了很久" in response.content.decode()


def test_margins_and_notes_never_reach_the_applicant(world, task):
    noting.note(task_id=task.pk, text="内部说的话", by=world.reviewer("SCJG"), now=world.now())
    noting.annotate(
        task_id=task.pk,
        material=task.case.application.materials.first(),
        text="边上写的话",
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    asked = ask(world, task, question="部门之间的话")
    consulting.answer(consultation_id=asked.pk, answer="部门答的话", by=world.head("GAJ"), now=world.now())
    applicant = world.client(world.citizen.user)
    page = applicant.get(f"/applications/{task.case.application.number}/").content.decode()

    assert not [
        words for words in ("内部说的话", "边上写的话", "部门之间的话", "部门答的话") if words in page
    ]
    for act in ("note", "annotate", "resolve", "consult"):
        assert applicant.post(f"/queue/{task.pk}/{act}/", {"text": "我来写"}).status_code == 404
    assert Note.objects.count() == 1


# --- questions ------------------------------------------------------------------------------------------------------
def test_question_is_asked_answered_and_shown_where_it_was_asked(world, task, client):
    given = materials_of(task, world.reviewer("SCJG"))[0]
    sent = {
        "department": world.department("GAJ").pk,
        "question": "消防通道是否够宽？",
        "materials": [given.pk],
        "days": 3,
    }
    assert client.post(f"/queue/{task.pk}/consult/", sent).url == f"/queue/{task.pk}/"
    page = client.get(f"/queue/{task.pk}/")
    assert "公安局还没有答复" in page.context["shown"].actions.why_not_complete

    police, asked = world.client(world.reviewer("GAJ")), Consultation.objects.get()
    listed = police.get("/queue/consultations/").content.decode()
    assert asked.task.case.number in listed
    assert '<span class="tabs__count">1</span>' in listed
    shown = police.get(f"/queue/consultations/{asked.pk}/").content.decode()
    assert given.name in shown
    assert "经营场所布局" not in shown
    empty = police.post(f"/queue/consultations/{asked.pk}/", {"answer": ""})
    assert empty.status_code == 422
    done = police.post(f"/queue/consultations/{asked.pk}/", {"answer": "够宽，无意见。"})
    assert done.url == "/queue/consultations/"
    again = police.post(f"/queue/consultations/{asked.pk}/", {"answer": "改主意了"})
    assert again.status_code == 422
    assert "改主意了" not in client.get(f"/queue/{task.pk}/").content.decode()

    page = client.get(f"/queue/{task.pk}/")
    assert "够宽，无意见。" in page.content.decode()
    assert page.context["shown"].actions.why_not_complete == ""
    assert "已答复您的征询" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("gaj.review1", 200),
        ("gaj.head", 200),
        ("gaj.decide", 404),
        ("scjg.review1", 404),
        ("rsj.review1", 404),
        ("supervisor1", 404),
        ("counter1", 404),
        ("citizen1", 404),
        ("citizen2", 404),
    ],
)
def test_question_of_another_department_does_not_exist(world, task, username, status):
    asked, client = ask(world, task), world.client(world.cast.user(username))

    assert client.get(f"/queue/consultations/{asked.pk}/").status_code == status
    if status == 404:
        assert client.post(f"/queue/consultations/{asked.pk}/", {"answer": "我说"}).status_code == 404
        assert Consultation.objects.get().answer == ""


def test_questions_are_listed_by_keyset_in_a_constant_number_of_queries(world, monkeypatch):
    monkeypatch.setattr("core.paging.page.__kwdefaults__", {"after": None, "size": 2})
    police = world.client(world.reviewer("GAJ"))

    def asked():
        found = world.task(world.accepted(FOOD))
        ask(world, review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now()))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page = police.get("/queue/consultations/")
        return len(captured), page

    asked()
    few, _ = queries()
    asked()
    asked()
    many, first = queries()
    second = police.get("/queue/consultations/" + first.context["next_url"])

    assert many == few
    assert [len(page.context["rows"]) for page in (first, second)] == [2, 1]
    assert world.client(world.citizen.user).get("/queue/consultations/").status_code == 403


@pytest.mark.parametrize("chosen", ["to-answer", "asked", "answered", "nonsense"])
def test_every_list_of_questions_opens(world, task, client, chosen):
    ask(world, task)
    assert client.get(f"/queue/consultations/?list={chosen}").status_code == 200


# --- ready opinions -------------------------------------------------------------------------------------------------
def test_opinion_is_filled_in_and_keeps_what_was_typed(world, task, client):
    ready = template(world)
    typed = {"template": ready.pk, "complete-opinion": "先看了图纸。", "complete-outcome": ""}
    page = client.post(f"/queue/{task.pk}/opinion/", typed)
    form = page.context["forms"]["complete"]

    assert page.status_code == 200
    assert form["opinion"].value() == "先看了图纸。\n材料齐全。"
    assert form["outcome"].value() == "pass"
    assert not form.errors
    task.refresh_from_db()
    assert task.status == "claimed"


def test_opinion_of_a_decision_is_filled_into_its_reasons(world):
    task = world.task(world.accepted())
    decider = world.decider("SCJG")
    review.claim(task_id=task.pk, by=decider, now=world.now())
    ready = opinions.keep(
        kind="decide", outcome="denied", name="不符", text="不符合条件。", by=decider, now=world.now()
    )
    typed = {"template": ready.pk, "decide-basis": "食品安全法第三十五条"}
    form = world.client(decider).post(f"/queue/{task.pk}/opinion/", typed).context["forms"]["decide"]

    assert (form["reasons"].value(), form["outcome"].value()) == ("不符合条件。", "denied")
    assert form["basis"].value() == "食品安全法第三十五条"


@pytest.mark.parametrize("wrong", ["", "x", "999999"])
def test_opinion_that_is_not_mine_does_not_exist(world, task, client, wrong):
    foreign = opinions.keep(
        kind="review", outcome="pass", name="别人的", text="别人", by=world.reviewer2("SCJG"), now=world.now()
    )
    for pk in (wrong, foreign.pk):
        assert client.post(f"/queue/{task.pk}/opinion/", {"template": pk}).status_code == 404


def test_opinions_are_kept_changed_and_discarded_on_their_page(world):
    client = world.client(world.reviewer("SCJG"))
    sent = {"name": "齐全", "kind": "review", "outcome": "pass", "text": "材料齐全。"}
    assert client.post("/queue/opinions/", sent).url == "/queue/opinions/"
    wrong = client.post("/queue/opinions/", sent | {"outcome": "granted", "name": "二"})
    assert wrong.status_code == 422
    assert "决定环节请选" in wrong.content.decode()
    kept = OpinionTemplate.objects.get()
    client.post(f"/queue/opinions/{kept.pk}/", sent | {"text": "齐全，同意。"})
    assert "齐全，同意。" in client.get("/queue/opinions/").content.decode()

    stranger = world.client(world.reviewer2("SCJG"))
    assert stranger.get(f"/queue/opinions/{kept.pk}/").status_code == 404
    assert stranger.post(f"/queue/opinions/{kept.pk}/discard/").status_code == 404
    assert world.client(world.citizen.user).get("/queue/opinions/").status_code == 403
    client.post(f"/queue/opinions/{kept.pk}/discard/")
    assert not OpinionTemplate.objects.exists()


def test_opinions_of_the_department_are_changed_by_its_head(world):
    head = world.client(world.head("SCJG"))
    sent = {"name": "齐全", "kind": "review", "outcome": "pass", "text": "材料齐全。"}
    head.post("/queue/opinions/", sent | {"department": world.department("SCJG").pk})
    kept = OpinionTemplate.objects.get()

    assert kept.department == world.department("SCJG")
    reviewer = world.client(world.reviewer("SCJG"))
    assert "材料齐全。" in reviewer.get("/queue/opinions/").content.decode()
    assert reviewer.get(f"/queue/opinions/{kept.pk}/").status_code == 404
    assert head.get(f"/queue/opinions/{kept.pk}/").status_code == 200


# --- on site --------------------------------------------------------------------------------------------------------
@pytest.fixture
def visit(world):
    """An inspection claimed by the first inspector."""
    application = world.accepted(FOOD)
    world.road.work(world.task(application, "review"))
    world.carry()
    return review.claim(
        task_id=world.task(application, "inspect").pk, by=world.reviewer("SCJG"), now=world.now()
    )


def test_visit_is_recorded_with_pictures_from_a_phone(world, visit):
    client = world.client(world.reviewer2("SCJG"))
    page = client.get(f"/queue/{visit.pk}/").content.decode()
    assert 'capture="environment"' in page
    sent = {
        "record-seen_at": f"{world.now():%Y-%m-%dT%H:%M}",
        "record-place": "人民路8号",
        "record-finding": "布局一致",
        "record-photos": [picture(), picture("b.jpg")],
    }
    assert client.post(f"/queue/{visit.pk}/record/", sent).status_code == 302
    row = visit.records.get()
    assert (row.place, row.photos.count()) == ("人民路8号", 2)
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{visit.pk}/").content.decode()
    assert "到达人民路8号" in page
    assert page.count("record-photos/") == 4


def test_visit_refused_keeps_what_was_typed(world, visit):
    sent = {
        "record-seen_at": "2027-01-01T09:00",
        "record-place": "人民路8号",
        "record-finding": "写了很久的所见",
        "record-photos": [SimpleUploadedFile("a.jpg", b"not a picture")],
    }
    response = world.client(world.reviewer("SCJG")).post(f"/queue/{visit.pk}/record/", sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert "写了很久的所见" in page
    assert "只能上传" in page


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("scjg.review1", 200),
        ("scjg.decide", 200),
        ("supervisor1", 200),
        ("gaj.review1", 404),
        ("counter1", 404),
        ("citizen1", 404),
        ("citizen2", 404),
    ],
)
def test_pictures_are_nobody_elses(world, visit, username, status):
    now = world.now()
    inspecting.record(
        task_id=visit.pk,
        finding="布局一致",
        seen_at=now,
        place="人民路8号",
        photos=[picture()],
        by=world.reviewer("SCJG"),
        now=now,
    )
    photo, client = RecordPhoto.objects.get(), world.client(world.cast.user(username))
    for address in (f"/record-photos/{photo.pk}/", f"/record-photos/{photo.pk}/small/"):
        response = client.get(address)
        assert response.status_code == status
        if status == 200:
            assert response["Content-Type"] == "image/jpeg"
            assert "private" in response["Cache-Control"]
        b"".join(response)  # a file is closed when it has been sent
    assert world.client().get(f"/record-photos/{photo.pk}/").status_code == 302
