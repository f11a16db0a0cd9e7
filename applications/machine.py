"""Every transition there is, in one table; who owns each state; the one function that makes a transition.

The diagram in docs/reference/states.md is generated from these tables (`manage.py state_diagram`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from applications.enums import APPLICANT, DEPARTMENT, ENDED_TASK, NOBODY, OUTLET, SYSTEM, WINDOW, ClockKind
from applications.enums import ApplicationStatus as A
from applications.enums import CaseStatus as C
from applications.enums import ConsultationStatus as Q
from applications.enums import CorrectionStatus as R
from applications.enums import DraftStatus as D
from applications.enums import TaskStatus as T
from applications.models import (
    Application,
    Case,
    Consultation,
    Correction,
    DecisionDraft,
    ReviewTask,
    StatusChange,
)
from applications.services import clocks
from core import audit
from core.errors import Refusal
from core.models import User
from core.together import Together, are_added

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
        Transition("deny", "不予", (C.IN_REVIEW, C.SIMULATED), C.DENIED),
        Transition("simulate", "出具模拟意见", (C.IN_REVIEW,), C.SIMULATED),
        Transition("supply", "补齐前置条件", (C.SIMULATED,), C.SIMULATED),
        Transition("return_supply", "补齐的材料不符", (C.SIMULATED,), C.SIMULATED),
        Transition("convert", "模拟意见转为正式决定", (C.SIMULATED,), C.GRANTED),
        Transition("reopen", "重新审查", (C.SIMULATED,), C.IN_REVIEW),
        Transition("revoke", "撤销", (C.GRANTED,), C.REVOKED),
        Transition("not_proceed", "不再办理", (C.WAITING,), C.NOT_PROCEEDED),
        Transition("withdraw", "撤回", (C.PENDING, C.WAITING, C.IN_REVIEW, C.SIMULATED), C.WITHDRAWN),
    ),
    ReviewTask: (
        Transition("receipt", "送达部门", (T.RELEASED,), T.OPEN),
        Transition("claim", "领取", (T.OPEN,), T.CLAIMED),
        Transition("assign", "分派", (T.OPEN,), T.CLAIMED),
        Transition("transfer", "转交", (T.CLAIMED,), T.CLAIMED),
        Transition("put_back", "退回队列", (T.CLAIMED,), T.OPEN),
        Transition("complete", "完成", (T.CLAIMED,), T.DONE),
        Transition("pay", "发放", (T.CLAIMED,), T.DONE),
        Transition("fail_payment", "发放未成功", (T.CLAIMED,), T.CLAIMED),
        Transition("order_mending", "责令限期整改", (T.CLAIMED,), T.DONE),
        Transition("send_back", "退回前面环节", (T.CLAIMED,), T.DONE),
        Transition("skip", "略过", (T.OPEN, T.CLAIMED), T.DONE),
        Transition("reroute", "改派部门", (T.OPEN, T.CLAIMED), T.CANCELLED),
        Transition("elapse", "期满", (T.RELEASED, T.OPEN, T.CLAIMED), T.DONE),
        Transition("cancel", "取消", (T.RELEASED, T.OPEN, T.CLAIMED), T.CANCELLED),
    ),
    Correction: (
        Transition("answer", "补正", (R.OPEN,), R.ANSWERED),
        Transition("lapse", "逾期", (R.OPEN,), R.LAPSED),
        Transition("cancel", "终止", (R.OPEN,), R.CANCELLED),
    ),
    Consultation: (
        Transition("answer", "答复", (Q.OPEN,), Q.ANSWERED),
        Transition("lapse", "逾期，视为无意见", (Q.OPEN,), Q.LAPSED),
        Transition("cancel", "撤回征询", (Q.OPEN,), Q.CANCELLED),
    ),
    DecisionDraft: (
        Transition("revise", "修改拟稿", (D.DRAFT, D.COUNTERSIGNING, D.COUNTERSIGNED, D.RETURNED), D.DRAFT),
        Transition("send", "送核签", (D.DRAFT,), D.COUNTERSIGNING),
        Transition("countersign", "核签同意", (D.COUNTERSIGNING,), D.COUNTERSIGNED),
        Transition("return", "退回拟稿", (D.COUNTERSIGNING,), D.RETURNED),
        Transition("issue", "签发", (D.DRAFT, D.COUNTERSIGNED), D.ISSUED),
        Transition("drop", "作废", (D.DRAFT, D.COUNTERSIGNING, D.COUNTERSIGNED, D.RETURNED), D.DROPPED),
    ),
}

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
        C.SIMULATED: APPLICANT,
        C.REVOKED: NOBODY,
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
    Consultation: {Q.OPEN: DEPARTMENT, Q.ANSWERED: NOBODY, Q.LAPSED: NOBODY, Q.CANCELLED: NOBODY},
    DecisionDraft: {
        D.DRAFT: DEPARTMENT,
        D.COUNTERSIGNING: DEPARTMENT,
        D.COUNTERSIGNED: DEPARTMENT,
        D.RETURNED: DEPARTMENT,
        D.ISSUED: NOBODY,
        D.DROPPED: NOBODY,
    },
}

# A label may speak to the owner of the state; staff, whose turn it is not, read it so.
STAFF_LABELS: dict[type, dict[str, str]] = {Application: {A.CORRECTION_OPEN: f"等待{APPLICANT}补正"}}

_APPLICATION_OF: dict[type, Callable[[Any], Application]] = {
    Application: lambda application: application,
    Case: lambda case: case.application,
    ReviewTask: lambda task: task.case.application,
    Correction: lambda correction: correction.application,
    Consultation: lambda consultation: consultation.task.case.application,
    DecisionDraft: lambda draft: draft.case.application,
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
        self.found = f"{record._meta.verbose_name}现在是“{label_for_staff(record)}”"
        super().__init__(f"cannot_{transition.act}", self.told_of(transition.label))

    def told_of(self, act: str) -> str:
        """Return the sentence about the act a person pressed, where it is called otherwise than the transition."""
        return f"{self.found}，不能再“{act}”。请刷新页面查看最新进展。"


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
    starts: Iterable[ClockKind] = (),
    adds: Sequence[Model] = (),
    **changes: Any,
) -> None:
    """Make one transition of a locked record: check, change, append the status row, write the audit entry; what ends with it ends.

    `changes` are the columns that change with it, `starts` the clocks that begin, `adds` new rows that are written with
    it; clocks stop, and questions end with their task. All of it is one statement. The caller holds the application's lock
    (`locks.lock_application`) inside a transaction. Raises WrongState and changes nothing from any other state.
    """
    transition = check(record, act)
    source, record.status = record.status, transition.target
    for column, value in changes.items():
        setattr(record, column, value)
    begun = clocks.set_off(*starts, on=record, now=now) if starts else []
    written = Together()
    written.update(record, ["status", *changes, *clocks.due_columns(begun, record)])
    for row in (_status_row(record, transition, source, by, now, note), *begun):
        written.insert(row)
    written.insert(
        audit.entry(
            by=by,
            now=now,
            act=f"{record._meta.model_name}.{act}",
            on=record,
            reference=_APPLICATION_OF[type(record)](record).number or "",
            label=label,
            detail={"source": source, "target": transition.target, "note": note},
        )
    )
    for new in adds:
        written.ask(written.id_of(written.insert(new)))
    clocks.follow(record=record, now=now, written=written)
    if isinstance(record, ReviewTask) and record.status in ENDED_TASK:
        asked = "SELECT 1 FROM applications_consultation WHERE task_id = %s AND status = %s"
        written.ask(f"EXISTS({asked})", record.pk, Q.OPEN)
    answers = written.run()
    are_added(adds, answers[: len(adds)])
    ended, *questioned = answers[len(adds) :]
    clocks.followed(record=record, ended=ended, now=now)
    if any(questioned):
        _take_back_questions(record, now)


def _status_row(
    record: Record, transition: Transition, source: str, by: User | None, now: datetime, note: str
) -> StatusChange:
    task = record if isinstance(record, ReviewTask) else getattr(record, "task", None)
    return StatusChange(
        application=_APPLICATION_OF[type(record)](record),
        case=task.case if task else record if isinstance(record, Case) else getattr(record, "case", None),
        task=task,
        record=record._meta.model_name,
        act=transition.act,
        source=source,
        target=transition.target,
        at=now,
        by=by,
        note=note[:400],
        **_hands(record),
    )


def _take_back_questions(task: ReviewTask, now: datetime) -> None:
    """End what others were asked on a task that has ended: no answer is waited for any more."""
    for asked in task.consultations.filter(status=Q.OPEN).order_by("pk"):
        asked.task = task
        make(asked, "cancel", by=None, now=now, note="任务已结束")


def _hands(record: Record) -> dict[str, int | None]:
    """Return whose queue and whose hands a task is in."""
    if not isinstance(record, ReviewTask):
        return {}
    return {"department_id": record.department_id, "holder_id": record.claimed_by_id}
