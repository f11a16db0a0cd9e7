"""Working days and what falls due on them.

The calendar is a table (`CalendarDay`). A span that reaches beyond it is not computed: a date that looks
right and is not would be a promise the hall cannot keep.

One rule for every limit of days: the day of the event is not counted (民法典 §201); the day on which a pause begins counts
as used, the days after it up to and including the day on which it ends do not count, and pauses that overlap count once.
A limit whose last day is a day off, or the very day on which a pause begins, ends on the next working day, or when
the pause has ended (民法典 §203). Limits of hours and minutes run while the hall is open, and stand still otherwise.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db import connection
from django.db.models import Max

from core.clock import CHINA, local_date
from core.errors import Refusal
from core.models import CalendarDay
from core.periods import MONTHS_A_YEAR, days_on, months_on

END_OF_DAY = time(23, 59, 59)
FAR_ENOUGH = timedelta(days=60)
Pause = tuple[datetime, datetime]
Point = TypeVar("Point", date, datetime)
_CALENDAR = """
SELECT min(date), max(date), array_agg(date ORDER BY date) FILTER (WHERE is_working),
    (SELECT array_agg(opens_at ORDER BY opens_at) FROM core_hallhours),
    (SELECT array_agg(closes_at ORDER BY opens_at) FROM core_hallhours)
FROM core_calendarday WHERE date >= %s
"""


class CalendarNotLoaded(Refusal):
    """The working calendar does not reach the day that was asked for."""

    status = 503

    def __init__(self, last: date | None) -> None:
        until = f"目前只到{last:%Y年%-m月%-d日}" if last else "目前还是空的"
        super().__init__(
            "calendar_not_loaded",
            f"工作日历{until}，无法推算之后的期限。请系统管理员导入国务院办公厅下一年度的节假日安排后再试。",
        )


@dataclass(frozen=True)
class WorkingTime:
    """The days and hours that count, read once: reckoning many limits asks the database nothing more.

    `days` are the working days of the span `known`, in order; outside it CalendarNotLoaded is raised.
    """

    known: tuple[date, date] | None
    days: Sequence[date]
    hours: Sequence[tuple[time, time]] = ()

    def due(self, start: datetime, value: int, unit: str, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the last moment of a limit that begins with an event at `start`, in China's time.

        Units: `workday` (行政许可法 §82), `day`, `month` and `year` (by the calendar, 民法典 §202), `hour` and `minute`
        (while the hall is open), and `instant`: the same working day. All but hours and minutes end at 23:59:59 of their
        last day. Pauses are counted as this module's rule says; their order does not matter.
        """
        if unit in ("hour", "minute"):
            return self._due_while_open(start, timedelta(**{f"{unit}s": value}), pauses)
        day = local_date(start)
        self._require(day)
        stopped = _united((local_date(begins), local_date(ends)) for begins, ends in pauses)
        last = self._last_day(day, value, unit, stopped)
        return datetime.combine(
            self._not_off(last, stopped) if value or unit == "instant" else last, END_OF_DAY, tzinfo=CHINA
        )

    def due_if_known(
        self, start: datetime, value: int, unit: str, pauses: Iterable[Pause] = ()
    ) -> datetime | None:
        """Return what `due` returns, or None where the calendar ends before it and the date has to stay open."""
        try:
            return self.due(start, value, unit, pauses)
        except CalendarNotLoaded:
            return None

    def used(self, start: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Return how many working days of a limit are used up: those after the day of `start` to that of `until`."""
        day, end = local_date(start), local_date(until)
        self._require(day, end)
        stopped = _united((local_date(begins), local_date(ends)) for begins, ends in pauses)
        return self._between(day, end) - self._stopped(day, end, stopped, self._between)

    def left(self, now: datetime, due: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Return the working days from today to the day of `due`, without the pauses; negative when it has passed."""
        if local_date(due) < local_date(now):
            return min(-self._between(local_date(due), local_date(now)), -1)
        return self.used(now, due, pauses)

    def _last_day(self, day: date, value: int, unit: str, stopped: Sequence[tuple[date, date]]) -> date:
        if unit == "instant":
            return day
        if unit == "workday":
            return self._counted(day, value, stopped, self._nth_after, self._between)
        return self._counted(day, _natural_days(day, value, unit), stopped, days_on, _natural_between)

    def _counted(self, day: date, value: int, stopped: Sequence[tuple[date, date]], add, between) -> date:
        """Return the day on which `value` days that no pause takes have passed since `day`."""
        reach = value
        while True:
            last = add(day, reach)
            needed = value + self._stopped(day, last, stopped, between)
            if needed == reach:
                return last
            reach = needed

    def _stopped(self, day: date, last: date, stopped: Sequence[tuple[date, date]], between) -> int:
        """Return how many of the days after `day` to `last` the pauses take."""
        spans = ((max(begins, day), min(ends, last)) for begins, ends in stopped)
        return sum(between(begins, ends) for begins, ends in spans if begins < ends)

    def _not_off(self, last: date, stopped: Sequence[tuple[date, date]]) -> date:
        """Return the first working day from `last` on at whose end no pause runs."""
        while True:
            position = bisect_left(self.days, last)
            if position >= len(self.days):
                raise self._not_loaded()
            last = self.days[position]
            ends = next((ends for begins, ends in stopped if begins <= last < ends), None)
            if ends is None:
                return last
            last = ends

    def _nth_after(self, day: date, n: int) -> date:
        position = bisect_right(self.days, day) + n - 1
        if n and position >= len(self.days):
            raise self._not_loaded()
        return self.days[position] if n else day

    def _between(self, begins: date, ends: date) -> int:
        return bisect_right(self.days, ends) - bisect_right(self.days, begins)

    def _due_while_open(self, start: datetime, left: timedelta, pauses: Iterable[Pause]) -> datetime:
        self._require(local_date(start))
        for begins, ends in self._open(start, _united(pauses)):
            if ends - begins >= left:
                return (begins + left).astimezone(CHINA)
            left -= ends - begins
        raise self._not_loaded()

    def _open(self, start: datetime, stopped: Sequence[Pause]) -> Iterator[Pause]:
        """Yield the spans from `start` on in which the hall is open and no pause runs."""
        for day in self.days[bisect_left(self.days, local_date(start)) :]:
            for opens, closes in self.hours:
                begins = max(datetime.combine(day, opens, tzinfo=CHINA), start)
                ends = datetime.combine(day, closes, tzinfo=CHINA)
                yield from _without(begins, ends, stopped)

    def _require(self, *days: date) -> None:
        if self.known is None or not all(self.known[0] <= day <= self.known[1] for day in days):
            raise self._not_loaded()

    def _not_loaded(self) -> CalendarNotLoaded:
        return CalendarNotLoaded(self.known[1] if self.known else last_day())


def working_days(since: date) -> WorkingTime:
    """Return the calendar from a day to its end, and the hours of the hall: read in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_CALENDAR, [since])
        first, last, days, opens, closes = cursor.fetchone()
    hours = list(zip(opens or (), closes or (), strict=True))
    return WorkingTime((first, last) if first else None, days or (), hours)


def working_time(since: datetime) -> WorkingTime:
    """Return the calendar from the day of `since` to its end, and the hours of the hall."""
    return working_days(local_date(since))


def due_at(start: datetime, value: int, unit: str) -> datetime:
    """Return the last moment of a limit that begins with an event at `start`; units as in `WorkingTime.due`."""
    return working_time(start).due(start, value, unit)


def past_days_off(day: date) -> date:
    """Return the day, or the first working day after it where it is a day off (民法典 §203).

    Beyond the calendar's last year it is the day itself: the span ends there or later, never before.
    """
    start = datetime.combine(day, time(), tzinfo=CHINA)
    return local_date(working_days(day).due_if_known(start, 0, "instant") or start)


def last_day() -> date | None:
    """Return the last day the calendar knows, or None while it is empty."""
    return CalendarDay.objects.aggregate(last=Max("date"))["last"]


def reaches_far_enough(last: date | None, today: date) -> bool:
    """Return whether a calendar with this last day still serves: limits of 60 days ahead must be known in time."""
    return last is not None and last - today > FAR_ENOUGH


def _natural_days(day: date, value: int, unit: str) -> int:
    """Return how many days a limit of days, months or years has that begins on a day."""
    if unit == "day":
        return value
    if unit not in ("month", "year"):
        raise ValueError(f"Unknown unit of time: {unit}")
    return (months_on(day, value * (MONTHS_A_YEAR if unit == "year" else 1)) - day).days


def _natural_between(begins: date, ends: date) -> int:
    return (ends - begins).days


def _united(spans: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """Return spans that touch or overlap as one; what takes no time falls away."""
    united: list[tuple[Point, Point]] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if united and begins <= united[-1][1]:
            united[-1] = (united[-1][0], max(ends, united[-1][1]))
        else:
            united.append((begins, ends))
    return united


def _without(begins: datetime, ends: datetime, stopped: Sequence[Pause]) -> Iterator[Pause]:
    """Yield what is left of a span when the pauses, in order and apart, are taken out."""
    for stops, goes_on in stopped:
        if begins < min(stops, ends):
            yield begins, min(stops, ends)
        begins = max(begins, goes_on)
    if begins < ends:
        yield begins, ends
