"""Breaches no clock measures: each check finds its fact once; and what cannot happen is tried."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications import machine
from applications.enums import TaskStatus
from applications.items import Item
from applications.models import Application, Case, Correction, Decision, ReviewTask, Suspension
from applications.services import consulting, corrections, intake, review, urging
from core import clock
from core.enums import DocumentKind
from core.models import OfficialDocument
from matters.enums import StepKind
from supervision.breaches import CHECKS, IMPOSSIBLE
from supervision.enums import Breach
from supervision.models import Card
from supervision.sweeps import run_cards
from tests.proof import refused

FOOD, INSTANT, CHECKED = "SCJG-007", "SCJG-001", "XFJ-001"


def given(code):
    return list(Card.objects.filter(code=code))


def test_every_breach_has_its_check():
    assert set(CHECKS) == set(Breach.values)


# --- what may happen ------------------------------------------------------------------------------------------------
def test_instant_matter_open_after_the_next_working_day(world):
    application = world.accepted(INSTANT)  # on a Monday
    run_cards(now=world.now() + timedelta(days=1, hours=14))
    assert not given("instant-too-long")
    run_cards(now=world.now() + timedelta(days=1, hours=16))
    run_cards(now=world.now() + timedelta(days=2))
    (card,) = given("instant-too-long")
    assert (card.case, card.status, card.department.code) == (application.cases.get(), "proposed", "SCJG")


def test_instant_matter_before_a_holiday_is_late_after_the_next_working_day(world):
    clock.set_to(datetime(2026, 9, 30, 16, 23, tzinfo=clock.CHINA))
    world.accepted(INSTANT)
    run_cards(now=datetime(2026, 10, 8, 23, 0, tzinfo=clock.CHINA))
    assert not given("instant-too-long")
    run_cards(now=datetime(2026, 10, 9, 0, 1, tzinfo=clock.CHINA))
    (card,) = given("instant-too-long")
    assert card.fell_due_at == datetime(2026, 10, 9, tzinfo=clock.CHINA)
    assert "过了下一个工作日（2026年10月8日（周四））仍未作出决定" in card.measured


def test_promised_matter_is_no_instant_one(world):
    world.accepted(FOOD)
    run_cards(now=world.now() + timedelta(days=9))
    assert not given("instant-too-long")


def test_post_check_that_nobody_made(world):
    application = world.accepted(CHECKED)
    world.road.finish_departments(application)
    task = ReviewTask.objects.get(case__application=application, kind=StepKind.POST_CHECK)
    assert task.status in (TaskStatus.OPEN, TaskStatus.RELEASED)
    run_cards(now=task.due_at)
    assert not given("post-check-missed")
    for _ in range(2):
        run_cards(now=task.due_at + timedelta(seconds=1))
    (card,) = given("post-check-missed")
    assert (card.level, card.task, card.department) == ("red", task, task.department)
    assert not given("step-yellow")  # one lateness, one card


def test_urging_that_nobody_answers(world):
    application = world.accepted(FOOD)
    task = world.task(application)
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    asked = urging.urge(task_id=task.pk, text="请办理。", workdays=1, by=world.supervisor, now=world.now())
    run_cards(now=asked.answer_due_at)
    assert not given("urging-unanswered")
    run_cards(now=asked.answer_due_at + timedelta(seconds=1))
    (card,) = given("urging-unanswered")
    assert (card.task_id, card.person) == (task.pk, world.reviewer("SCJG"))
    urging.answer(task_id=task.pk, text="在办。", by=world.head("SCJG"), now=world.now())
    run_cards(now=asked.answer_due_at + timedelta(days=9))
    assert len(given("urging-unanswered")) == 1


def test_consultation_that_nobody_answers_is_the_askeds(world):
    task = world.task(world.accepted(FOOD))
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    asked = consulting.ask(
        task_id=task.pk,
        question="消防有无意见？",
        days=1,
        department=world.department("GAJ"),
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    run_cards(now=asked.due_at)
    assert not given("consult-unanswered")
    for _ in range(2):
        run_cards(now=asked.due_at + timedelta(seconds=1))
    (card,) = given("consult-unanswered")
    assert (card.department.code, card.task_id, card.person) == ("GAJ", task.pk, None)


# --- what cannot: IMPOSSIBLE says so, in this order -----------------------------------------------------------------
def second_correction(world):
    application = world.submitted(FOOD)
    first = corrections.ask(
        application_id=application.pk, items=[Item("执照", "缺页")], by=world.clerk, now=world.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(
            application=application,
            issued_at=first.issued_at,
            issued_by=world.clerk,
            due_at=first.due_at,
            document=first.document,
        )


def refusal_without_reason(world):
    application = world.submitted(FOOD)
    with refused("reason_required"):
        intake.refuse(
            application_id=application.pk,
            reason=" ",
            competent_authority="邻县",
            by=world.clerk,
            now=world.now(),
        )
    for missing in ({"competent_authority": "邻县"}, {"refusal_reason": "不属于本区"}):
        with (
            pytest.raises(IntegrityError, match="application_refused_with_reason"),
            transaction.atomic(),
        ):
            Application.objects.filter(pk=application.pk).update(status="refused", **missing)


def acceptance_without_slip(world):
    application = world.accepted(FOOD)
    assert OfficialDocument.objects.filter(
        reference=application.number, kind=DocumentKind.ACCEPTANCE, issued_at=application.accepted_at
    ).exists()


def acceptor_decides(world):
    case = world.accepted(INSTANT).cases.get()
    with pytest.raises(IntegrityError, match="decider_is_not_acceptor"), transaction.atomic():
        Decision.objects.create(
            case=case,
            outcome="granted",
            basis="依据",
            decided_at=timezone.now(),
            decided_by=world.clerk,
            accepted_by=world.clerk,
        )


def denial_without_reasons(world):
    case = world.accepted(INSTANT).cases.get()
    with pytest.raises(IntegrityError, match="denial_"), transaction.atomic():
        Decision.objects.create(
            case=case,
            outcome="denied",
            basis="依据",
            decided_at=timezone.now(),
            decided_by=world.decider("SCJG"),
            reconsideration_body="区人民政府",
            court="人民法院",
        )


def case_changed_after_closing(world):
    assert not [each for each in machine.TRANSITIONS[Application] if "closed" in each.sources]
    decided = [each for each in machine.TRANSITIONS[Case] if {"granted", "denied"} & set(each.sources)]
    assert [each.act for each in decided] == ["revoke"]  # with a decision of its own (行政许可法 §69)


def suspension_without_basis(world):
    case = world.accepted(FOOD).cases.get()
    now = timezone.now()
    said = {"kind": "hearing", "basis": "第四十五条", "reason": "听证", "expected_days": 5}
    for missing in ("basis", "reason"):
        with pytest.raises(IntegrityError, match="suspension_"), transaction.atomic():
            Suspension.objects.create(
                case=case, started_at=now, expected_end=now + timedelta(days=7), **{**said, missing: ""}
            )


def silence_about_acceptance(world):
    application = world.submitted(FOOD)
    run_cards(now=world.now() + timedelta(days=30))
    assert Card.objects.filter(application=application, code="acceptance-red").exists()


TRIED = (
    second_correction,
    refusal_without_reason,
    acceptance_without_slip,
    acceptor_decides,
    denial_without_reasons,
    case_changed_after_closing,
    suspension_without_basis,
    silence_about_acceptance,
)


@pytest.mark.parametrize("number", range(len(TRIED)), ids=lambda number: TRIED[number].__name__)
def test_what_cannot_happen_is_tried(world, number):
    assert len(TRIED) == len(IMPOSSIBLE)
    assert IMPOSSIBLE[number].held_by.endswith("。")
    TRIED[number](world)
