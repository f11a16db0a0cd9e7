"""The working day of a reviewer: claim, record, complete, put back."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from applications import machine, permissions
from applications.enums import TaskOutcome, TaskStatus
from applications.locks import lock_task
from applications.models import ReviewTask, TaskRecord
from applications.services import routing
from core import audit
from core.errors import Forbidden, Invalid, Refusal
from core.models import User
from matters.enums import Role, StepKind
from matters.models import Department
from matters.permissions import posts_of

ROLES = {
    StepKind.REVIEW: (Role.REVIEWER,),
    StepKind.INSPECT: (Role.REVIEWER,),
    StepKind.CONSULT: (Role.REVIEWER, Role.HEAD),
    StepKind.SPECIAL: (),
    StepKind.DECIDE: (Role.DECIDER, Role.HEAD),
    StepKind.PAYOUT: (Role.REVIEWER, Role.DECIDER),
    StepKind.POST_CHECK: (Role.REVIEWER,),
}
OUTCOMES = (TaskOutcome.PASS, TaskOutcome.OBJECT)
MOST_TRIES = 50


class AlreadyClaimed(Refusal):
    """Somebody was first; says who."""

    def __init__(self, task: ReviewTask) -> None:
        holder = task.claimed_by.name if task.claimed_by else ""
        super().__init__("already_claimed", f"{holder}已领取这项任务，请领取下一件。")


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
    mine = Q(pk__in=[])
    for post in posts_of(by):
        if department is None or post.department_id == department.pk:
            kinds = [kind for kind, roles in ROLES.items() if post.role in roles]
            mine |= Q(department=post.department_id, kind__in=kinds)
    accepted_myself = Q(kind=StepKind.DECIDE, case__application__accepted_by=by)
    waiting = ReviewTask.objects.filter(mine, status=TaskStatus.OPEN).exclude(accepted_myself)
    ordered = waiting.order_by(F("due_at").asc(nulls_last=True), "id")
    yield from ordered.values_list("pk", flat=True)[:MOST_TRIES]


def check_claim(*, task: ReviewTask, by: User) -> None:
    """Allow a person to claim an open task of their own department, not a decision on what they accepted (审批分离)."""
    _require(by, task)
    if task.kind == StepKind.DECIDE and task.case.application.accepted_by_id == by.pk:
        raise decider_is_acceptor()
    if task.status == TaskStatus.CLAIMED:
        raise AlreadyClaimed(task)
    machine.check(task, "claim")


def why_not_claim(*, task: ReviewTask, by: User) -> str:
    """Return the sentence that says why a person may not claim a task now; empty when they may."""
    return _reason(check_claim, task=task, by=by)


def check_record(*, task: ReviewTask, by: User) -> None:
    """Allow every colleague with the step's post to add a record to a claimed task."""
    _require(by, task)
    if task.status != TaskStatus.CLAIMED:
        raise Refusal("not_claimed", "请先由一位同事领取任务，其他人再补充记录。")


def may_record(*, task: ReviewTask, by: User) -> bool:
    """Return whether a person may add a record to a task now."""
    return not _reason(check_record, task=task, by=by)


def check_put_back(*, task: ReviewTask, by: User) -> None:
    """Allow the holder, or a head of the department, to return a task that is claimed."""
    if task.claimed_by_id != by.pk:
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
    machine.make(task, "put_back", by=by, now=now, note=note, claimed_by=None, claimed_at=None)
    return task


@transaction.atomic
def record(*, task_id: int, finding: str, by: User, now: datetime) -> TaskRecord:
    """Add a participant's finding to a claimed task (a second inspector's, a colleague's); one for each person."""
    task = lock_task(task_id)
    check_record(task=task, by=by)
    return _record(task, finding, by, now)


@transaction.atomic
def complete(*, task_id: int, outcome: str, opinion: str, by: User, now: datetime) -> ReviewTask:
    """Finish a step with an outcome and an opinion, and release what waited for it.

    Raises Refusal `more_people_needed` until as many different people have recorded as the step demands (an
    inspection: two, 行政许可法 §34(3)). A decision is not completed here but by `decisions.decide`.
    """
    task = lock_task(task_id)
    require_holder(task, by)
    if task.kind == StepKind.DECIDE:
        raise Refusal("decide_instead", "这一步需要作出决定：请选择准予或不予。")
    _check(outcome, opinion)
    _record(task, opinion, by, now)
    _require_people(task)
    machine.make(
        task,
        "complete",
        by=by,
        now=now,
        note=opinion,
        outcome=outcome,
        opinion=opinion.strip(),
        completed_at=now,
        completed_by=by,
    )
    routing.after_task(task=task, now=now)
    return task


def decider_is_acceptor() -> Forbidden:
    """Return the refusal for one person who accepted and would decide (审批分离)."""
    return Forbidden("decider_is_acceptor", "您受理了这项申请，不能由您作决定；请交由其他决定人办理。")


def _require(by: User, task: ReviewTask) -> None:
    roles = ROLES[StepKind(task.kind)]
    if not roles:
        raise Refusal("runs_by_itself", "这一步由期限自动结束，无需领取。")
    permissions.require_task_role(by, task, *roles)


def require_holder(task: ReviewTask, by: User) -> None:
    """Allow only the person who claimed the task, while it is claimed and their post lasts."""
    _require(by, task)
    machine.check(task, "complete")
    if task.claimed_by_id != by.pk:
        raise AlreadyClaimed(task)


def _check(outcome: str, opinion: str) -> None:
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", "请选择“通过”或“不通过”。", field="outcome")
    if not opinion.strip():
        raise Invalid("opinion_required", "请写明意见。", field="opinion")


def _record(task: ReviewTask, finding: str, by: User, now: datetime) -> TaskRecord:
    if not finding.strip():
        raise Invalid("finding_required", "请写明核查或审查记录。", field="finding")
    row, _ = TaskRecord.objects.update_or_create(
        task=task, user=by, defaults={"finding": finding.strip(), "at": now}
    )
    audit.record(
        by=by,
        now=now,
        act="task.record",
        on=row,
        reference=task.case.application.number or "",
        finding=row.finding,
    )
    return row


def _require_people(task: ReviewTask) -> None:
    present = task.records.count()
    if present < task.step.staff_min:
        raise Refusal("more_people_needed", more_people_needed(task, present))


def more_people_needed(task: ReviewTask, present: int) -> str:
    """Return the sentence that says how many people a step still lacks."""
    return (
        f"本环节须 {task.step.staff_min} 人参加，现有 {present} 人记录；"
        "请另一位同事在本任务下填写记录后再完成。"
    )
