"""One matter of an application on a page: its state, what it waits for, its steps, its result. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from applications.enums import ENDED, LIVE_TASK, CaseStatus, TaskStatus
from applications.models import Case, ReviewTask
from applications.presenters.words import TONES
from applications.questions import skipped_steps
from applications.services.notifications import day_text
from core.countdown import Countdown
from core.models import OfficialDocument
from matters.enums import StepKind
from matters.models import Step

STEP_WORDS = {
    TaskStatus.RELEASED: "已派发",
    TaskStatus.OPEN: "已送达，待办理",
    TaskStatus.CLAIMED: "正在办理",
    TaskStatus.DONE: "已完成",
    TaskStatus.CANCELLED: "不再办理",
}
STEP_STATES = {
    TaskStatus.DONE: "done",
    TaskStatus.RELEASED: "current",
    TaskStatus.OPEN: "current",
    TaskStatus.CLAIMED: "current",
}


@dataclass(frozen=True)
class CaseRow:
    """One case as a page shows it."""

    number: str
    name: str
    department: str
    status: str
    tone: str
    waiting: str
    due_at: datetime | None
    days_left: int | None
    steps: list[dict[str, str]]
    done_steps: int
    reason: str = ""
    competent_authority: str = ""
    result: OfficialDocument | None = None
    is_open: bool = field(default=False)


def case_row(case: Case, countdown: Countdown | None = None) -> CaseRow:
    """Return one case of an application read whole."""
    is_live = case.status == CaseStatus.IN_REVIEW
    steps = step_rows(case)
    return CaseRow(
        number=f"{case.order:02d}",
        name=case.version.name,
        department=case.version.matter.department.short_name,
        status=case.get_status_display(),
        tone=TONES[CaseStatus(case.status)] if case.status in TONES else "neutral",
        waiting=waiting_text(case),
        due_at=case.promised_due_at if is_live else None,
        days_left=countdown.left(case.promised_due_at) if countdown and is_live else None,
        steps=steps,
        done_steps=sum(step["state"] == "done" for step in steps),
        reason=_reason(case),
        competent_authority=case.competent_authority,
        result=_result(case),
        is_open=is_live,
    )


def waiting_text(case: Case) -> str:
    """Return what a waiting case waits for: 等待“公司设立登记”办结后自动开始."""
    if case.status not in (CaseStatus.WAITING, CaseStatus.PENDING):
        return ""
    links = case.waits_for.all()
    open_first = [link for link in links if link.predecessor.status != CaseStatus.GRANTED] or list(links)
    names = "、".join(f"“{link.predecessor.version.name}”" for link in open_first)
    return f"等待{names}办结后自动开始" if names else ""


def step_rows(case: Case) -> list[dict[str, str]]:
    """Return the steps of a case for the step list component; steps that run side by side say so.

    Those that the applicant's situation decides against are left out: they never run.
    """
    tasks = {task.step_id: task for task in case.tasks.all()}
    found = list(case.version.steps.all())
    skipped = skipped_steps(case, found)
    steps = [step for step in found if step.key not in skipped]
    beside = _beside(steps)
    return [_step_row(step, tasks.get(step.pk), beside[step.key], case) for step in steps]


def _progress_row(step: Step, task: ReviewTask | None, case: Case) -> dict[str, str]:
    is_live = task is not None and task.status in LIVE_TASK
    return {
        "name": step.name,
        "department": step.performed_by or step.department.short_name,
        "state": _word(task, case),
        "tone": TONES[TaskStatus(task.status)] if task else "neutral",
        "due": day_text(task.due_at) if task and task.due_at and is_live else "",
    }


def _step_row(step: Step, task: ReviewTask | None, beside: Sequence[str], case: Case) -> dict[str, str]:
    row: dict[str, Any] = _progress_row(step, task, case)
    parts = [row["department"], row["state"]]
    if row["due"]:
        parts.append(f"最迟{row['due']}")
    if step.kind == StepKind.SPECIAL and not step.counts_time:
        parts.append("不计入办理时限")
    if beside:
        parts.append(f"与{'、'.join(f'“{name}”' for name in beside)}同时进行")
    state = STEP_STATES.get(TaskStatus(task.status), "") if task else ""
    return {"title": step.name, "text": " · ".join(parts), "state": state, "state_text": row["state"]}


def _word(task: ReviewTask | None, case: Case) -> str:
    if task:
        return STEP_WORDS[TaskStatus(task.status)]
    return "不再办理" if case.status in ENDED else "未开始"


def _beside(steps: Sequence[Step]) -> dict[str, list[str]]:
    """Return for each step the names of the others that are released at the same moment."""
    return {
        step.key: [other.name for other in steps if other is not step and set(other.after) == set(step.after)]
        for step in steps
    }


def _reason(case: Case) -> str:
    decision = getattr(case, "decision", None)
    if case.status == CaseStatus.DENIED and decision:
        return decision.reasons
    return case.end_reason


def _result(case: Case) -> OfficialDocument | None:
    certificate = getattr(case, "certificate", None)
    return certificate.document if certificate else None
