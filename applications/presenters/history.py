"""The whole way of a case for staff: every step and round, who held it, how long, what stopped it and why. No queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.enums import LIVE_TASK, TaskStatus
from applications.models import Case, Consultation, Extension, ReviewTask, StatusChange, Suspension, Urging
from applications.presenters.cases import STEP_WORDS
from applications.presenters.chart import Chart, case_chart
from applications.presenters.telling import titled
from applications.presenters.words import TONES, moment_span, outcome_of, short_when, when
from applications.selectors.history import Happenings
from applications.services.notifications import day_text
from core.audit import SYSTEM
from core.calendar import CalendarNotLoaded, WorkingTime
from core.clock import CHINA, local_date
from matters.enums import StepKind
from matters.presenters.figures import usual

# Acts that the columns beside already tell: whose hands, from when to when, with which outcome.
PLAIN = {"receipt", "claim", "put_back", "complete", "elapse"}


@dataclass(frozen=True)
class Stay:
    """A stretch of time in which a step lay in one queue, or in one pair of hands."""

    department: str
    who: str
    words: str


@dataclass(frozen=True)
class Remark:
    """Something that happened to a step besides its ordinary course, with its reason."""

    at: datetime
    what: str
    who: str
    text: str


@dataclass(frozen=True)
class StepHistory:
    """One round of one step. `spent` is its effective time: working days, hours on one day, without suspensions.

    `by_itself` says how it went where it was in nobody's hands.
    """

    name: str
    state: str
    tone: str
    since: datetime
    until: datetime | None
    due: datetime | None
    is_late: bool
    spent: str
    usual: str
    stays: Sequence[Stay]
    remarks: Sequence[Remark]
    by_itself: str = ""

    @property
    def due_words(self) -> str:
        """The limit as people say it: its day, to the minute only where it is not the end of a day."""
        ends = self.due.astimezone(CHINA).strftime("%H:%M") if self.due else ""
        return day_text(self.due) if ends == "23:59" else when(self.due)


@dataclass(frozen=True)
class CaseHistory:
    """The way of one case: its picture, its steps, and what concerned all of it."""

    chart: Chart | None
    steps: Sequence[StepHistory]
    remarks: Sequence[Remark]


def case_history(case: Case, happened: Happenings, now: datetime) -> CaseHistory:
    """Return the way of a case read whole."""
    of_task: dict[int | None, list[StatusChange]] = {}
    for change in happened.changes:
        of_task.setdefault(change.task_id, []).append(change)
    beside: dict[int, list[Remark]] = {}
    for asked in happened.consultations:
        beside.setdefault(asked.task_id, []).append(_asked(asked))
    for urging in happened.urgings:
        beside.setdefault(urging.task_id, []).append(_urged(urging))
    steps = [
        _step(
            case, task, of_task.get(task.pk, []), beside.get(task.pk, []), working=happened.working, now=now
        )
        for task in case.tasks.all()
    ]
    own = getattr(case, "extension", None)
    joint = [each for each in case.application.extensions.all() if _was_moved(case, each)]
    extensions = [*([own] if own else []), *joint]
    remarks = [*map(_remark, of_task.get(None, [])), *map(_extended, extensions)]
    return CaseHistory(case_chart(case, local_date(now), for_staff=True), steps, _in_order(remarks))


def _step(
    case: Case,
    task: ReviewTask,
    changes: Sequence[StatusChange],
    beside: Sequence[Remark],
    *,
    working: WorkingTime,
    now: datetime,
) -> StepHistory:
    ended = None if task.status in LIVE_TASK else (task.completed_at or (changes[-1].at if changes else None))
    is_special = task.kind == StepKind.SPECIAL
    is_usual = usual(case.version.matter.figures.all(), task.step.key)
    remarks = [_remark(each) for each in changes if _is_remarkable(each)]
    word, tone = _state(task, case, ended)
    return StepHistory(
        name=task.step.name + (f"（第{task.round}轮）" if task.round > 1 else ""),
        state=word,
        tone=tone,
        since=task.released_at,
        until=ended,
        due=task.due_at,
        is_late=bool(task.due_at and not is_special and (ended or now) > task.due_at),
        spent=spent(task, working, ended or now),
        usual=is_usual.sentence if is_usual else "",
        stays=[] if is_special else _stays(task, changes, ended),
        remarks=_in_order([*remarks, *beside, *map(_suspended, task.suspensions.all())]),
        by_itself=_by_itself(is_special, ended),
    )


def _by_itself(is_special: bool, ended: datetime | None) -> str:
    if is_special:
        return "期满自动结束" if ended else "无需经手，期满自动结束"
    return "没有经手人"


def _state(task: ReviewTask, case: Case, ended: datetime | None) -> tuple[str, str]:
    """Return what came of a step, or how it stands, in a word with its tone."""
    if task.kind == StepKind.SPECIAL and not ended:
        return "自动进行中", "paused"
    if task.outcome:
        return outcome_of(task, case)
    return STEP_WORDS[TaskStatus(task.status)], TONES[TaskStatus(task.status)]


def spent(task: ReviewTask, working: WorkingTime, until: datetime) -> str:
    """Return how long a step took in words: working days without suspensions, hours and minutes within one day."""
    pauses = task.pauses
    try:
        days = working.used(task.released_at, max(until, task.released_at), pauses)
    except CalendarNotLoaded:
        return ""
    if pauses and task.kind == StepKind.SPECIAL:
        return "不计入办理时限"
    if days or pauses:
        return f"{days}个工作日"
    minutes = int((until - task.released_at).total_seconds() // 60)
    if not minutes:
        return "不到1分钟"
    return "不到1天" if minutes >= 24 * 60 else f"{minutes // 60}小时" if minutes >= 60 else f"{minutes}分钟"


def _stays(task: ReviewTask, changes: Sequence[StatusChange], ended: datetime | None) -> list[Stay]:
    """Return in whose queue and hands a step lay, one after the other, from its release to its end.

    What lasted less than a minute is left out, but never the hands in which it ended.
    """
    moves = [
        (task.released_at, changes[0].department or task.department if changes else task.department, None)
    ]
    for change in changes:
        if change.record == "reviewtask" and change.target in LIVE_TASK:
            lies = (change.department or task.department, change.holder)
            if lies != moves[-1][1:]:
                moves.append((change.at, *lies))
    ends = [*(at for at, *_ in moves[1:]), ended]
    return [
        Stay(department.short_name, holder.name if holder else "", _span(since, until))
        for (since, department, holder), until in zip(moves, ends, strict=True)
        if until is None or (until == ended and holder) or short_when(since) != short_when(until)
    ]


def _span(since: datetime, until: datetime | None) -> str:
    return moment_span(since, until) if until else f"{short_when(since)}起"


def _is_remarkable(change: StatusChange) -> bool:
    """Whether an act is more than the columns tell: out of the ordinary, with a reason, or done for the holder."""
    if change.record != "reviewtask" or change.act not in PLAIN:
        return True
    is_for_holder = bool(change.by_id and change.holder_id and change.by_id != change.holder_id)
    return is_for_holder or (change.act == "put_back" and bool(change.note))


def _remark(change: StatusChange) -> Remark:
    return Remark(
        change.at,
        titled(change.record, change.act),
        change.by.name if change.by else SYSTEM,
        change.note,
    )


def _suspended(suspension: Suspension) -> Remark:
    until = (
        f"至{when(suspension.ended_at)}"
        if suspension.ended_at
        else f"，预计{day_text(suspension.expected_end)}结束"
    )
    return Remark(
        suspension.started_at,
        f"暂停计时：{suspension.procedure}",
        suspension.started_by.name if suspension.started_by else SYSTEM,
        f"{suspension.reason.rstrip('。；')}；依据：{suspension.basis}；自{when(suspension.started_at)}{until}",
    )


def _asked(consultation: Consultation) -> Remark:
    return Remark(
        consultation.asked_at,
        f"征询意见：{consultation.asked}",
        consultation.asked_by.name,
        f"{consultation.get_status_display()}；答复期限{day_text(consultation.due_at)}",
    )


def _urged(urging: Urging) -> Remark:
    answered = f"；{when(urging.answered_at)}已答复" if urging.answered_at else "；尚未答复"
    return Remark(urging.asked_at, "督办", urging.asked_by.name, urging.text.rstrip("。；") + answered)


def _extended(extension: Extension) -> Remark:
    return Remark(
        extension.approved_at,
        f"延期{extension.days}个工作日",
        extension.approved_by.name,
        extension.reason,
    )


def _was_moved(case: Case, extension: Extension) -> bool:
    """Whether an extension of joint handling moved the promise of one of its cases, which ran and had not passed."""
    at, promised = extension.approved_at, case.promised_due_at
    runs = (
        case.started_at is not None
        and case.started_at <= at
        and (case.ended_at is None or case.ended_at > at)
    )
    return runs and (promised is None or promised >= at)


def _in_order(remarks: Iterable[Remark]) -> list[Remark]:
    return sorted(remarks, key=lambda remark: remark.at)
