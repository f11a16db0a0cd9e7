"""Comparing time limits of different units: only what is certain is claimed."""

import pytest

from core.models import CalendarDay
from matters.checks.units import Limit, in_a_row, limit, perhaps_longer, surely_longer
from matters.enums import LimitUnit

U = LimitUnit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Limit(21, U.WORKDAY), Limit(20, U.WORKDAY)),
        (Limit(20, U.WORKDAY), Limit(15, U.DAY)),
        (Limit(2, U.MONTH), Limit(30, U.DAY)),
        (Limit(1, U.YEAR), Limit(60, U.WORKDAY)),
        (Limit(29, U.WORKDAY), Limit(1, U.MONTH)),
        (Limit(1, U.MINUTE), Limit(0, U.INSTANT)),
    ],
)
def test_surely_longer(one: Limit, other: Limit) -> None:
    assert surely_longer(one, other)
    assert not surely_longer(other, one)


@pytest.mark.parametrize(
    ("one", "other", "open_"),
    [
        (Limit(7, U.WORKDAY), Limit(15, U.DAY), True),  # a week of holidays may come between
        (Limit(3, U.WORKDAY), Limit(20, U.DAY), False),
        (Limit(20, U.WORKDAY), Limit(20, U.WORKDAY), False),
        (Limit(1, U.MONTH), Limit(30, U.DAY), True),
        (Limit(10, U.MINUTE), Limit(3, U.WORKDAY), False),
        (Limit(0, U.WORKDAY), Limit(1, U.DAY), False),
    ],
)
def test_perhaps_longer(one: Limit, other: Limit, open_: bool) -> None:
    assert not surely_longer(one, other)
    assert perhaps_longer(one, other) is open_


def test_in_a_row_keeps_a_unit_they_share() -> None:
    assert in_a_row([Limit(2, U.WORKDAY), Limit(0, U.INSTANT), Limit(3, U.WORKDAY)]) == Limit(5, U.WORKDAY)


def test_in_a_row_counts_different_units_at_their_shortest() -> None:
    assert in_a_row([Limit(2, U.WORKDAY), Limit(1, U.MONTH)]) == Limit(30, U.DAY)


def test_in_a_row_of_nothing_is_nothing() -> None:
    assert in_a_row([]).value == 0


def test_limit_needs_value_and_unit() -> None:
    assert limit(None, "workday") is None
    assert limit(3, None) is None
    assert limit(3, "month") == Limit(3, U.MONTH)


@pytest.mark.django_db
def test_bounds_of_working_days_hold_in_every_known_year() -> None:
    """From an event on any day of the calendar, a limit of working days ends within its bounds."""
    days = CalendarDay.objects.filter(is_working=True).order_by("date").values_list("date", flat=True)
    working = [day.toordinal() for day in days]
    for value in range(1, 251):
        ends = range(value, len(working))
        # The event falls on the day before the first working day that counts, or on the working day before it.
        shortest = min(working[end] - working[end - value + 1] + 1 for end in ends)
        longest = max(working[end] - working[end - value] for end in ends)
        bounds = Limit(value, U.WORKDAY)
        assert bounds.least <= shortest <= longest <= bounds.most, value
