"""Working days counted many times on one page, from one reading of the calendar; what lies beyond it is None, never a guess."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import CalendarNotLoaded, Pause, WorkingTime, working_days
from core.clock import local_date

BEHIND = timedelta(days=120)


@dataclass(frozen=True)
class Countdown:
    """The working days around one moment. Pauses are spans in which a limit stands still."""

    now: datetime
    times: WorkingTime

    @property
    def today(self) -> date:
        return local_date(self.now)

    def left(self, due: datetime | None, pauses: Iterable[Pause] = ()) -> int | None:
        """Return the working days from today to the day of `due`: 0 when it is today, negative when it has passed."""
        with suppress(CalendarNotLoaded):
            return None if due is None else self.times.left(self.now, due, pauses)
        return None

    def after(self, start: datetime, n: int, pauses: Iterable[Pause] = ()) -> datetime | None:
        """Return the end of the n-th working day after the day of `start`, which is not counted (民法典 §201)."""
        return self.times.due_if_known(start, n, "workday", pauses)

    def used(self, start: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> int | None:
        """Return the working days after the day of `start` up to and including the day of `until`."""
        with suppress(CalendarNotLoaded):
            return self.times.used(start, until, pauses)
        return None


def countdown(now: datetime) -> Countdown:
    """Return the working days from four months before `now` to the end of the calendar, read in one query."""
    return Countdown(now, working_days(local_date(now) - BEHIND))
