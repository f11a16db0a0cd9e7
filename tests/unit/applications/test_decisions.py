"""The decision: one for each case, with reasons when it is a denial, by somebody who did not accept."""

import pytest
from django.db import IntegrityError, transaction

from applications.models import Decision
from applications.services import decisions, filing, review
from core.models import Message
from matters.services.posts import give_post
from tests.proof import refused


@pytest.fixture
def task(world):
    """A decision that its decider has claimed."""
    task = world.task(world.accepted())
    review.claim(task_id=task.pk, by=world.decider("SCJG"), now=world.now())
    return task


def decide(world, task, outcome="granted", reasons="", by=None, **how):
    return decisions.decide(
        task_id=task.pk,
        outcome=outcome,
        reasons=reasons,
        by=by or world.decider("SCJG"),
        now=world.now(),
        **how,
    )


def test_decide_to_grant(world, task):
    decision = decide(world, task)

    task.case.refresh_from_db()
    task.refresh_from_db()
    assert (task.case.status, task.status, task.outcome) == ("granted", "done", "decided")
    assert decision.basis == task.case.version.legal_basis
    assert (decision.decided_by, decision.accepted_by) == (world.decider("SCJG"), world.clerk)
    assert task.case.next_attempt_at
    assert Message.objects.filter(title=f"“{task.case.version.name}”已批准").count() == 1


def test_decide_to_deny_with_reasons(world, task):
    decision = decide(world, task, "denied", " 住所不符。 ", basis="公司法第二十九条")

    task.case.refresh_from_db()
    assert task.case.status == "denied"
    assert (decision.reasons, decision.basis) == ("住所不符。", "公司法第二十九条")


@pytest.mark.parametrize(
    ("outcome", "reasons", "code"),
    [("denied", "  ", "reasons_required"), ("perhaps", "因为", "unknown_outcome")],
)
def test_decide_wrongly(world, task, outcome, reasons, code):
    with refused(code):
        decide(world, task, outcome, reasons)


def test_decide_a_second_time(world, task):
    decide(world, task)
    with refused("cannot_grant"):
        decide(world, task, "denied", "改主意了")


def test_decide_without_a_claim(world):
    task = world.task(world.accepted())
    with refused("cannot_complete"):
        decide(world, task)


def test_decide_a_step_that_is_none(world):
    task = world.task(world.accepted("SCJG-007"))
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    with refused("not_a_decision"):
        decide(world, task, by=world.reviewer("SCJG"))


def test_decide_after_the_withdrawal(world, task):
    filing.withdraw(
        application_id=task.case.application_id, reason="不办了", by=world.citizen.user, now=world.now()
    )
    with refused("cannot_grant"):
        decide(world, task)


def test_decide_what_one_accepted(world):
    application = world.accepted()
    task = world.task(application)
    give_post(
        user=world.clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    with refused("decider_is_acceptor"):
        decide(world, task, by=world.clerk)


def test_the_database_refuses_a_decider_who_accepted(world, task):
    facts = {"case": task.case, "outcome": "granted", "basis": "法", "decided_at": world.now()}
    with pytest.raises(IntegrityError, match="decider_is_not_acceptor"), transaction.atomic():
        Decision.objects.create(**facts, decided_by=world.clerk, accepted_by=world.clerk)


def test_the_database_refuses_a_denial_without_reasons_and_a_decision_without_a_decider(world, task):
    facts = {"case": task.case, "basis": "法", "decided_at": world.now()}
    with pytest.raises(IntegrityError, match="denial_has_reasons"), transaction.atomic():
        Decision.objects.create(**facts, outcome="denied", decided_by=world.decider("SCJG"))
    with pytest.raises(IntegrityError, match="decided_by"), transaction.atomic():
        Decision.objects.create(**facts, outcome="granted")


def test_the_database_refuses_a_second_decision(world, task):
    decision = decide(world, task)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            case=task.case,
            outcome="granted",
            basis="法",
            decided_at=world.now(),
            decided_by=decision.decided_by,
        )
