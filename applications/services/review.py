"""The working day of a reviewer: claim, record, complete, put back."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from applications import machine, permissions, policies
from applications.enums import TaskOutcome, TaskStatus
from applications.locks import lock_task
from applications.models import ReviewTask, TaskRecord
from applications.selectors.consulting import open_on
from applications.selectors.flow import skips
from applications.selectors.queue import work_of
from applications.services import routing
from core import audit
from core.errors import Forbidden, Invalid, Refusal
from core.models import User
from core.prepared import Prepared
from matters.enums import Role, StepKind
from matters.models import Department

OUTCOMES = (TaskOutcome.PASS, TaskOutcome.OBJECT)
MOST_TRIES = 50
_WENT_PAST = Prepared(lambda case, person: skips().filter(case=case, completed_by=person))


class AlreadyClaimed(Refusal):
    """Somebody was first; says who."""

    def __init__(self, task: ReviewTask) -> None:
        holder = task.claimed_by.name if task.claimed_by else ""
        super().__init__("already_claimed", f"{holder}已领取这项任务，请领取下一件。")


class NotInHand(Refusal):
    """Nobody has the task in hand: it has not been claimed, or it has ended. True of every act of its holder."""

    def __init__(self, task: ReviewTask) -> None:
        what = {
            TaskStatus.RELEASED: "这项任务还没有送达部门，请稍候。",
            TaskStatus.OPEN: "这项任务还没有人领取，请先领取再办。",
        }
        ended = f"这项任务{task.get_status_display()}，不能再办。请刷新页面查看最新进展。"
        super().__init__("cannot_complete", what.get(TaskStatus(task.status), ended))


@transaction.atomic
def claim(*, task_id: int, by: User, now: datetime) -> ReviewTask:
    """Make one person responsible for a task of their own department; of two that press at once, one gets it."""
    task = lock_task(task_id)
    check_claim(task=task, by=by)
    machine.make(task, "claim", by=by, now=now, claimed_by=by, claimed_at=now)
    return task


def claim_next(*, by: User, now: datetime, department: Department | None = None) -> ReviewTask:
    """Claim the task that falls due first of all this person may claim; in one department if it is named.

    Of two that press at once each gets another task: who comes second goes on to the next. Never a decision on an
    application the person accepted. Raises Refusal `nothing_to_claim` when nothing is left.
    """
    for task_id in _claimable(by, department):
        try:
            return claim(task_id=task_id, by=by, now=now)
        except (AlreadyClaimed, machine.WrongState):
            continue
    raise Refusal("nothing_to_claim", "队列里现在没有您可以领取的任务；新任务送达后会排在这里。")


def _claimable(by: User, department: Department | None) -> Iterator[int]:
    accepted_myself = Q(kind=StepKind.DECIDE, case__application__accepted_by=by)
    went_past = Q(kind=StepKind.DECIDE, case__in=skips().filter(completed_by=by).values("case"))
    waiting = ReviewTask.objects.filter(work_of(by, department), status=TaskStatus.OPEN)
    waiting = waiting.exclude(accepted_myself | went_past)
    ordered = waiting.order_by(F("due_at").asc(nulls_last=True), "id")
    yield from ordered.values_list("pk", flat=True)[:MOST_TRIES]


def check_claim(*, task: ReviewTask, by: User) -> None:
    """Allow a person to claim an open task of their own department, not a decision on what they accepted (审批分离)."""
    require_post(by, task)
    if task.kind == StepKind.DECIDE:
        check_decider(task=task, by=by)
    if task.status == TaskStatus.CLAIMED:
        raise AlreadyClaimed(task)
    machine.check(task, "claim")


def why_not_claim(*, task: ReviewTask, by: User) -> str:
    """Return the sentence that says why a person may not claim a task now; empty when they may."""
    return _reason(check_claim, task=task, by=by)


def why_not_decider(*, task: ReviewTask, by: User) -> str:
    """Return the sentence that says why a person may never decide a case, whatever their post; empty when they may."""
    return _reason(check_decider, task=task, by=by)


def check_record(*, task: ReviewTask, by: User) -> None:
    """Allow every colleague with the step's post to add a record to a claimed task."""
    require_post(by, task)
    if task.status != TaskStatus.CLAIMED:
        raise Refusal("not_claimed", "请先由一位同事领取任务，其他人再补充记录。")


def may_record(*, task: ReviewTask, by: User) -> bool:
    """Return whether a person may add a record to a task now."""
    return not _reason(check_record, task=task, by=by)


def check_put_back(*, task: ReviewTask, by: User) -> None:
    """Allow the holder, their deputy, or a head of the department, to return a task that is claimed."""
    if not permissions.has_in_hand(by, task):
        permissions.require_task_role(by, task, Role.HEAD)
    machine.check(task, "put_back")


def may_put_back(*, task: ReviewTask, by: User) -> bool:
    """Return whether a person may return a task to the queue now."""
    return not _reason(check_put_back, task=task, by=by)


def _reason(check: Callable[..., None], *, task: ReviewTask, by: User) -> str:
    try:
        check(task=task, by=by)
    except Refusal as refusal:
        return refusal.message
    return ""


@transaction.atomic
def put_back(*, task_id: int, by: User, now: datetime, note: str = "") -> ReviewTask:
    """Return a claimed task to the department's queue; by its holder, or by the department's head."""
    task = lock_task(task_id)
    check_put_back(task=task, by=by)
    said = noted(permissions.behalf(by, task), note)
    machine.make(task, "put_back", by=by, now=now, note=said, claimed_by=None, claimed_at=None)
    return task


@transaction.atomic
def record(
    *,
    task_id: int,
    finding: str,
    by: User,
    now: datetime,
    seen_at: datetime | None = None,
    place: str = "",
) -> TaskRecord:
    """Add a participant's finding to a claimed task (a second inspector's, a colleague's); one for each person.

    A record of an inspection says when and where its author was on site (`policies.require_site`); elsewhere the two
    are not kept. Saved again, it replaces what the same person had written; what that was stays on the audit trail.
    Raises Refusal `already_confirmed` when a colleague confirmed something else than what is now said.
    """
    task = lock_task(task_id)
    check_record(task=task, by=by)
    policies.require_site(task, seen_at=seen_at, place=place, now=now)
    site = {"seen_at": seen_at, "place": place.strip()} if policies.is_on_site(task) else {}
    _require_unconfirmed(task, by, finding=finding.strip(), **site)
    return keep_record(task, finding, by, now, **site, confirms=None)


@transaction.atomic
def complete(*, task_id: int, outcome: str, opinion: str, by: User, now: datetime) -> ReviewTask:
    """Finish a step with an outcome and an opinion, and release what waited for it.

    The opinion is the holder's own record, except of an inspection: that one is made on site. Raises Refusal
    `more_people_needed` until as many different people have recorded as the step demands (an inspection: two,
    行政许可法 §34(3)), `consultation_open` while somebody who was asked can still answer. A decision is not completed
    here but by `decisions.decide`, a payout by `paying.pay`.
    """
    task = lock_task(task_id)
    require_holder(task, by)
    if task.kind == StepKind.DECIDE:
        raise Refusal("decide_instead", "这一步需要作出决定：请选择准予或不予。")
    if task.kind == StepKind.PAYOUT:
        raise Refusal("pay_instead", "这一步是发放：请选“已发放”填写金额、日期和凭证号，或者“发放未成功”。")
    _check(task, outcome, opinion)
    policies.require_answers(task, open_on(task), now=now)
    if not policies.is_on_site(task):
        keep_record(task, opinion, by, now)
    if task.step.staff_min > 1:
        policies.require_people(task, task.records.all())
    finish(task=task, outcome=outcome, opinion=opinion, by=by, now=now)
    routing.after_task(task=task, now=now)
    return task


def finish(
    *,
    task: ReviewTask,
    outcome: str,
    opinion: str,
    by: User,
    now: datetime,
    act: str = "complete",
    note: str = "",
) -> None:
    """End a task with an outcome and an opinion; whoever may is checked, and the caller holds the lock.

    `note` is what the way of the case says of it, where that is not the opinion.
    """
    machine.make(
        task,
        act,
        by=by,
        now=now,
        note=note or noted(permissions.behalf(by, task), opinion),
        outcome=outcome,
        opinion=opinion.strip(),
        completed_at=now,
        completed_by=by,
    )


def noted(behalf: str, text: str) -> str:
    """Return a note that says on whose behalf it was done, where it was on somebody's."""
    return "：".join(part for part in (behalf, text.strip()) if part)


def check_decider(*, task: ReviewTask, by: User) -> None:
    """Allow anybody to decide a case but whoever accepted it (审批分离), and whoever went past one of its steps.

    Raises Forbidden `decider_is_acceptor`, `decider_skipped`.
    """
    if task.case.application.accepted_by_id == by.pk:
        raise decider_is_acceptor()
    went_past = _WENT_PAST.first(task.case_id, by.pk)
    if went_past:
        raise Forbidden(
            "decider_skipped",
            f"您略过了这个办件的“{went_past.step.name}”环节，不能再由您作决定；请交由其他决定人办理。",
        )


def decider_is_acceptor() -> Forbidden:
    """Return the refusal for one person who accepted and would decide (审批分离)."""
    return Forbidden("decider_is_acceptor", "您受理了这项申请，不能由您作决定；请交由其他决定人办理。")


def require_post(by: User, task: ReviewTask) -> None:
    """Allow the posts of the task's own department whose work its step is; what runs by itself is nobody's."""
    require_somebodys(task)
    permissions.require_task_role(by, task, *permissions.STEP_ROLES[StepKind(task.kind)])


def require_somebodys(task: ReviewTask) -> None:
    """Refuse what runs by itself, and so is nobody's work."""
    if not permissions.STEP_ROLES[StepKind(task.kind)]:
        raise Refusal("runs_by_itself", "这一步由期限自动结束，无需领取。")


def require_holder(task: ReviewTask, by: User) -> None:
    """Allow only the person who claimed the task, while it is claimed and their post lasts, or their deputy.

    The deputy acts by a post of their own, which the step must allow as well.
    """
    require_post(by, task)
    if task.status != TaskStatus.CLAIMED:
        raise NotInHand(task)
    if not permissions.has_in_hand(by, task):
        raise AlreadyClaimed(task)


def _check(task: ReviewTask, outcome: str, opinion: str) -> None:
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", "请选择“通过”或“不通过”。", field="outcome")
    if task.kind == StepKind.POST_CHECK and outcome != TaskOutcome.PASS:
        raise Invalid(
            "mend_or_revoke",
            "没有达到承诺条件的，请在“更多操作”中选“限期整改”或“撤销决定”。",
            field="outcome",
        )
    if not opinion.strip():
        raise Invalid("opinion_required", "请写明意见。", field="opinion")


def _require_unconfirmed(task: ReviewTask, by: User, **said: Any) -> None:
    confirming = task.records.filter(confirms__user=by).select_related("user", "confirms").first()
    if confirming and any(getattr(confirming.confirms, name) != value for name, value in said.items()):
        who = confirming.user.name
        raise Refusal(
            "already_confirmed",
            f"{who}已确认您的现场记录，不能再改。确需更正的，请{who}先填写自己的现场记录，您再更正。",
        )


def keep_record(task: ReviewTask, finding: str, by: User, now: datetime, **site: Any) -> TaskRecord:
    """Write a person's record on a locked task, in place of the one they had, and the audit entry."""
    if not finding.strip():
        raise Invalid("finding_required", "请写明核查或审查记录。", field="finding")
    row = TaskRecord(task=task, user=by, finding=finding.strip(), at=now, **site)
    audit.insert(
        row,
        unique=("task", "user"),
        changes=("finding", "at", *site),
        by=by,
        now=now,
        act="task.record",
        reference=task.case.application.number or "",
        detail={
            "finding": row.finding,
            "behalf": permissions.behalf(by, task),
            "place": row.place,
            "seen_at": row.seen_at.isoformat() if row.seen_at else "",
        },
    )
    return row
