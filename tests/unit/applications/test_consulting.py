"""One question, one answer, one day: who may ask, answer and take back, and what waits meanwhile."""

import pytest
from django.db import IntegrityError, transaction

from applications.enums import ConsultationStatus
from applications.models import Consultation, ReviewTask, StatusChange
from applications.permissions import visible_applications, visible_materials
from applications.selectors import consulting as reading
from applications.services import consulting, decisions, filing, handing, review
from applications.sweeps import run_clocks
from core.clock import local_date
from core.models import AuditEntry
from portal.sweeping import run_clocks as every_room
from tests.proof import refused

FOOD = "SCJG-007"


@pytest.fixture
def task(world):
    """A first review held by the first reviewer of the market regulator."""
    found = world.task(world.accepted(FOOD))
    return review.claim(task_id=found.pk, by=world.reviewer("SCJG"), now=world.now())


def ask(world, task, **how):
    how = {"department": world.department("GAJ"), "days": 3, "question": "消防通道是否够宽？"} | how
    how = {"by": world.reviewer("SCJG"), "now": world.now()} | how
    return consulting.ask(task_id=task.pk, **how)


def answer(world, consultation, by=None, text="够宽，无意见。"):
    return consulting.answer(
        consultation_id=consultation.pk, answer=text, by=by or world.reviewer("GAJ"), now=world.now()
    )


def complete(world, task):
    return review.complete(
        task_id=task.pk, outcome="pass", opinion="同意", by=world.reviewer("SCJG"), now=world.now()
    )


# --- asking ---------------------------------------------------------------------------------------------------------
def test_ask_gives_a_question_working_days_and_leaves_the_clocks_alone(world, task):
    before = (task.due_at, task.case.promised_due_at, task.case.statutory_due_at)
    asked = ask(world, task, days=3)

    task.refresh_from_db()
    assert local_date(asked.due_at).isoformat() == "2026-09-17"
    assert asked.status == ConsultationStatus.OPEN
    assert (task.due_at, task.case.promised_due_at, task.case.statutory_due_at) == before
    assert AuditEntry.objects.filter(act="consultation.ask", detail__asked="公安局").exists()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"question": "  "}, "question_required"),
        ({"days": 0}, "days_out_of_range"),
        ({"days": 16}, "days_out_of_range"),
        ({"department": None}, "one_to_ask"),
    ],
)
def test_ask_wrongly(world, task, how, code):
    with refused(code):
        ask(world, task, **how)


def test_ask_of_two_at_once_of_ones_own_department_and_of_strangers(world, task):
    with refused("one_to_ask"):
        ask(world, task, person=world.reviewer2("SCJG"))
    with refused("not_to_be_asked"):
        ask(world, task, department=world.department("SCJG"))
    for wrong in (world.reviewer("SCJG"), world.reviewer("GAJ"), world.citizen.user):
        with refused("not_to_be_asked"):
            ask(world, task, department=None, person=wrong)


def test_ask_the_same_department_again_only_after_its_answer(world, task):
    first = ask(world, task)
    with refused("already_asked"):
        ask(world, task)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.create(
            task=task,
            department=first.department,
            question="再问",
            asked_at=first.asked_at,
            asked_by=first.asked_by,
            due_at=first.due_at,
        )
    answer(world, first)
    assert ask(world, task).status == ConsultationStatus.OPEN


def test_ask_with_a_material_of_another_matter(world, task):
    other = world.accepted("RSJ-003").materials.first()
    with refused("foreign_material"):
        ask(world, task, materials=[other])


ASKERS = {
    "scjg.review1": "",
    "scjg.review2": "already_claimed",
    "scjg.decide": "post_required",
    "scjg.head": "post_required",
    "gaj.review1": "other_department",
    "supervisor1": "post_required",
    "counter1": "post_required",
    "citizen1": "post_required",
}


@pytest.mark.parametrize("username", ASKERS)
def test_ask_by_everybody(world, task, username):
    by = world.cast.user(username)
    if code := ASKERS[username]:
        with refused(code):
            ask(world, task, by=by)
    else:
        assert ask(world, task, by=by)


# --- answering ------------------------------------------------------------------------------------------------------
OF_DEPARTMENT = {
    "gaj.review1": "",
    "gaj.review2": "",
    "gaj.head": "",
    "gaj.decide": "not_found",
    "scjg.review1": "not_found",
    "scjg.review2": "not_found",
    "scjg.head": "not_found",
    "rsj.review1": "not_found",
    "supervisor1": "not_found",
    "counter1": "not_found",
    "citizen1": "not_found",
}


@pytest.mark.parametrize("username", OF_DEPARTMENT)
def test_answer_of_a_department_by_everybody(world, task, username):
    asked, by = ask(world, task), world.cast.user(username)
    if code := OF_DEPARTMENT[username]:
        with refused(code):
            answer(world, asked, by)
    else:
        assert answer(world, asked, by).answered_by == by


@pytest.mark.parametrize("username", OF_DEPARTMENT)
def test_answer_of_a_colleague_only_by_that_colleague(world, task, username):
    asked, by = ask(world, task, department=None, person=world.reviewer2("SCJG")), world.cast.user(username)
    if username == "scjg.review2":
        assert answer(world, asked, by).answered_by == by
    else:
        with refused("not_found"):
            answer(world, asked, by)


def test_answer_once_with_words_and_in_time(world, task):
    asked = ask(world, task)
    with refused("answer_required"):
        answer(world, asked, text=" ")
    answer(world, asked)
    with refused("cannot_answer"):
        answer(world, asked)
    change = StatusChange.objects.get(record="consultation")
    assert (change.task, change.case, change.target) == (task, task.case, "answered")

    late = ask(world, task)
    world.pass_time(days=4)
    with refused("consultation_late"):
        answer(world, late)


def test_answer_when_the_task_has_ended(world, task):
    asked = ask(world, task)
    filing.withdraw(
        application_id=task.case.application_id, reason="不办了", by=world.citizen.user, now=world.now()
    )
    with refused("task_ended"):
        answer(world, asked)
    asked.refresh_from_db()
    assert asked.status == ConsultationStatus.CANCELLED
    change = StatusChange.objects.get(record="consultation")
    assert (change.act, change.note, change.by) == ("cancel", "任务已结束", None)


def test_question_of_before_ends_with_its_task_by_the_sweep(world, task):
    """Questions did not end with their task always."""
    asked = ask(world, task, days=1)
    ReviewTask.objects.filter(pk=task.pk).update(status="cancelled")
    with refused("task_ended"):
        answer(world, asked)
    world.pass_time(days=2)
    assert run_clocks(now=world.now())["consultations_ended"] == 1
    asked.refresh_from_db()
    assert asked.status == ConsultationStatus.CANCELLED


# --- what waits -----------------------------------------------------------------------------------------------------
def test_complete_waits_for_the_answer(world, task):
    asked = ask(world, task)
    with refused("consultation_open") as caught:
        complete(world, task)
    assert "公安局" in caught.refusal.message
    assert "9月17日" in caught.refusal.message
    answer(world, asked)
    assert complete(world, task).status == "done"


def test_complete_goes_on_when_the_day_has_passed_or_the_question_is_taken_back(world, task):
    asked = ask(world, task)
    consulting.cancel(task_id=task.pk, consultation=asked, by=world.reviewer("SCJG"), now=world.now())
    asked = ask(world, task, days=1)
    world.pass_time(days=2)
    assert complete(world, task).status == "done"
    asked.refresh_from_db()
    assert asked.status == ConsultationStatus.CANCELLED
    assert every_room(now=world.now())["consultations_ended"] == 0


def test_decide_waits_for_the_answer(world):
    task = world.task(world.accepted())
    decider = world.decider("SCJG")
    review.claim(task_id=task.pk, by=decider, now=world.now())
    asked = ask(world, task, by=decider)
    with refused("consultation_open"):
        decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=decider, now=world.now())
    answer(world, asked)
    decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=decider, now=world.now())


def test_sweep_lets_a_question_lapse_after_its_day_and_not_on_it(world, task):
    asked = ask(world, task, days=1)
    assert not consulting.lapse(consultation_id=asked.pk, now=asked.due_at)
    world.pass_time(days=2)
    assert run_clocks(now=world.now())["consultations_ended"] == 1
    asked.refresh_from_db()
    assert asked.status == ConsultationStatus.LAPSED
    assert "视为无意见" in asked.get_status_display()
    assert run_clocks(now=world.now())["consultations_ended"] == 0


def test_cancel_by_the_holder_or_a_head_and_nobody_else(world, task):
    asked = ask(world, task)
    for by, code in ((world.reviewer2("SCJG"), "post_required"), (world.head("GAJ"), "other_department")):
        with refused(code):
            consulting.cancel(task_id=task.pk, consultation=asked, by=by, now=world.now())
    consulting.cancel(task_id=task.pk, consultation=asked, by=world.head("SCJG"), now=world.now())
    with refused("nothing_asked"):
        consulting.cancel(task_id=task.pk, consultation=asked, by=world.head("SCJG"), now=world.now())


def test_question_goes_with_its_task_to_the_next_holder(world, task):
    asked = ask(world, task)
    handing.transfer(
        task_id=task.pk,
        to=world.reviewer2("SCJG"),
        reason="休假",
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    with refused("already_claimed"):
        ask(world, task, department=world.department("RSJ"))
    answer(world, asked)
    assert list(reading.asked_by(world.reviewer2("SCJG"))) == [asked]
    assert list(reading.asked_by(world.reviewer("SCJG"))) == []


# --- what the asked see ---------------------------------------------------------------------------------------------
def test_asked_department_sees_the_materials_given_and_nothing_else(world, task):
    given, kept = reading.materials_of(task, world.reviewer("SCJG"))[:2]
    police = world.reviewer("GAJ")
    asked = ask(world, task, materials=[given])

    assert list(visible_materials(police)) == [given]
    assert not visible_applications(police).exists()
    assert not visible_materials(world.reviewer("RSJ")).filter(pk=given.pk).exists()
    assert not visible_materials(world.decider("GAJ")).filter(pk=given.pk).exists()
    assert kept not in visible_materials(police)
    answer(world, asked)
    assert list(visible_materials(police)) == [given]
    lapsed = ask(world, task, materials=[kept], days=1)
    world.pass_time(days=2)
    consulting.lapse(consultation_id=lapsed.pk, now=world.now())
    assert list(visible_materials(police)) == [given]


def test_waiting_count_counts_questions_to_me_and_answers_for_me(world, task):
    asked = ask(world, task)
    assert reading.waiting_count(world.reviewer("GAJ")) == 1
    assert reading.waiting_count(world.reviewer("SCJG")) == 0
    answer(world, asked)
    assert reading.waiting_count(world.reviewer("GAJ")) == 0
    assert reading.waiting_count(world.reviewer("SCJG")) == 1
    complete(world, task)
    assert reading.waiting_count(world.reviewer("SCJG")) == 0
