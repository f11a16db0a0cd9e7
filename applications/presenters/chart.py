"""The steps of one case drawn as bars over its days: what runs together, what follows, where the clock stands still.

Whole days only, so that a picture stays the same all day: a page that asks for news is sent none without news. No queries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from applications.enums import LIVE_TASK, TaskOutcome, TaskStatus
from applications.models import Case, ReviewTask
from applications.presenters.words import day_span
from applications.questions import skipped_steps
from core.clock import local_date

MOST_TICKS = 5
LAST_TICK = 88  # percent of the width behind which a day would not be written whole


@dataclass(frozen=True)
class Bar:
    """One stretch of days, from `x` percent of the width; `kind` is done, live, objected or paused."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Lane:
    """One line of the picture: a step with all its rounds, or something that stopped the clock."""

    name: str
    bars: Sequence[Bar]
    due: str
    words: str


@dataclass(frozen=True)
class Mark:
    """A day that everything must keep to, across all lanes."""

    x: str
    label: str
    kind: str


@dataclass(frozen=True)
class Chart:
    """The picture of one case, and the days written below it."""

    key: int
    title: str
    lanes: Sequence[Lane]
    marks: Sequence[Mark]
    ticks: Sequence[Mark]

    @property
    def has_pause(self) -> bool:
        return any(bar.kind == "paused" for lane in self.lanes for bar in lane.bars)

    @property
    def has_due(self) -> bool:
        return any(lane.due for lane in self.lanes)


@dataclass(frozen=True)
class Scale:
    """The days from the first to the last, both drawn whole."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, day: date, *, end: bool = False) -> str:
        """Return where a day begins, or ends, in percent of the width."""
        return f"{((day - self.first).days + end) / self.days * 100:.2f}"

    def bar(self, kind: str, since: date, until: date) -> Bar:
        """Return the bar from the beginning of one day to the end of another."""
        width = ((until - since).days + 1) / self.days * 100
        return Bar(kind, self.at(since), f"{width:.2f}")

    def ticks(self) -> list[Mark]:
        """Return the days to write below, evenly and not too many."""
        every = max(1, -(-self.days // MOST_TICKS))
        days = (self.first + timedelta(days=n) for n in range(0, self.days, every))
        ticks = (Mark(self.at(day), f"{day:%-m月%-d日}", "tick") for day in days)
        return [tick for tick in ticks if float(tick.x) <= LAST_TICK]


def case_chart(case: Case, today: date, *, for_staff: bool = False) -> Chart | None:
    """Return the picture of a case that has begun, read whole, as it stands on a day; None before.

    What a department thinks of the case is for staff alone: to everybody else a step that objected is done.
    """
    tasks = [task for task in case.tasks.all() if task.status != TaskStatus.CANCELLED]
    if case.started_at is None or not tasks:
        return None
    ends = [_end(task, today) for task in tasks]
    promised = _day(case.promised_due_at, today)
    scale = Scale(local_date(case.started_at), max([*ends, promised] if case.ended_at is None else ends))
    return Chart(
        key=case.pk,
        title=f"“{case.version.name}”各环节的起止",
        lanes=[
            _lane(scale, name, of_step, today, for_staff=for_staff) for name, of_step in _by_step(case, tasks)
        ],
        marks=_marks(scale, case, today),
        ticks=scale.ticks(),
    )


def _by_step(case: Case, tasks: Iterable[ReviewTask]) -> list[tuple[str, list[ReviewTask]]]:
    """Return the steps that run in this case, in their order, each with its rounds."""
    steps = list(case.version.steps.all())
    skipped = skipped_steps(case, steps)
    rounds: dict[int, list[ReviewTask]] = {step.pk: [] for step in steps}
    for task in tasks:
        rounds.setdefault(task.step_id, []).append(task)
    return [(step.name, rounds[step.pk]) for step in steps if rounds[step.pk] or step.key not in skipped]


def _lane(scale: Scale, name: str, tasks: Sequence[ReviewTask], today: date, *, for_staff: bool) -> Lane:
    bars = [bar for task in tasks for bar in _bars(scale, task, today, for_staff=for_staff)]
    last = tasks[-1] if tasks else None
    due = local_date(last.due_at) if last and last.due_at else None
    words = day_span(local_date(tasks[0].released_at), _end(tasks[-1], today)) if tasks else "未开始"
    within = due is not None and scale.first <= due <= scale.last
    return Lane(name, bars, scale.at(due, end=True) if due and within else "", words)


def _bars(scale: Scale, task: ReviewTask, today: date, *, for_staff: bool) -> list[Bar]:
    since, until = local_date(task.released_at), _end(task, today)
    stretch = scale.bar(_kind(task, for_staff=for_staff), since, until)
    pauses = ((local_date(each.started_at), _day(each.ended_at, today)) for each in task.suspensions.all())
    return [stretch, *(scale.bar("paused", max(held, since), min(freed, until)) for held, freed in pauses)]


def _kind(task: ReviewTask, *, for_staff: bool) -> str:
    if task.status in LIVE_TASK:
        return "live"
    return "objected" if for_staff and task.outcome == TaskOutcome.OBJECT else "done"


def _end(task: ReviewTask, today: date) -> date:
    """Return the last day of a step so far."""
    return max(_day(task.completed_at, today), local_date(task.released_at))


def _day(moment: datetime | None, today: date) -> date:
    return local_date(moment) if moment else today


def _marks(scale: Scale, case: Case, today: date) -> list[Mark]:
    """Return the days of the promise and of the law, where they lie in the picture, and today while the case runs."""
    limits = (
        ("承诺办结", "promised", case.promised_due_at),
        ("法定办结", "statutory", case.statutory_due_at),
    )
    days = [(label, kind, local_date(due)) for label, kind, due in limits if due]
    if case.ended_at is None:
        days.append(("今天", "today", today))
    return [
        Mark(scale.at(day, end=True), f"{label} {day:%-m月%-d日}", kind)
        for label, kind, day in days
        if scale.first <= day <= scale.last
    ]
