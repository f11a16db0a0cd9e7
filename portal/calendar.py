"""The working calendar as an administrator sees it: a year month by month, and what a notice would change. No queries here."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from core.models import CalendarDay
from core.services.calendar import Preview

WEEKDAYS = "一二三四五六日"
KINDS = {"off": "休", "on": "班"}


@dataclass(frozen=True)
class DayCell:
    """One day of a month: worked or not, and whether a notice has moved it away from its weekday."""

    date: date
    kind: str
    note: str
    is_today: bool

    @property
    def mark(self) -> str:
        """The word that stands beside the number, so that colour is not all that tells."""
        return KINDS.get(self.kind, "")


@dataclass(frozen=True)
class Month:
    title: str
    working: int
    weeks: Sequence[Sequence[DayCell | None]]


@dataclass(frozen=True)
class MovedRow:
    """Days in a row that a notice moves in one way for one reason."""

    days: str
    what: str
    tone: str
    note: str


class YearPage:
    """One year of the calendar, and until when the calendar reaches."""

    weekdays = WEEKDAYS

    def __init__(
        self, year: int, days: Sequence[CalendarDay], *, years: tuple[int, int] | None, today: date
    ) -> None:
        self.year = year
        self.known = {each.date: each for each in days}
        self.years = years
        self.today = today

    @property
    def months(self) -> list[Month]:
        return [self._month(month) for month in range(1, 13)] if self.known else []

    @property
    def working(self) -> int:
        return sum(each.is_working for each in self.known.values())

    @property
    def previous(self) -> int | None:
        return self.year - 1 if self.years and self.year > self.years[0] else None

    @property
    def next(self) -> int | None:
        return self.year + 1 if self.years and self.year < self.years[1] else None

    @property
    def moved(self) -> list[MovedRow]:
        """Every day off on a weekday and every worked weekend, days in a row together."""
        found = [each for each in self.known.values() if _kind(each) in KINDS]
        return _rows([(each.date, each.is_working, each.note) for each in found])

    def _month(self, month: int) -> Month:
        weeks = [
            [self._cell(day) if day.month == month else None for day in week]
            for week in Calendar().monthdatescalendar(self.year, month)
        ]
        cells = [cell for week in weeks for cell in week if cell]
        working = sum(cell.kind in ("work", "on") for cell in cells)
        return Month(f"{month}月", working, weeks)

    def _cell(self, day: date) -> DayCell:
        known = self.known[day]
        return DayCell(day, _kind(known), known.note, is_today=day == self.today)


class PreviewPage:
    """What a notice would change, before it is confirmed; `reached` are the clocks and applications it may move."""

    def __init__(self, preview: Preview, reached: tuple[int, int], most: int) -> None:
        self.preview = preview
        self.clocks, self.applications = (_counted(each, most) for each in reached)

    @property
    def rows(self) -> list[MovedRow]:
        return _rows([(each.date, each.is_working, each.note) for each in self.preview.changes])


def _kind(day: CalendarDay) -> str:
    is_weekday = day.date.weekday() < 5
    if day.is_working:
        return "work" if is_weekday else "on"
    return "off" if is_weekday else "weekend"


def _rows(days: Sequence[tuple[date, bool, str]]) -> list[MovedRow]:
    """Return days with what becomes of them, those in a row with one note together."""
    rows = []
    numbered = enumerate(sorted(days))
    for _, group in groupby(numbered, lambda each: (each[1][0].toordinal() - each[0], *each[1][1:])):
        run = [each for _, each in group]
        (first, is_working, note), last = run[0], run[-1][0]
        rows.append(
            MovedRow(
                _span(first, last),
                "上班" if is_working else "放假",
                "warning" if is_working else "success",
                note,
            )
        )
    return rows


def _span(first: date, last: date) -> str:
    begins = f"{first:%-m月%-d日}（周{WEEKDAYS[first.weekday()]}）"
    return begins if first == last else f"{begins}至{last:%-m月%-d日}（周{WEEKDAYS[last.weekday()]}）"


def _counted(count: int, most: int) -> str:
    return f"{most}+" if count > most else str(count)
