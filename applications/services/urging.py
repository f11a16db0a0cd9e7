"""Urging (督办): the supervisor, or the lead department of a bundle, asks why a task does not move."""

from datetime import datetime

from django.db import transaction

from applications import permissions
from applications.enums import LIVE_TASK
from applications.locks import lock_task
from applications.models import ReviewTask, Urging
from core import audit, calendar
from core.errors import Invalid, Refusal
from core.models import User
from core.services import notices
from matters.enums import LimitUnit, Role, StepKind
from matters.models import StaffPost

LONGEST_WORKDAYS = 10


def check_urge(*, task: ReviewTask, by: User) -> None:
    """Allow a supervisor, and the head of the bundle's lead department, to urge a live task that is not urged already."""
    permissions.require_urging(by, task)
    if task.kind == StepKind.SPECIAL:
        raise Refusal("runs_by_itself", "这一步由期限自动结束，没有可以督办的人。")
    if task.status not in LIVE_TASK:
        raise Refusal("task_ended", "这项任务已经结束，不需要督办。")
    if _open(task):
        raise Refusal("already_urged", "这项任务已在督办中，请等部门答复后再发。")


def check_answer(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds the task, their deputy, or a head of its department, to answer its open urging."""
    if not permissions.has_in_hand(by, task):
        permissions.require_task_role(by, task, Role.HEAD)
    if not _open(task):
        raise Refusal("not_urged", "这项任务现在没有待答复的督办。")


@transaction.atomic
def urge(*, task_id: int, text: str, workdays: int, by: User, now: datetime) -> Urging:
    """Urge a task: its holder and the heads of its department are told, and answer within so many working days."""
    task = lock_task(task_id)
    check_urge(task=task, by=by)
    if not text.strip():
        raise Invalid("text_required", "请写明督办什么、要求怎么办。", field="text")
    if not 1 <= workdays <= LONGEST_WORKDAYS:
        raise Invalid("workdays_range", f"答复期限请填 1 到 {LONGEST_WORKDAYS} 个工作日。", field="workdays")
    due_at = calendar.due_at(now, workdays, LimitUnit.WORKDAY)
    urging = Urging.objects.create(
        task=task, text=text.strip(), asked_at=now, asked_by=by, answer_due_at=due_at
    )
    _record(urging, "urging.ask", urging.text, by, now)
    _tell_those_who_answer(urging, now)
    return urging


@transaction.atomic
def answer(*, task_id: int, text: str, by: User, now: datetime) -> Urging:
    """Answer the open urging of a task; whoever urged is told."""
    task = lock_task(task_id)
    check_answer(task=task, by=by)
    if not text.strip():
        raise Invalid("text_required", "请写明办理情况和预计完成时间。", field="text")
    urging = _open(task)
    assert urging is not None
    urging.task = task
    urging.answer, urging.answered_at, urging.answered_by = text.strip(), now, by
    urging.save(update_fields=["answer", "answered_at", "answered_by"])
    _record(urging, "urging.answer", urging.answer, by, now)
    notices.notify_staff(
        users=[urging.asked_by],
        title=f"督办已答复：{task.step.name}",
        body=f"{task.case.number}“{task.case.version.name}”的{task.step.name}，{by.name}答复：{urging.answer}",
        link=f"/queue/{task.pk}/",
        reference=task.case.application.number or "",
        now=now,
    )
    return urging


def _open(task: ReviewTask) -> Urging | None:
    return next((each for each in task.urgings.all() if each.answered_at is None), None)


def _record(urging: Urging, act: str, text: str, by: User, now: datetime) -> None:
    reference = urging.task.case.application.number or ""
    audit.record(by=by, now=now, act=act, on=urging, reference=reference, task=urging.task_id, text=text)


def _tell_those_who_answer(urging: Urging, now: datetime) -> None:
    task = urging.task
    heads = StaffPost.objects.current().filter(department=task.department, role=Role.HEAD)
    readers = [post.user for post in heads.select_related("user")]
    if task.claimed_by:
        readers.append(task.claimed_by)
    due = urging.answer_due_at.astimezone(calendar.CHINA)
    notices.notify_staff(
        users=readers,
        title=f"督办：{task.step.name}",
        body=f"{task.case.number}“{task.case.version.name}”的{task.step.name}被督办：{urging.text}\n"
        f"请在{due.month}月{due.day}日前答复。",
        link=f"/queue/{task.pk}/",
        reference=task.case.application.number or "",
        now=now,
    )
