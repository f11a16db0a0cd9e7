"""The decision: one for each case, by somebody who did not accept it."""

from datetime import datetime

from django.db import transaction

from applications import machine
from applications.enums import CaseStatus, DecisionOutcome, TaskOutcome
from applications.locks import lock_task
from applications.models import Decision, ReviewTask
from applications.services import notifications, review, routing
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import StepKind


@transaction.atomic
def decide(*, task_id: int, outcome: str, reasons: str, by: User, now: datetime, basis: str = "") -> Decision:
    """Grant or deny a case; a denial needs its facts and reasons (行政许可法 §38(2)).

    Raises Forbidden `decider_is_acceptor` (审批分离), WrongState on a second decision. Payout and post-check steps are
    released, dependants of a denied case end, and the result goes to delivery through the queue.
    """
    task = lock_task(task_id)
    case = task.case
    _require(task, by)
    if outcome not in DecisionOutcome.values:
        raise Invalid("unknown_outcome", "请选择“准予”或“不予”。", field="outcome")
    if outcome == DecisionOutcome.DENIED and not reasons.strip():
        raise Invalid("reasons_required", "不予许可必须写明事实和理由，申请人有权知道。", field="reasons")
    decision = Decision.objects.create(
        case=case,
        outcome=outcome,
        reasons=reasons.strip(),
        basis=basis.strip() or case.version.legal_basis,
        decided_at=now,
        decided_by=by,
        accepted_by=case.application.accepted_by,
    )
    _complete(task, outcome, reasons, by, now)
    act = "grant" if outcome == DecisionOutcome.GRANTED else "deny"
    machine.make(case, act, by=by, now=now, note=reasons, ended_at=now)
    routing.after_decision(case=case, now=now)
    notifications.decided(case=case, now=now)
    return decision


def _require(task: ReviewTask, by: User) -> None:
    if task.kind != StepKind.DECIDE:
        raise Refusal("not_a_decision", "这一步不是决定环节，请填写意见并完成。")
    if task.case.application.accepted_by_id == by.pk:
        raise review.decider_is_acceptor()
    if task.case.status != CaseStatus.IN_REVIEW:
        machine.check(task.case, "grant")
    review.require_holder(task, by)


def _complete(task: ReviewTask, outcome: str, reasons: str, by: User, now: datetime) -> None:
    opinion = reasons.strip() or DecisionOutcome(outcome).label
    machine.make(
        task,
        "complete",
        by=by,
        now=now,
        note=opinion,
        outcome=TaskOutcome.DECIDED,
        opinion=opinion,
        completed_at=now,
        completed_by=by,
    )
