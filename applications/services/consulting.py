"""Asking somebody else for an opinion: one question, one answer, one day by which it must come (征询意见).

There is no conversation: what was not understood is a new question. The clocks of the case run on.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from applications import machine, permissions
from applications.enums import LIVE_TASK, ConsultationStatus
from applications.locks import lock_consultation, lock_task
from applications.models import ApplicationMaterial, Consultation, ReviewTask
from applications.selectors.consulting import colleagues_to_ask, departments_to_ask, materials_of
from applications.services import review
from core import audit, calendar
from core.clock import local_date
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import User
from core.services.notices import notify_staff
from matters.enums import LimitUnit, Role
from matters.models import Department

MOST_DAYS = 15
USUAL_DAYS = 5
UNANSWERED = (ConsultationStatus.OPEN, ConsultationStatus.CANCELLED)


def check_ask(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds a claimed task to ask others."""
    review.require_holder(task, by)


@transaction.atomic
def ask(
    *,
    task_id: int,
    question: str,
    days: int,
    by: User,
    now: datetime,
    department: Department | None = None,
    person: User | None = None,
    materials: Sequence[ApplicationMaterial] = (),
) -> Consultation:
    """Put a question to another department, or to one colleague of one's own, to be answered within `days` working days.

    `materials` are those of the matter that the answer needs; nothing else of the application is shown. Raises Invalid
    `question_required`, `days_out_of_range`, `one_to_ask`, `not_to_be_asked`, `foreign_material`; Refusal
    `already_asked` while a question to the same place is open; CalendarNotLoaded.
    """
    task = lock_task(task_id)
    check_ask(task=task, by=by)
    _check_question(question, days)
    asked = _asked(task, by, department, person)
    _check_not_asked(task, asked, person)
    given = {each.pk for each in materials}
    if given - set(materials_of(task, by).values_list("pk", flat=True)):
        raise Invalid("foreign_material", "只能提供本事项的材料，请从名单中选择。", field="materials")
    consultation = Consultation.objects.create(
        task=task,
        department=asked,
        person=person,
        question=question.strip(),
        asked_at=now,
        asked_by=by,
        due_at=calendar.due_at(now, days, LimitUnit.WORKDAY),
    )
    consultation.materials.set(given)
    if person:
        _tell(
            consultation,
            "有同事征询您的意见",
            consultation.question,
            [person],
            now,
            reverse("consultation", args=[consultation.pk]),
        )
    _note(consultation, "consultation.ask", by, now, question=consultation.question, asked=consultation.asked)
    return consultation


def _check_question(question: str, days: int) -> None:
    if not question.strip():
        raise Invalid("question_required", "请写明要征询的问题。", field="question")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("days_out_of_range", f"答复期限请填 1 至 {MOST_DAYS} 个工作日。", field="days")


def _asked(task: ReviewTask, by: User, department: Department | None, person: User | None) -> Department:
    if (department is None) == (person is None):
        raise Invalid(
            "one_to_ask", "请选择一个部门，或者一位同事；要问几处的，请分别征询。", field="department"
        )
    if person is not None:
        if not colleagues_to_ask(task, by).filter(pk=person.pk).exists():
            raise Invalid("not_to_be_asked", "请从名单中选择本部门的同事。", field="person")
        return task.department
    assert department is not None
    if not departments_to_ask(task).filter(pk=department.pk).exists():
        raise Invalid("not_to_be_asked", "请从名单中选择其他部门。", field="department")
    return department


def _check_not_asked(task: ReviewTask, department: Department, person: User | None) -> None:
    same = task.consultations.filter(status=ConsultationStatus.OPEN, person=person, department=department)
    if same.exists():
        raise Refusal("already_asked", "已经向这里征询过，还在等答复；要改问的，请先撤回原来的征询。")


def check_answer(*, consultation: Consultation, by: User) -> None:
    """Allow the person asked, or whoever answers for the department asked, while the question and its task are open.

    Somebody else's question does not exist. Raises Forbidden `own_question` for who asked it.
    """
    if not permissions.answerable(by).filter(pk=consultation.pk).exists():
        raise NotFound("没有找到这件征询，可能不是向您或您的部门提出的。")
    if consultation.status in UNANSWERED and consultation.task.status not in LIVE_TASK:
        raise Refusal("task_ended", "提出征询的任务已经结束，无需再答复。")
    machine.check(consultation, "answer")
    if consultation.asked_by_id == by.pk:
        raise Forbidden("own_question", "这是您自己提出的征询，请由被征询部门的其他同事答复。")


@transaction.atomic
def answer(*, consultation_id: int, answer: str, by: User, now: datetime) -> Consultation:
    """Answer a question, once, until its day has passed.

    Raises Invalid `answer_required`, Refusal `consultation_late` after its day (it counts as no objection).
    """
    consultation = lock_consultation(consultation_id)
    check_answer(consultation=consultation, by=by)
    if not answer.strip():
        raise Invalid("answer_required", "请写明答复意见；没有意见的，请写“无意见”。", field="answer")
    if consultation.due_at < now:
        raise Refusal(
            "consultation_late",
            f"答复期限是{local_date(consultation.due_at):%-m月%-d日}，已经过了，按无意见处理；仍有意见的，请联系征询部门重新征询。",
        )
    note = f"{consultation.asked}答复：{answer.strip()}"
    machine.make(
        consultation,
        "answer",
        by=by,
        now=now,
        note=note,
        answer=answer.strip(),
        answered_at=now,
        answered_by=by,
    )
    _tell_asker(consultation, f"{consultation.asked}已答复您的征询", consultation.answer, now)
    return consultation


def check_cancel(*, task: ReviewTask, by: User) -> None:
    """Allow the holder of a task, their deputy, or a head of its department, to take back a question that waits for its answer."""
    roles = permissions.BACK_OFFICE if permissions.has_in_hand(by, task) else (Role.HEAD,)
    permissions.require_task_role(by, task, *roles)
    if not task.consultations.filter(status=ConsultationStatus.OPEN).exists():
        raise Refusal("nothing_asked", "这项任务没有待答复的征询，无需撤回。")


@transaction.atomic
def cancel(
    *, task_id: int, consultation: Consultation, by: User, now: datetime, reason: str = ""
) -> Consultation:
    """Take back a question of a task that nobody has answered."""
    task = lock_task(task_id)
    check_cancel(task=task, by=by)
    found = task.consultations.select_related("department", "person").filter(pk=consultation.pk).first()
    if found is None:
        raise NotFound()
    found.task = task
    machine.make(found, "cancel", by=by, now=now, note=reason.strip())
    return found


@transaction.atomic
def lapse(*, consultation_id: int, now: datetime) -> bool:
    """Let a question end that nobody has answered by its day: it counts as no objection; False where there is nothing to do.

    One from before questions ended with their task (`machine.make`) is taken back if its task has ended.
    """
    consultation = lock_consultation(consultation_id)
    if consultation.status != ConsultationStatus.OPEN:
        return False
    if consultation.task.status not in LIVE_TASK:
        machine.make(consultation, "cancel", by=None, now=now, note="任务已结束")
        return True
    if consultation.due_at >= now:
        return False
    note = f"{consultation.asked}逾期未答复，视为无意见"
    machine.make(consultation, "lapse", by=None, now=now, note=note)
    _tell_asker(consultation, note, consultation.question, now)
    return True


def _tell_asker(consultation: Consultation, title: str, body: str, now: datetime) -> None:
    """Tell who asked, and whoever holds the task by now."""
    task = consultation.task
    readers = [consultation.asked_by, *([task.claimed_by] if task.claimed_by else [])]
    _tell(consultation, title, body, readers, now, reverse("task", args=[task.pk]))


def _tell(
    consultation: Consultation, title: str, body: str, users: Sequence[User], now: datetime, link: str
) -> None:
    reference = consultation.task.case.application.number or ""
    notify_staff(users=users, title=title, body=body, link=link, reference=reference, now=now)


def _note(consultation: Consultation, act: str, by: User, now: datetime, **detail: str) -> None:
    reference = consultation.task.case.application.number or ""
    audit.record(by=by, now=now, act=act, on=consultation, reference=reference, **detail)
