"""Giving a task to somebody: by a head from the queue, or from hand to hand. Its limit stays."""

from datetime import datetime

from django.db import transaction

from applications import machine, permissions
from applications.locks import lock_task
from applications.models import ReviewTask
from applications.selectors.queue import available_for
from applications.services import review
from core.errors import Invalid
from core.models import User
from matters.enums import Role


def check_assign(*, task: ReviewTask, by: User) -> None:
    """Allow a head of the department to give an open task to somebody; what runs by itself is given to nobody."""
    permissions.require_task_role(by, task, Role.HEAD)
    review.require_somebodys(task)
    machine.check(task, "assign")


@transaction.atomic
def assign(*, task_id: int, to: User, reason: str, by: User, now: datetime) -> ReviewTask:
    """Give an open task to a person whose post allows the step; the status row keeps who gave it, and why.

    Raises Invalid `not_a_colleague` for somebody without such a post in the department, for somebody who is away, and for
    a decision's acceptor (审批分离).
    """
    task = lock_task(task_id)
    check_assign(task=task, by=by)
    _require_available(task, to)
    note = review.noted(f"交给{to.name}", reason)
    machine.make(task, "assign", by=by, now=now, note=note, claimed_by=to, claimed_at=now)
    return task


def check_transfer(*, task: ReviewTask, by: User) -> None:
    """Allow the holder, their deputy, or a head of the department, to hand a claimed task to a colleague."""
    if not permissions.has_in_hand(by, task):
        permissions.require_task_role(by, task, Role.HEAD)
    machine.check(task, "transfer")


@transaction.atomic
def transfer(*, task_id: int, to: User, reason: str, by: User, now: datetime) -> ReviewTask:
    """Hand a claimed task, with what was recorded so far, to a colleague whose post allows the step.

    The step's limit stays. Raises Invalid `not_a_colleague` as `assign` does, and for whoever has it already.
    """
    task = lock_task(task_id)
    check_transfer(task=task, by=by)
    if not reason.strip():
        raise Invalid("reason_required", "请写明为什么转交。", field="reason")
    if to.pk == task.claimed_by_id:
        raise Invalid("held_already", f"这项任务已经在{to.name}手上，请选择另一位同事。", field="to")
    _require_available(task, to)
    note = review.noted(permissions.behalf(by, task), review.noted(f"交给{to.name}", reason))
    machine.make(task, "transfer", by=by, now=now, note=note, claimed_by=to, claimed_at=now)
    return task


def _require_available(task: ReviewTask, to: User) -> None:
    if not available_for(task).filter(pk=to.pk).exists():
        raise Invalid(
            "not_a_colleague",
            "请从名单中选择接手的同事：须是本部门能办这一环节、现在在岗的人。",
            field="to",
        )
