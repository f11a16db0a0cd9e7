"""Working days counted many times on one page, from one reading of the calendar."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import END_OF_DAY
from core.clock import CHINA, local_date
from core.models import CalendarDay

BEHIND, AHEAD = timedelta(days=120), timedelta(days=400)


@dataclass(frozen=True)
class Countdown:
    """The working days around one moment; what lies outside them is None, never a guess."""

    today: date
    days: Sequence[date]
    known: tuple[date, date] | None

    def left(self, due: datetime | None) -> int | None:
        """Return the working days from today to the day of `due`: 0 when it is today, negative when it has passed."""
        if due is None:
            return None
        day = local_date(due)
        if not self._knows(day) or not self._knows(self.today):
            return None
        left = bisect_right(self.days, day) - bisect_right(self.days, self.today)
        return min(left, -1) if day < self.today else left  # over since Friday is over on Sunday too

    def after(self, start: datetime, n: int) -> datetime | None:
        """Return the end of the n-th working day after the day of `start`, which is not counted (民法典 §201)."""
        day = local_date(start)
        position = bisect_right(self.days, day) + n - 1
        if not self._knows(day) or position >= len(self.days):
            return None
        return datetime.combine(self.days[position], END_OF_DAY, tzinfo=CHINA)

    def _knows(self, day: date) -> bool:
        return self.known is not None and self.known[0] <= day <= self.known[1]


def countdown(now: datetime) -> Countdown:
    """Return the working days from four months before `now` to thirteen months after it, read in one query."""
    today = local_date(now)
    span = CalendarDay.objects.filter(date__gte=today - BEHIND, date__lte=today + AHEAD).order_by("date")
    rows = list(span.values_list("date", "is_working"))
    known = (rows[0][0], rows[-1][0]) if rows else None
    return Countdown(today, [day for day, is_working in rows if is_working], known)
