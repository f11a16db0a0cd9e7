"""One matter of an application on a page: its state, what it waits for, its steps, its result. No queries here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from applications import remedies
from applications.enums import ENDED, LIVE_TASK, CaseStatus, TaskOutcome, TaskStatus
from applications.models import Application, Case, ReviewTask
from applications.presenters.chart import Chart, case_chart
from applications.presenters.supplies import Awaited, awaited_of
from applications.presenters.words import TONES, day_span, outcome_of
from applications.questions import skipped_steps
from applications.services.notifications import day_text
from core.clock import local_date
from core.countdown import Countdown
from core.models import OfficialDocument
from matters.enums import StepKind
from matters.joining import join_text
from matters.models import Step
from matters.presenters.figures import Usual, usual

STEP_WORDS = {
    TaskStatus.RELEASED: "已派发",
    TaskStatus.OPEN: "已送达，待办理",
    TaskStatus.CLAIMED: "正在办理",
    TaskStatus.DONE: "已完成",
    TaskStatus.CANCELLED: "不再办理",
}
OUTCOME_WORDS = {
    TaskOutcome.SENT_BACK: "等前面的环节重新办理",
    TaskOutcome.SKIPPED: "不需办理",
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
    order: int
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
    appeal: Sequence[Mapping[str, Any]] = ()
    simulated: str = ""
    awaited: Awaited | None = None
    competent_authority: str = ""
    result: OfficialDocument | None = None
    is_open: bool = field(default=False)
    usual: Usual | None = None
    expected: str = ""
    chart: Chart | None = None


def case_row(
    case: Case, countdown: Countdown | None = None, application: Application | None = None
) -> CaseRow:
    """Return one case of an application read whole; with the application also what a simulated opinion waits for."""
    is_live = case.status == CaseStatus.IN_REVIEW
    awaited = awaited_of(case, application) if application else None
    is_due = is_live or bool(awaited and awaited.checking)
    steps = step_rows(case, countdown)
    is_usual = None if case.status in ENDED else usual(case.version.matter.figures.all())
    return CaseRow(
        number=f"{case.order:02d}",
        order=case.order,
        name=case.version.name,
        department=case.version.matter.department.short_name,
        status=case.get_status_display(),
        tone=TONES[CaseStatus(case.status)] if case.status in TONES else "neutral",
        waiting=waiting_text(case),
        due_at=case.promised_due_at if is_due else None,
        days_left=countdown.left(case.promised_due_at, case.pauses) if countdown and is_due else None,
        steps=steps,
        done_steps=sum(step["state"] == "done" for step in steps),
        reason=_reason(case),
        appeal=_appeal(case),
        simulated=_simulated(case),
        awaited=awaited,
        competent_authority=case.competent_authority,
        result=_result(case),
        is_open=is_live,
        usual=is_usual,
        expected=_expected(case, is_usual, countdown) if is_usual and is_live and countdown else "",
        chart=case_chart(case, countdown.today) if countdown else None,
    )


def waiting_text(case: Case) -> str:
    """Return what a waiting case waits for: 等待“公司设立登记”办结后自动开始."""
    if case.status not in (CaseStatus.WAITING, CaseStatus.PENDING):
        return ""
    links = case.waits_for.all()
    open_first = [link for link in links if link.predecessor.status != CaseStatus.GRANTED] or list(links)
    names = "、".join(f"“{link.predecessor.version.name}”" for link in open_first)
    return f"等待{names}办结后自动开始" if names else ""


def _expected(case: Case, is_usual: Usual, countdown: Countdown) -> str:
    """Return by when nine of ten are done, days on which the clock stood still added; not while it stands still."""
    suspensions = [each for task in case.tasks.all() for each in task.suspensions.all()]
    if case.started_at is None or any(each.ended_at is None for each in suspensions):
        return ""
    day = countdown.after(case.started_at, is_usual.most_days, case.pauses)
    if day is None:
        return ""
    if local_date(day) < countdown.today:
        return "这件已经比近一年九成的同类办件用时久，仍在办理中。"
    return f"照这样，九成的可能在{day_text(day)}前办完。"


def step_rows(
    case: Case, countdown: Countdown | None = None, *, for_staff: bool = False
) -> list[dict[str, str]]:
    """Return the steps of a case for the step list component; steps that run side by side say so.

    With a countdown they also say from which day to which day they ran, and how many working days that took. Staff are
    told what came of each; to the applicant a step is done, and what the departments think of it is told by the decision.

    Those that the applicant's situation decides against are left out: they never run.
    """
    tasks = {task.step_id: task for task in case.tasks.all()}
    found = list(case.version.steps.all())
    skipped = skipped_steps(case, found)
    steps = [step for step in found if step.key not in skipped]
    beside = _beside(steps)
    names = {step.key: step.name for step in found}
    return [
        _step_row(step, tasks[step.pk], beside[step.key], case, countdown, for_staff=for_staff)
        if step.pk in tasks
        else _waiting_row(step, beside[step.key], case, names)
        for step in steps
    ]


def _waiting_row(step: Step, beside: Sequence[str], case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """Return a step that has not begun, with what releases it."""
    row = _step_row(step, None, beside, case, None)
    said = join_text(step.join, lead=names.get(step.lead, ""))
    return {**row, "text": f"{row['text']} · {said}" if said else row["text"]}


def performer(step: Step, task: ReviewTask | None) -> str:
    """Return who does a step, as its guide calls them; where it was passed to another department, that one."""
    if step.performed_by and (task is None or task.department_id == step.department_id):
        return step.performed_by
    return (task or step).department.short_name


def _progress_row(step: Step, task: ReviewTask | None, case: Case) -> dict[str, str]:
    is_live = task is not None and task.status in LIVE_TASK
    return {
        "name": step.name,
        "department": performer(step, task),
        "state": _word(task, case),
        "tone": TONES[TaskStatus(task.status)] if task else "neutral",
        "due": day_text(task.due_at) if task and task.due_at and is_live else "",
    }


def _step_row(
    step: Step,
    task: ReviewTask | None,
    beside: Sequence[str],
    case: Case,
    countdown: Countdown | None,
    *,
    for_staff: bool = False,
) -> dict[str, str]:
    row: dict[str, Any] = _progress_row(step, task, case)
    state = STEP_STATES.get(TaskStatus(task.status), "") if task else ""
    if task and task.outcome == TaskOutcome.SENT_BACK:
        state = ""
    if for_staff and task and state == "done" and task.outcome not in OUTCOME_WORDS:
        row["state"], tone = outcome_of(task, case)
        state = "failed" if tone == "danger" else state
    parts = [row["department"], row["state"]]
    if task and countdown and task.status != TaskStatus.CANCELLED:
        parts.append(_took(task, countdown))
    if row["due"]:
        parts.append(f"最迟{row['due']}")
    if step.kind == StepKind.SPECIAL and not step.counts_time:
        parts.append("不计入办理时限")
    if task and task.sent_back_from_id:
        parts.append("退回后重新办理")
    if beside:
        parts.append(f"与{'、'.join(f'“{name}”' for name in beside)}同时进行")
    return {"title": step.name, "text": " · ".join(parts), "state": state, "state_text": row["state"]}


def _took(task: ReviewTask, countdown: Countdown) -> str:
    """Return the days of a step, and once it is over how long it took: 9月14日至16日，2个工作日."""
    since = local_date(task.released_at)
    if task.completed_at is None:
        return f"{since:%-m月%-d日}起"
    until = local_date(task.completed_at)
    days = countdown.used(task.released_at, task.completed_at, task.pauses)
    return day_span(since, until) + (f"，{days}个工作日" if days and task.kind != StepKind.SPECIAL else "")


def _word(task: ReviewTask | None, case: Case) -> str:
    if task and task.outcome in OUTCOME_WORDS:
        return OUTCOME_WORDS[TaskOutcome(task.outcome)]
    if task and task.kind == StepKind.SPECIAL and task.status in LIVE_TASK:
        return "自动进行中"
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
    return "" if case.status in (CaseStatus.DENIED, CaseStatus.REVOKED) else case.end_reason


def _appeal(case: Case) -> list[dict[str, Any]]:
    """Return what a denial or a revocation says: facts, reasons, basis, and what can be done against it."""
    decision = getattr(case, "decision", None)
    if decision is None or case.status not in (CaseStatus.DENIED, CaseStatus.REVOKED):
        return []
    said = decision.revocation if case.status == CaseStatus.REVOKED else decision
    rows = (
        ("查明的事实", said.facts),
        ("理由", said.reasons),
        ("依据", said.basis),
        ("不服怎么办", remedies.in_words(said)),
    )
    return [{"label": label, "value": value} for label, value in rows]


def _simulated(case: Case) -> str:
    """Say what a simulated opinion says, while it stands."""
    if case.status != CaseStatus.SIMULATED:
        return ""
    opinion = case.simulated_decision
    return f"模拟{opinion.get_outcome_display()}：{opinion.conditions}"


def _result(case: Case) -> OfficialDocument | None:
    certificate = getattr(case, "certificate", None)
    return certificate.document if certificate else None
