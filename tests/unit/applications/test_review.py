"""The working day of a reviewer: claim, record, complete, put back."""

import pytest
from django.db import IntegrityError, transaction

from applications.enums import TaskStatus
from applications.models import ReviewTask, TaskRecord
from applications.services import consulting, filing, review, special_procedures
from core.models import AuditEntry
from tests.proof import refused


@pytest.fixture
def task(world):
    """A review task that has arrived in its department."""
    return world.task(world.accepted("SCJG-007"))


@pytest.fixture
def inspection(world):
    """An inspection that needs two people, claimed by the first of them."""
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application, "review"))
    world.carry()
    task = world.task(application, "inspect")
    assert task.step.staff_min == 2
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    return task


def claim(world, task, by=None):
    return review.claim(task_id=task.pk, by=by or world.reviewer("SCJG"), now=world.now())


def complete(world, task, by=None, outcome="pass", opinion="同意"):
    return review.complete(
        task_id=task.pk, outcome=outcome, opinion=opinion, by=by or world.reviewer("SCJG"), now=world.now()
    )


def test_an_act_on_what_nobody_has_in_hand_says_so_whatever_the_act(world, task):
    for act in (special_procedures.check_suspend, consulting.check_ask, review.require_holder):
        with refused("cannot_complete") as caught:
            act(task=task, by=world.reviewer("SCJG"))
        assert caught.refusal.message == "这项任务还没有人领取，请先领取再办。"


# --- claim ----------------------------------------------------------------------------------------------------------


def test_claim_makes_one_person_responsible(world, task):
    claimed = claim(world, task)
    assert (claimed.status, claimed.claimed_by) == (TaskStatus.CLAIMED, world.reviewer("SCJG"))
    assert claimed.claimed_at


def test_claim_what_somebody_has_says_who(world, task):
    claim(world, task)
    with refused("already_claimed") as caught:
        claim(world, task, world.reviewer2("SCJG"))
    assert world.reviewer("SCJG").name in caught.refusal.message


def test_claim_what_one_has(world, task):
    claim(world, task)
    with refused("already_claimed"):
        claim(world, task)


def test_claim_before_it_has_arrived(world):
    task = world.task(world.road.accept(world.submitted("SCJG-007")))
    with refused("cannot_claim"):
        claim(world, task)


def test_claim_what_is_done(world, task):
    world.road.work(task)
    with refused("cannot_claim"):
        claim(world, task)


def test_claim_after_the_withdrawal(world, task):
    filing.withdraw(
        application_id=task.case.application_id, reason="不办了", by=world.citizen.user, now=world.now()
    )
    with refused("cannot_claim"):
        claim(world, task)


def test_claim_what_does_not_exist(world):
    with refused("not_found"):
        review.claim(task_id=999_999, by=world.reviewer("SCJG"), now=world.now())


def test_the_database_wants_a_claimer_for_what_is_claimed(task):
    for wrong in (
        {"status": TaskStatus.CLAIMED},
        {"claimed_at": task.released_at},
        {"status": TaskStatus.DONE, "completed_at": task.released_at},
        {"status": TaskStatus.DONE, "outcome": "pass"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewTask.objects.filter(pk=task.pk).update(**wrong)


# --- put back -------------------------------------------------------------------------------------------------------


def test_put_back_lets_another_claim(world, task):
    claim(world, task)
    returned = review.put_back(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now(), note="回避")
    assert (returned.status, returned.claimed_by, returned.claimed_at) == (TaskStatus.OPEN, None, None)
    assert claim(world, task, world.reviewer2("SCJG")).claimed_by == world.reviewer2("SCJG")


def test_put_back_does_not_stop_the_step_clock(world, task):
    claim(world, task)
    review.put_back(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    again = ReviewTask.objects.get(pk=task.pk)
    assert (again.released_at, again.due_at) == (task.released_at, task.due_at)


def test_put_back_what_nobody_has(world, task):
    with refused("cannot_put_back"):
        review.put_back(task_id=task.pk, by=world.head("SCJG"), now=world.now())


# --- record ---------------------------------------------------------------------------------------------------------


def test_record_before_anybody_has_claimed(world, task):
    with refused("not_claimed"):
        review.record(task_id=task.pk, finding="看过", by=world.reviewer("SCJG"), now=world.now())


def test_record_keeps_one_for_each_person(world, inspection):
    for finding in ("初稿", "定稿"):
        visit(world, inspection, world.reviewer2("SCJG"), finding)
    assert [row.finding for row in TaskRecord.objects.filter(task=inspection)] == ["定稿"]
    assert AuditEntry.objects.filter(act="task.record", detail__finding="初稿").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskRecord.objects.create(
            task=inspection, user=world.reviewer2("SCJG"), finding="又一份", at=world.now()
        )


def test_record_of_nothing(world, inspection):
    with refused("finding_required"):
        visit(world, inspection, world.reviewer2("SCJG"), "  ")


def visit(world, task, by, finding):
    now = world.now()
    return review.record(task_id=task.pk, finding=finding, by=by, now=now, seen_at=now, place="人民路8号")


# --- complete -------------------------------------------------------------------------------------------------------


def test_complete_releases_the_next_step(world, task):
    claim(world, task)
    done = complete(world, task)
    assert (done.status, done.outcome, done.completed_by) == ("done", "pass", world.reviewer("SCJG"))
    assert ReviewTask.objects.get(case=task.case, step__key="inspect").status == TaskStatus.RELEASED


def test_complete_with_an_objection_goes_on_to_the_decision(world, task):
    """Every reviewer's objections are collected; who decides, decides."""
    claim(world, task)
    complete(world, task, outcome="object", opinion="布局不符")
    assert ReviewTask.objects.filter(case=task.case, step__key="inspect").exists()


def test_complete_an_inspection_alone(world, inspection):
    with refused("more_people_needed") as caught:
        complete(world, inspection)
    assert "须 2 人" in caught.refusal.message


def test_complete_an_inspection_with_two_records_of_one_person(world, inspection):
    for finding in ("我看过", "我又看过"):
        visit(world, inspection, world.reviewer("SCJG"), finding)
    with refused("more_people_needed"):
        complete(world, inspection)


def test_complete_an_inspection_by_two(world, inspection):
    for by in (world.reviewer("SCJG"), world.reviewer2("SCJG")):
        visit(world, inspection, by, "同去看过")
    complete(world, inspection)
    assert {row.user for row in TaskRecord.objects.filter(task=inspection)} == {
        world.reviewer("SCJG"),
        world.reviewer2("SCJG"),
    }


@pytest.mark.parametrize(
    ("outcome", "opinion", "code"),
    [
        ("maybe", "同意", "unknown_outcome"),
        ("elapsed", "同意", "unknown_outcome"),
        ("decided", "同意", "unknown_outcome"),
        ("pass", "  ", "opinion_required"),
    ],
)
def test_complete_wrongly(world, task, outcome, opinion, code):
    claim(world, task)
    with refused(code):
        complete(world, task, outcome=outcome, opinion=opinion)


def test_complete_what_nobody_claimed(world, task):
    with refused("cannot_complete"):
        complete(world, task)


def test_complete_a_second_time(world, task):
    claim(world, task)
    complete(world, task)
    with refused("cannot_complete"):
        complete(world, task)


def test_complete_a_decision(world):
    task = world.task(world.accepted())
    claim(world, task, world.decider("SCJG"))
    with refused("decide_instead"):
        complete(world, task, world.decider("SCJG"))
