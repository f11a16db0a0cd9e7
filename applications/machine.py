"""Every transition there is, in one table; who owns each state; the one function that makes a transition.

The diagram in docs/reference/states.md is generated from these tables (`manage.py state_diagram`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.enums import ApplicationStatus as A
from applications.enums import CaseStatus as C
from applications.enums import CorrectionStatus as R
from applications.enums import TaskStatus as T
from applications.models import Application, Case, Correction, ReviewTask, StatusChange
from core import audit
from core.errors import Refusal
from core.models import User

Record = Any  # a model instance whose class is declared in TRANSITIONS


@dataclass(frozen=True)
class Transition:
    """One act: the states it may start from, the state it ends in, and what people call it."""

    act: str
    label: str
    sources: tuple[str, ...]
    target: str


TRANSITIONS: dict[type, tuple[Transition, ...]] = {
    Application: (
        Transition("submit", "提交申请", (A.DRAFT,), A.SUBMITTED),
        Transition("ask_correction", "一次性告知补正", (A.SUBMITTED,), A.CORRECTION_OPEN),
        Transition("answer_correction", "提交补正", (A.CORRECTION_OPEN,), A.SUBMITTED),
        Transition("lapse", "逾期未补正，视为撤回", (A.CORRECTION_OPEN,), A.WITHDRAWN),
        Transition("accept", "受理", (A.SUBMITTED,), A.ACCEPTED),
        Transition("refuse", "不予受理", (A.SUBMITTED,), A.REFUSED),
        Transition("withdraw", "撤回申请", (A.SUBMITTED, A.CORRECTION_OPEN, A.ACCEPTED), A.WITHDRAWN),
        Transition("close", "办结", (A.ACCEPTED,), A.CLOSED),
    ),
    Case: (
        Transition("start", "开始办理", (C.PENDING, C.WAITING), C.IN_REVIEW),
        Transition("wait", "等待前置事项", (C.PENDING,), C.WAITING),
        Transition("refuse", "不予受理", (C.PENDING,), C.REFUSED),
        Transition("grant", "准予", (C.IN_REVIEW,), C.GRANTED),
        Transition("deny", "不予", (C.IN_REVIEW,), C.DENIED),
        Transition("not_proceed", "不再办理", (C.WAITING,), C.NOT_PROCEEDED),
        Transition("withdraw", "撤回", (C.PENDING, C.WAITING, C.IN_REVIEW), C.WITHDRAWN),
    ),
    ReviewTask: (
        Transition("receipt", "送达部门", (T.RELEASED,), T.OPEN),
        Transition("claim", "领取", (T.OPEN,), T.CLAIMED),
        Transition("put_back", "退回队列", (T.CLAIMED,), T.OPEN),
        Transition("complete", "完成", (T.CLAIMED,), T.DONE),
        Transition("elapse", "期满", (T.RELEASED, T.OPEN, T.CLAIMED), T.DONE),
        Transition("cancel", "取消", (T.RELEASED, T.OPEN, T.CLAIMED), T.CANCELLED),
    ),
    Correction: (
        Transition("answer", "补正", (R.OPEN,), R.ANSWERED),
        Transition("lapse", "逾期", (R.OPEN,), R.LAPSED),
        Transition("cancel", "终止", (R.OPEN,), R.CANCELLED),
    ),
}

APPLICANT, WINDOW, DEPARTMENT, OUTLET, SYSTEM, NOBODY = (
    "申请人",
    "综合窗口",
    "承办部门",
    "出件窗口",
    "系统",
    "无",
)

OWNERS: dict[type, dict[str, str]] = {
    Application: {
        A.DRAFT: APPLICANT,
        A.SUBMITTED: WINDOW,
        A.CORRECTION_OPEN: APPLICANT,
        A.ACCEPTED: DEPARTMENT,
        A.REFUSED: NOBODY,
        A.WITHDRAWN: NOBODY,
        A.CLOSED: NOBODY,
    },
    Case: {
        C.PENDING: WINDOW,
        C.WAITING: DEPARTMENT,
        C.IN_REVIEW: DEPARTMENT,
        C.GRANTED: OUTLET,
        C.DENIED: OUTLET,
        C.NOT_PROCEEDED: NOBODY,
        C.REFUSED: NOBODY,
        C.WITHDRAWN: NOBODY,
    },
    ReviewTask: {
        T.RELEASED: SYSTEM,
        T.OPEN: DEPARTMENT,
        T.CLAIMED: DEPARTMENT,
        T.DONE: NOBODY,
        T.CANCELLED: NOBODY,
    },
    Correction: {R.OPEN: APPLICANT, R.ANSWERED: NOBODY, R.LAPSED: NOBODY, R.CANCELLED: NOBODY},
}

# A label may speak to the owner of the state; staff, whose turn it is not, read it so.
STAFF_LABELS: dict[type, dict[str, str]] = {Application: {A.CORRECTION_OPEN: f"等待{APPLICANT}补正"}}

_APPLICATION_OF: dict[type, Callable[[Any], Application]] = {
    Application: lambda application: application,
    Case: lambda case: case.application,
    ReviewTask: lambda task: task.case.application,
    Correction: lambda correction: correction.application,
}


def declare(
    model: type,
    transitions: tuple[Transition, ...],
    *,
    owners: dict[str, str],
    application_of: Callable[[Any], Application],
) -> None:
    """Add the transitions of a record that a higher room owns, so that one table holds them all."""
    TRANSITIONS[model], OWNERS[model], _APPLICATION_OF[model] = transitions, owners, application_of


class WrongState(Refusal):
    """The record is not in a state from which the act may start: someone was first, or the page is old."""

    def __init__(self, record: Record, transition: Transition) -> None:
        state = label_for_staff(record)
        super().__init__(
            f"cannot_{transition.act}",
            f"{record._meta.verbose_name}现在是“{state}”，不能再“{transition.label}”。请刷新页面查看最新进展。",
        )


def transition_of(record: Record, act: str) -> Transition:
    """Return the transition of this name for this kind of record."""
    return next(each for each in TRANSITIONS[type(record)] if each.act == act)


def label_of(record: str, act: str) -> str:
    """Return what people call an act of this kind of record (its model name)."""
    return next(
        each.label
        for model, rows in TRANSITIONS.items()
        if model.__name__.lower() == record
        for each in rows
        if each.act == act
    )


def label_for_staff(record: Record) -> str:
    """Return what staff call the record's present state: whom it waits for, where its label speaks to that person."""
    said: str = STAFF_LABELS.get(type(record), {}).get(record.status, "") or record.get_status_display()
    return said


def can(record: Record, act: str) -> bool:
    """Return whether the act may start from the record's present state."""
    return record.status in transition_of(record, act).sources


def check(record: Record, act: str) -> Transition:
    """Return the transition, or raise WrongState."""
    transition = transition_of(record, act)
    if record.status not in transition.sources:
        raise WrongState(record, transition)
    return transition


def make(
    record: Record,
    act: str,
    *,
    by: User | None,
    now: datetime,
    note: str = "",
    label: str = "",
    **changes: Any,
) -> None:
    """Make one transition of a locked record: check, change, append the status row, write the audit entry.

    `changes` are the columns that change with it. The caller holds the application's lock (`locks.lock_application`)
    inside a transaction. Raises WrongState and changes nothing when the act may not start from the present state.
    """
    transition = check(record, act)
    source, record.status = record.status, transition.target
    for column, value in changes.items():
        setattr(record, column, value)
    record.save(update_fields=["status", *changes])
    application = _APPLICATION_OF[type(record)](record)
    StatusChange.objects.create(
        application=application,
        case=record.case if isinstance(record, ReviewTask) else record if isinstance(record, Case) else None,
        task=record if isinstance(record, ReviewTask) else None,
        record=record._meta.model_name,
        act=act,
        source=source,
        target=transition.target,
        at=now,
        by=by,
        note=note[:400],
    )
    audit.record(
        by=by,
        now=now,
        act=f"{record._meta.model_name}.{act}",
        on=record,
        reference=application.number or "",
        label=label,
        source=source,
        target=transition.target,
        note=note,
    )
