"""Simulated decisions (模拟审批): examined before what is still missing is there, converted once it is."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from applications import machine, papers
from applications.enums import DecisionOutcome, TaskOutcome
from applications.locks import lock_task
from applications.models import Case, Decision, ReviewTask, SimulatedDecision
from applications.selectors import supplies
from applications.selectors.supplies import Prerequisite
from applications.services import decisions, drafting, notifications, routing, supplying
from applications.services.drafting import Text
from core.clock import local_date
from core.errors import Invalid, Refusal
from core.models import User


def simulated(case: Case) -> SimulatedDecision | None:
    """Return the simulated decision of a case, if there is one."""
    return SimulatedDecision.objects.filter(case=case).first()


def check_simulate(*, task: ReviewTask, by: User) -> None:
    """Allow whoever may decide, where the applicant asked for it and it has not been done; never the acceptor."""
    decisions.check_decide(task=task, by=by)
    if not decisions.awaits_prerequisites(task.case):
        why = "模拟意见已因重新审查而失效" if simulated(task.case) else "这个办件没有申请模拟审批"
        raise Refusal("not_simulated", f"{why}，请直接作出决定。")
    machine.check(task.case, "simulate")


@transaction.atomic
def simulate(
    *,
    task_id: int,
    outcome: str,
    conditions: str,
    by: User,
    now: datetime,
    missing: Collection[str] | None = None,
) -> SimulatedDecision:
    """Say what would be decided if what is missing were there; it is an opinion, not a licence.

    `conditions` say what must be there to convert it; for a denial, why. `missing` are the keys of what a grant waits
    for (`selectors.supplies.prerequisites`), all of them if not said: exactly these are handed in afterwards. The clocks
    stop, and the decision comes back to the department's queue, to be converted. Raises Refusal `vetoed` for a grant over
    the objection of a step with a veto.
    """
    task = lock_task(task_id)
    check_simulate(task=task, by=by)
    case = task.case
    if outcome not in DecisionOutcome.values:
        raise Invalid("unknown_outcome", "请选择“模拟准予”或“模拟不予”。", field="outcome")
    if not conditions.strip():
        raise Invalid(
            "conditions_required",
            "请写明转为正式决定须具备的条件；模拟不予的，写明理由。",
            field="conditions",
        )
    if outcome == DecisionOutcome.GRANTED:
        decisions.check_vetoes(case, now=now)
    waits_for = _waits_for(case, missing) if outcome == DecisionOutcome.GRANTED else []
    opinion = SimulatedDecision.objects.create(
        case=case,
        outcome=outcome,
        conditions=conditions.strip(),
        missing="\n".join(each.name for each in waits_for) or case.application.still_missing,
        decided_at=now,
        decided_by=by,
        accepted_by=case.application.accepted_by,
    )
    supplying.enlist(opinion=opinion, found=waits_for)
    drafting.drop(case=case, by=by, now=now, note="改为出具模拟意见")
    decisions.complete(task, TaskOutcome.SIMULATED, Text(outcome, reasons=opinion.conditions), by, now)
    machine.make(case, "simulate", by=by, now=now, note=opinion.conditions)
    routing.after_simulation(task=task, now=now)
    opinion.document = papers.simulated(opinion=opinion, now=now)
    opinion.save(update_fields=["document"])
    notifications.simulated(opinion=opinion, now=now)
    return opinion


def check_convert(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds the decision that came back, while a simulated grant waits to be converted.

    What was said not to fit must have come again (Refusal `supply_unfit`).
    """
    decisions.check_decide(task=task, by=by)
    _waiting(task.case)
    if supplies.is_returned(task.case):
        raise Refusal(
            "supply_unfit",
            "补齐的材料经核对不符，已告知申请人；等重新补齐后再转为正式决定，情况变了的可以重新审查。",
        )


@transaction.atomic
def convert(
    *,
    task_id: int,
    handed_in: str,
    handed_in_on: date | None,
    by: User,
    now: datetime,
    conditions: str = "",
    basis: str = "",
) -> Decision:
    """Make the simulated grant the decision, once: what was missing is there, since that day.

    It has been handed in (`supplying.supply`), or the department knows of it by itself. `conditions` go into the decision.
    Raises Forbidden `decider_is_acceptor`, Refusal `countersign_required` where the step demands it, `vetoed` (一票否决).
    """
    task = lock_task(task_id)
    check_convert(task=task, by=by)
    opinion = _waiting(task.case)
    decisions.check_vetoes(task.case, now=now)
    _check_handed_in(opinion, handed_in, handed_in_on, now)
    text = Text(DecisionOutcome.GRANTED, handed_in, conditions, basis).for_case(task.case)
    opinion.handed_in, opinion.handed_in_on = text.facts, handed_in_on
    opinion.converted_at, opinion.converted_by = now, by
    opinion.save(update_fields=["handed_in", "handed_in_on", "converted_at", "converted_by"])
    handed = supplies.open_supply(task.case)
    if handed:
        supplying.answer(handed=handed, is_fit=True, by=by, now=now)
    return decisions.issue(task=task, text=text, act="convert", by=by, now=now)


def check_reopen(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds the decision that came back to take the case up again instead of converting it."""
    decisions.check_decide(task=task, by=by)
    machine.check(task.case, "reopen")


@transaction.atomic
def reopen(*, task_id: int, reason: str, by: User, now: datetime) -> Case:
    """Let the simulated opinion lapse and take the case up again: what was handed in is not what was simulated.

    Its letter is void from now on, and its verification says so.
    The decision is then made as on any other case. Its limits go on since the day everything was handed in; where
    nothing was, they run anew from now (docs/adr/0020).
    """
    task = lock_task(task_id)
    check_reopen(task=task, by=by)
    if not reason.strip():
        raise Invalid("reason_required", "请写明为什么重新审查，申请人会看到。", field="reason")
    opinion = SimulatedDecision.objects.get(case=task.case)
    opinion.lapsed_at, opinion.lapsed_by, opinion.lapsed_reason = now, by, reason.strip()
    opinion.save(update_fields=["lapsed_at", "lapsed_by", "lapsed_reason"])
    papers.void_simulated(case=task.case, why="本事项已重新审查", by=by, now=now)
    handed = supplies.open_supply(task.case)
    machine.make(task.case, "reopen", by=by, now=now, note=reason.strip())
    if handed:
        supplying.answer(handed=handed, is_fit=False, reason=reason, by=by, now=now)
    else:
        supplying.begin_limits(case=task.case, now=now)
    notifications.reopened(case=task.case, reason=reason.strip(), now=now)
    return task.case


def _waits_for(case: Case, missing: Collection[str] | None) -> list[Prerequisite]:
    offered = supplies.prerequisites(case)
    chosen = offered if missing is None else [each for each in offered if each.key in missing]
    if not chosen:
        raise Invalid(
            "missing_required",
            "请勾选还缺的前置条件：模拟准予的，申请人只补这里列出的，不会再要别的。",
            field="missing",
        )
    return chosen


def _waiting(case: Case) -> SimulatedDecision:
    machine.check(case, "convert")
    opinion = SimulatedDecision.objects.get(case=case)
    if opinion.outcome != DecisionOutcome.GRANTED:
        raise Refusal(
            "nothing_to_convert", "模拟意见是不予，不能转为准予：请重新审查，或作出不予许可的正式决定。"
        )
    return opinion


def _check_handed_in(
    opinion: SimulatedDecision, handed_in: str, handed_in_on: date | None, now: datetime
) -> None:
    if not handed_in.strip():
        raise Invalid("handed_in_required", "请写明申请人补齐了哪些前置条件。", field="handed_in")
    first, last = local_date(opinion.decided_at), local_date(now)
    if handed_in_on is None or not first <= handed_in_on <= last:
        raise Invalid(
            "handed_in_on_wrong",
            f"请填写补齐的日期，在出具模拟意见（{first:%Y年%-m月%-d日}）与今天之间。",
            field="handed_in_on",
        )
