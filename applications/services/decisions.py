"""The decision: one for each case, by somebody who did not accept it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from applications import machine, papers, policies, remedies
from applications.enums import CaseStatus, ClockKind, DecisionOutcome, TaskOutcome
from applications.locks import lock_task
from applications.models import Application, Case, Decision, ReviewTask, SimulatedDecision
from applications.selectors.consulting import open_on
from applications.services import drafting, notifications, publicity, review, routing
from applications.services.drafting import Text
from core.clock import local_date
from core.errors import Refusal
from core.models import User
from matters.enums import StepKind

SIMULATED_ONLY = (
    "申请人选择了模拟审批，前置条件尚未取得，现在不能作出准予决定：请出具模拟意见，补齐后再转为正式决定。"
)


@transaction.atomic
def decide(
    *,
    task_id: int,
    outcome: str,
    reasons: str,
    by: User,
    now: datetime,
    facts: str = "",
    basis: str = "",
    secrecy: str = "",
    secrecy_reason: str = "",
) -> Decision:
    """Grant or deny a case; a denial needs its facts, reasons and basis (行政许可法 §38(2)).

    `secrecy` is the ground on which a granted licence is kept off the public list, with its reason. Raises Forbidden
    `decider_is_acceptor` (审批分离), Refusal `countersign_required` until the head has countersigned exactly this text,
    `simulated_only` for a grant while the applicant still lacks what they asked to have simulated, `consultation_open`
    while somebody who was asked can still answer, WrongState on a second decision. Payout and post-check steps are
    released, dependants of a denied case end, and the result goes to delivery through the queue.
    """
    task = lock_task(task_id)
    check_decide(task=task, by=by)
    policies.require_answers(task, open_on(task), now=now)
    text = Text(outcome, facts, reasons, basis).for_case(task.case)
    text.check()
    if outcome == DecisionOutcome.GRANTED and awaits_prerequisites(task.case):
        raise Refusal("simulated_only", SIMULATED_ONLY)
    if outcome == DecisionOutcome.GRANTED:
        check_vetoes(task.case, now=now)
    act = "grant" if outcome == DecisionOutcome.GRANTED else "deny"
    return issue(
        task=task, text=text, act=act, by=by, now=now, secrecy=secrecy, secrecy_reason=secrecy_reason
    )


def issue(
    *,
    task: ReviewTask,
    text: Text,
    act: str,
    by: User,
    now: datetime,
    secrecy: str = "",
    secrecy_reason: str = "",
) -> Decision:
    """Make the decision of a task whose decider has been checked; the caller holds the application's lock."""
    case = task.case
    machine.check(case, act)
    drafting.settle(task=task, text=text, by=by, now=now)
    bodies = remedies.bodies_of(case.version)
    decision = Decision(
        case=case,
        **vars(text),
        decided_at=now,
        decided_by=by,
        accepted_by_id=case.application.accepted_by_id,
        reconsideration_body=bodies.reconsideration,
        court=bodies.court,
    )
    complete(task, TaskOutcome.DECIDED, text, by, now)
    certificate = (ClockKind.CERTIFICATE,)  # ten days from the decision (行政许可法 §44)
    machine.make(
        case, act, by=by, now=now, note=text.reasons, starts=certificate, adds=[decision], ended_at=now
    )
    publicity.enter(decision=decision, ground=secrecy, reason=secrecy_reason, by=by, now=now)
    if act == "deny":
        papers.void_simulated(case=case, why="本事项已作出不予决定", by=by, now=now)
    routing.after_decision(case=case, now=now)
    notifications.decided(case=case, now=now)
    return decision


def check_vetoes(case: Case, *, now: datetime) -> None:
    """Refuse a grant (`vetoed`) while the objection of a step with a veto stands (一票否决)."""
    objections = routing.vetoes(case, now=now)
    if objections:
        raise Refusal("vetoed", vetoed(objections))


def vetoed(objections: Sequence[ReviewTask]) -> str:
    """Return the sentence that says whose objection forbids a grant, and what can be done; empty where nobody objects."""
    names = "、".join(f"“{task.step.name}”" for task in objections)
    return f"{names}不通过，一票否决，不能准予；请作不予决定，或把该环节退回重新审查。" if names else ""


def check_decide(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds the decision of a case that is still to be decided, but never its acceptor (审批分离).

    Nor whoever went past one of its steps (`review.check_decider`).
    """
    if task.kind != StepKind.DECIDE:
        raise Refusal("not_a_decision", "这一步不是决定环节，请填写意见并完成。")
    review.check_decider(task=task, by=by)
    if task.case.status not in (CaseStatus.IN_REVIEW, CaseStatus.SIMULATED):
        raise Refusal("cannot_grant", f"{_why_over(task.case)}，不能再作决定。请刷新页面查看最新进展。")
    review.require_holder(task, by)


def _why_over(case: Case) -> str:
    """Say why nothing is left to decide: who has decided what and when, or how the case has ended."""
    made = Decision.objects.filter(case=case).select_related("decided_by").first()
    if made is None:
        return f"办件现在是“{case.get_status_display()}”"
    day = notifications.day_text(made.decided_at)
    return f"{made.decided_by.name}已于{day}作出“{made.get_outcome_display()}”决定，一个办件只有一个决定"


def awaits_prerequisites(case: Case) -> bool:
    """Return whether a case is examined before what is still missing is there, so that it can only be simulated.

    Once a simulated opinion has lapsed, the case is decided like any other.
    """
    if not (case.application.is_simulated and case.version.may_simulate):
        return False
    return not SimulatedDecision.objects.filter(case=case, lapsed_at__isnull=False).exists()


def complete(task: ReviewTask, outcome: str, text: Text, by: User, now: datetime) -> None:
    """Finish the decider's task with what was decided."""
    opinion = text.reasons or DecisionOutcome(text.outcome).label
    review.finish(task=task, outcome=outcome, opinion=opinion, by=by, now=now)


def serve(*, application: Application, now: datetime) -> None:
    """Note that the applicant has received the decisions: the days to appeal count from now (送达)."""
    reconsider, litigate = remedies.last_days(local_date(now))
    Decision.objects.filter(case__application=application, served_at=None).update(
        served_at=now, reconsider_until=reconsider, litigate_until=litigate
    )
