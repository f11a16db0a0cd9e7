"""Steering a case by hand where its flow alone does not lead on: back to one step, past one, to another department.

There is no act to cancel a live task and go on: that is to skip it, and two acts that do the same would differ in
nothing but the word on the record.
"""

from datetime import datetime

from django.db import transaction

from applications import machine, permissions, policies
from applications.enums import CaseStatus, TaskOutcome
from applications.locks import lock_task
from applications.models import ReviewTask
from applications.selectors.flow import departments_for, examined_besides, finished_before
from applications.services import notifications, review, routing
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import Role, StepKind
from matters.joining import OPINIONS
from matters.models import Department


def check_send_back(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds a task to send an earlier step back, while the case is not decided."""
    review.require_holder(task, by)
    _require_undecided(task)
    if not finished_before(task):
        raise Refusal("nothing_before", "这一环节之前没有已办完、可以退回的环节；材料有问题的，请写明意见。")


@transaction.atomic
def send_back(*, task_id: int, step: str, reason: str, by: User, now: datetime) -> ReviewTask:
    """Send one earlier, finished step back to be done again, and return its new round.

    Its clock starts now. The sender's own task ends and comes again as a new round once that step is done; steps beside
    it and between the two are left as they are. Raises Invalid `not_before` for a step that does not lead here or is not
    done: decisions, publicity and money are never sent back.
    """
    task = lock_task(task_id)
    check_send_back(task=task, by=by)
    reason = _reason(reason, "请写明退回的原因：要重新办理什么。")
    earlier = next((each for each in finished_before(task) if each.step.key == step), None)
    if earlier is None:
        raise Invalid("not_before", "请从名单中选择要退回的环节：须是本环节之前、已经办完的。", field="step")
    machine.make(
        task,
        "send_back",
        by=by,
        now=now,
        note=review.noted(permissions.behalf(by, task), f"退回“{earlier.step.name}”：{reason}"),
        outcome=TaskOutcome.SENT_BACK,
        opinion=reason,
        completed_at=now,
        completed_by=by,
    )
    return routing.release(case=task.case, step=earlier.step, now=now, before=earlier, sent_back_from=task)


def check_skip(*, task: ReviewTask, by: User) -> None:
    """Allow a head of the department to skip a step that gives an opinion, while the case is not decided.

    What several people must do, what is on record already and the last examination are not skipped
    (`policies.require_skippable`).
    """
    permissions.require_task_role(by, task, Role.HEAD)
    if task.kind not in OPINIONS:
        raise Refusal(
            "not_to_be_skipped",
            f"“{StepKind(task.kind).label}”环节不能略过；只有审查、现场核查和会签可以。",
        )
    _require_undecided(task)
    machine.check(task, "skip")
    policies.require_skippable(task, others=len(examined_besides(task)))


@transaction.atomic
def skip(*, task_id: int, reason: str, by: User, now: datetime) -> ReviewTask:
    """Go past a step that need not be done in this case; it counts as done, without an opinion.

    Whoever goes past one no longer decides the case (`review.check_decider`).
    """
    task = lock_task(task_id)
    check_skip(task=task, by=by)
    reason = _reason(reason, "请写明为什么略过这一环节。")
    machine.make(
        task,
        "skip",
        by=by,
        now=now,
        note=reason,
        outcome=TaskOutcome.SKIPPED,
        opinion=reason,
        completed_at=now,
        completed_by=by,
    )
    notifications.task_ended(task=task, why=f"负责人略过本环节，{reason}", by=by, now=now)
    routing.after_task(task=task, now=now)
    return task


def check_reroute(*, task: ReviewTask, by: User) -> None:
    """Allow a head of the department that has a task to pass it to another one; never a decision (职权法定)."""
    permissions.require_task_role(by, task, Role.HEAD)
    if task.kind == StepKind.DECIDE:
        raise Refusal("decides_itself", "决定由事项的实施部门作出，不能改派其他部门。")
    if task.kind == StepKind.SPECIAL:
        raise Refusal("runs_by_itself", "这一步由期限自动结束，无需改派。")
    machine.check(task, "reroute")
    if not departments_for(task).exists():
        raise Refusal("nowhere_to_go", "没有其他部门设有能办这一环节的岗位，请先由系统管理员设岗。")


@transaction.atomic
def reroute(*, task_id: int, to: Department, reason: str, by: User, now: datetime) -> ReviewTask:
    """Pass a task to another department that has people for it, and return its new round there.

    The task ends with the reason; the new round looks new in the other department, and its clock starts now. Raises
    Invalid `no_such_post` for a department without current posts for the step.
    """
    task = lock_task(task_id)
    check_reroute(task=task, by=by)
    reason = _reason(reason, "请写明为什么改派。")
    if not departments_for(task).filter(pk=to.pk).exists():
        raise Invalid("no_such_post", "请从名单中选择部门：须设有能办这一环节的岗位。", field="to")
    machine.make(
        task,
        "reroute",
        by=by,
        now=now,
        note=f"改派{to.short_name}：{reason}",
        opinion=reason,
        next_attempt_at=None,
    )
    notifications.task_ended(task=task, why=f"已改派{to.short_name}，{reason}", by=by, now=now)
    return routing.release(
        case=task.case,
        step=task.step,
        now=now,
        before=task,
        department=to,
        sent_back_from=task.sent_back_from,
    )


def _require_undecided(task: ReviewTask) -> None:
    if task.case.status != CaseStatus.IN_REVIEW:
        raise Refusal("already_ended", f"办件现在是“{task.case.get_status_display()}”，环节不能再变动。")


def _reason(said: str, missing: str) -> str:
    if not said.strip():
        raise Invalid("reason_required", missing, field="reason")
    return said.strip()
