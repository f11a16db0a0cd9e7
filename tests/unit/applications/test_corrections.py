"""One notice that lists everything; an answer, or silence with its legal effect."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.items import Item
from applications.models import CorrectionItem, StatusChange
from applications.services import corrections, intake, uploads
from core import calendar
from core.enums import DocumentKind
from core.models import Message, OfficialDocument
from portal.demo.papers import sample_paper
from tests.proof import everything, refused

ITEMS = (Item("身份证", "已过有效期", "换领后上传"), Item("租赁合同", "缺少签名"))


def ask(world, application, items=ITEMS, **how):
    return corrections.ask(application_id=application.pk, items=items, by=world.clerk, now=world.now(), **how)


def answer(world, correction, texts=None, by=None, **how):
    answers = {item.pk: "已补" for item in correction.items.all()} if texts is None else texts
    return corrections.answer(
        application_id=correction.application_id,
        answers=answers,
        by=by or world.citizen.user,
        now=world.now(),
        **how,
    )


@pytest.fixture
def correction(world):
    return ask(world, world.submitted())


# --- asking ---------------------------------------------------------------------------------------------------------


def test_ask_lists_everything_once_with_a_deadline(world, correction):
    application = correction.application

    assert application.status == "correction_open"
    assert correction.due_at == calendar.due_at(correction.issued_at, 10, "workday")
    assert list(correction.items.values_list("what", "reason")) == [
        ("身份证", "已过有效期"),
        ("租赁合同", "缺少签名"),
    ]
    paper = OfficialDocument.objects.get(kind=DocumentKind.CORRECTION, reference=application.number)
    assert correction.document == paper
    assert len(paper.data["items"]) == 2
    assert Message.objects.filter(title="请补正材料", reference=application.number).count() == 1


def test_ask_a_second_time_while_the_first_is_open(world, correction):
    with refused("cannot_ask_correction"):
        ask(world, correction.application)


def test_ask_a_second_time_after_the_answer(world, correction):
    answer(world, correction)
    with refused("second_notice") as caught:
        ask(world, correction.application)
    assert "不得再次要求补正" in caught.refusal.message


@pytest.mark.parametrize(
    ("items", "how", "code"),
    [
        ((), {}, "items_required"),
        ((Item(" ", "不清楚"),), {}, "item_incomplete"),
        ((Item("身份证", " "),), {}, "item_incomplete"),
        (ITEMS, {"workdays": 0}, "workdays_range"),
        (ITEMS, {"workdays": 61}, "workdays_range"),
        ((Item("身份证", "不清楚", material_id=999_999),), {}, "unknown_material"),
    ],
)
def test_ask_incompletely(world, items, how, code):
    application = world.submitted()
    with refused(code):
        ask(world, application, items, **how)


@pytest.mark.parametrize("point", ["draft", "accepted", "closed"])
def test_ask_when_it_is_too_early_or_late(world, point):
    application = getattr(world, point)()
    with refused("cannot_ask_correction"):
        ask(world, application)


# --- answering ------------------------------------------------------------------------------------------------------


def test_answer_returns_it_to_the_window(world, correction):
    answer(world, correction)

    correction.refresh_from_db()
    correction.application.refresh_from_db()
    assert (correction.status, correction.application.status) == ("answered", "submitted")
    assert correction.answered_by == world.citizen.user
    assert correction.application.visits.count() == 0
    intake.accept(application_id=correction.application_id, by=world.clerk, now=world.now())


def test_answer_at_the_counter_counts_the_visit(world, correction):
    answer(world, correction, by=world.clerk2, channel="counter", place=world.hall)

    assert [visit.causes for visit in correction.application.visits.all()] == [["correction"]]


def test_answer_at_the_counter_needs_the_place(world, correction):
    with refused("service_point_required"):
        answer(world, correction, by=world.clerk2, channel="counter")


def test_answer_every_item(world, correction):
    first, second = correction.items.all()
    with refused("answer_required") as caught:
        answer(world, correction, {first.pk: "已补", second.pk: "  "})
    assert caught.refusal.field == f"item-{second.pk}"


def test_answer_with_a_new_file_needs_no_sentence(world):
    application = world.submitted()
    material = application.materials.filter(attachments__isnull=False).first()
    world.pass_time(hours=1)
    correction = ask(world, application, [Item(material.name, "不清晰", material_id=material.pk)])
    with refused("answer_required"):
        answer(world, correction, {})

    uploads.attach(
        material_id=material.pk,
        upload=SimpleUploadedFile("新.pdf", sample_paper("新")),
        by=world.citizen.user,
        now=world.now(),
    )
    answer(world, correction, {})
    correction.refresh_from_db()
    assert correction.status == "answered"


def test_answer_a_second_time(world, correction):
    answer(world, correction)
    with refused("cannot_answer_correction"):
        answer(world, correction)


def test_answer_ignores_items_of_others(world, correction):
    other = ask(world, world.submitted())
    texts = {item.pk: "已补" for item in CorrectionItem.objects.all()}
    answer(world, correction, texts)

    assert set(other.items.values_list("answer", flat=True)) == {""}


# --- silence --------------------------------------------------------------------------------------------------------


def test_lapse_on_the_last_moment_is_too_early(world, correction):
    before = everything()
    assert corrections.lapse(application_id=correction.application_id, now=correction.due_at) is False
    assert everything() == before


def test_lapse_is_a_deemed_withdrawal(world, correction):
    later = correction.due_at + timedelta(seconds=1)
    assert corrections.lapse(application_id=correction.application_id, now=later) is True

    application = correction.application
    application.refresh_from_db()
    correction.refresh_from_db()
    assert (application.status, correction.status) == ("withdrawn", "lapsed")
    assert application.cases.get().end_reason == "逾期未补正，视为撤回"
    assert StatusChange.objects.get(application=application, record="application", act="lapse").by is None
    assert Message.objects.filter(title="逾期未补正，视为撤回").count() == 1


def test_lapse_a_second_time(world, correction):
    later = correction.due_at + timedelta(seconds=1)
    corrections.lapse(application_id=correction.application_id, now=later)
    before = everything()
    assert corrections.lapse(application_id=correction.application_id, now=later) is False
    assert everything() == before


def test_lapse_after_the_answer(world, correction):
    answer(world, correction)
    before = everything()
    later = correction.due_at + timedelta(days=1)
    assert corrections.lapse(application_id=correction.application_id, now=later) is False
    assert everything() == before


def test_answer_after_the_lapse(world, correction):
    world.pass_time(seconds=(correction.due_at - world.now()).total_seconds() + 5)
    world.carry()
    with refused("cannot_answer_correction"):
        answer(world, correction)
