"""The working day of a reviewer: claim, record, complete, put back."""

from datetime import datetime

from django.db import transaction

from applications import machine, permissions
from applications.enums import TaskOutcome, TaskStatus
from applications.locks import lock_task
from applications.models import ReviewTask, TaskRecord
from applications.services import routing
from core import audit
from core.errors import Forbidden, Invalid, Refusal
from core.models import User
from matters.enums import Role, StepKind

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


class AlreadyClaimed(Refusal):
    """Somebody was first; says who."""

    def __init__(self, task: ReviewTask) -> None:
        holder = task.claimed_by.name if task.claimed_by else ""
        super().__init__("already_claimed", f"{holder}已领取这项任务，请领取下一件。")


@transaction.atomic
def claim(*, task_id: int, by: User, now: datetime) -> ReviewTask:
    """Make one person responsible for a task of their own department; of two that press at once, one gets it."""
    task = lock_task(task_id)
    _require(by, task)
    if task.kind == StepKind.DECIDE and task.case.application.accepted_by_id == by.pk:
        raise decider_is_acceptor()
    if task.status == TaskStatus.CLAIMED:
        raise AlreadyClaimed(task)
    machine.make(task, "claim", by=by, now=now, claimed_by=by, claimed_at=now)
    return task


@transaction.atomic
def put_back(*, task_id: int, by: User, now: datetime, note: str = "") -> ReviewTask:
    """Return a claimed task to the department's queue; by its holder, or by the department's head."""
    task = lock_task(task_id)
    if task.claimed_by_id != by.pk:
        permissions.require_task_role(by, task, Role.HEAD)
    machine.make(task, "put_back", by=by, now=now, note=note, claimed_by=None, claimed_at=None)
    return task


@transaction.atomic
def record(*, task_id: int, finding: str, by: User, now: datetime) -> TaskRecord:
    """Add a participant's finding to a claimed task (a second inspector's, a colleague's); one for each person."""
    task = lock_task(task_id)
    _require(by, task)
    if task.status != TaskStatus.CLAIMED:
        raise Refusal("not_claimed", "请先由一位同事领取任务，其他人再补充记录。")
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
        raise Refusal(
            "more_people_needed",
            f"本环节须 {task.step.staff_min} 人参加，现有 {present} 人记录；请另一位同事在本任务下填写记录后再完成。",
        )
