"""Beginning a special procedure (特别程序) in a step that needs one, and ending it before its time (行政许可法 §45)."""

from datetime import datetime

from django.db import transaction

from applications import permissions
from applications.clocks import LAWFUL
from applications.enums import LIVE_TASK, CaseStatus
from applications.locks import lock_task
from applications.models import ReviewTask, Suspension
from applications.services import review, suspensions
from core.calendar import working_time
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import LimitUnit, Role, StepKind


def check_suspend(*, task: ReviewTask, by: User) -> None:
    """Allow the holder of a task of a case under review, or their deputy, while no special procedure of that step runs."""
    review.require_holder(task, by)
    if task.case.status != CaseStatus.IN_REVIEW:
        raise Refusal("not_under_review", "办件已不在办理中，不能再启动特别程序。")
    if _open(task):
        raise Refusal("already_suspended", "本环节的特别程序正在进行；请先结束，再启动另一项。")


def check_resume(*, task: ReviewTask, by: User) -> None:
    """Allow the holder, their deputy, or a head of the department, to end the special procedure of a step before its time."""
    if task.kind == StepKind.SPECIAL:
        raise Refusal("runs_by_itself", "这一步由期限自动结束，不能提前结束。")
    if not permissions.has_in_hand(by, task):
        permissions.require_task_role(by, task, Role.HEAD)
    if not _open(task):
        raise Refusal("not_suspended", "本环节没有正在进行的特别程序，无需恢复。")


@transaction.atomic
def suspend(
    *, task_id: int, kind: str, reason: str, days: int, by: User, now: datetime, basis: str = ""
) -> Suspension:
    """Begin a special procedure for a lawful kind, with its expected working days, and tell the applicant in writing.

    All limits of the case stand still, and that of this step; other steps go on. Raises Invalid for a kind that the law
    does not know, without a reason, without a basis where the kind has none of its own, or for too many days; Refusal
    `limit_passed` when the case is late already: what is over cannot stand still, and nobody hides lateness behind it.
    """
    task = lock_task(task_id)
    check_suspend(task=task, by=by)
    limit = task.case.statutory_due_at or task.case.promised_due_at
    if limit and limit < now:
        raise Refusal("limit_passed", "办理时限已过，不能再停止计时；请尽快作出决定。")
    lawful = LAWFUL.get(kind)
    if lawful is None:
        raise Invalid("kind_not_lawful", "请选择法律规定的特别程序。", field="kind")
    if not reason.strip():
        raise Invalid("reason_required", "请写明为什么需要这项特别程序，申请人会看到。", field="reason")
    if not (basis.strip() or lawful.basis):
        raise Invalid(
            "basis_required",
            f"请写明“{lawful.kind.label}”所依据的法律、法规条款；没有依据的，不得停止计时。",
            field="basis",
        )
    if not 1 <= days <= lawful.longest:
        raise Invalid(
            "days_range",
            f"“{lawful.kind.label}”的预计时间请填 1 到 {lawful.longest} 个工作日。",
            field="days",
        )
    suspension = Suspension(
        case=task.case,
        task=task,
        kind=kind,
        basis=basis.strip() or lawful.basis,
        reason=reason.strip(),
        expected_days=days,
        expected_end=working_time(now).due(now, days, LimitUnit.WORKDAY),
    )
    return suspensions.begin(suspension, by, now)


@transaction.atomic
def resume(*, task_id: int, by: User, now: datetime) -> Suspension:
    """End a special procedure before its time: the limits go on, by as many days as it took."""
    task = lock_task(task_id)
    check_resume(task=task, by=by)
    suspension = Suspension.objects.get(task=task, ended_at=None)
    suspension.task, suspension.case = task, task.case
    suspensions.finish(suspension, by, now)
    return suspension


def _open(task: ReviewTask) -> bool:
    return task.status in LIVE_TASK and Suspension.objects.filter(task=task, ended_at=None).exists()
