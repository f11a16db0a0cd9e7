"""Comparing time limits of different units, conservatively: a breach is claimed only where it is certain.

Working days and calendar days have no fixed ratio. Each limit is read as the shortest and the longest time it can
take in calendar days, weekends and one long holiday included; only what does not overlap can be compared. The bounds of
working days hold for every start in the calendars of 2004 to 2026 and limits up to a year.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matters.enums import LimitUnit

_MOST = {
    LimitUnit.INSTANT: lambda value: 0.0,
    LimitUnit.MINUTE: lambda value: value / 420,  # seven working hours a day
    LimitUnit.HOUR: lambda value: value / 7,
    LimitUnit.WORKDAY: lambda value: value * 1.47 + 10,  # weekends, and the long holidays with theirs
    LimitUnit.DAY: float,
    LimitUnit.MONTH: lambda value: value * 31.0,
    LimitUnit.YEAR: lambda value: value * 366.0,
}
_LEAST = {
    LimitUnit.INSTANT: lambda value: 0.0,
    LimitUnit.MINUTE: lambda value: value / 1440,
    LimitUnit.HOUR: lambda value: value / 24,
    LimitUnit.WORKDAY: lambda value: max(
        value, value * 1.4 - 4
    ),  # weekends, some of them made-up working days
    LimitUnit.DAY: float,
    LimitUnit.MONTH: lambda value: value * 28.0,
    LimitUnit.YEAR: lambda value: value * 365.0,
}


@dataclass(frozen=True)
class Limit:
    """A time limit as a guide says it; 0 and 当场 both mean on the spot."""

    value: int
    unit: LimitUnit

    @property
    def words(self) -> str:
        at_once = self.unit == LimitUnit.INSTANT
        return "当场" if at_once else f"{self.value}{LimitUnit(self.unit).label}"

    @property
    def least(self) -> float:
        """The shortest time it can take, in calendar days."""
        return _LEAST[LimitUnit(self.unit)](self.value)

    @property
    def most(self) -> float:
        """The longest time it can take, in calendar days."""
        return 0.0 if self.value == 0 else _MOST[LimitUnit(self.unit)](self.value)


def limit(value: int | None, unit: str | None) -> Limit | None:
    """Return the limit that two elements say together, or None where one is missing."""
    return None if value is None or not unit else Limit(value, LimitUnit(unit))


def surely_longer(one: Limit, other: Limit) -> bool:
    """Return whether a limit is longer than another whatever the calendar says."""
    if one.unit == other.unit:
        return one.value > other.value
    return one.least > other.most


def perhaps_longer(one: Limit, other: Limit) -> bool:
    """Return whether the units leave open which limit is longer."""
    return one.unit != other.unit and not surely_longer(one, other) and one.most > other.least


def in_a_row(limits: Iterable[Limit]) -> Limit:
    """Return limits one after the other as one limit; of different units in days, at their shortest."""
    parts = [one for one in limits if one.value]
    units = {one.unit for one in parts}
    if len(units) == 1:
        return Limit(sum(one.value for one in parts), units.pop())
    return Limit(int(sum(one.least for one in parts)), LimitUnit.DAY)
