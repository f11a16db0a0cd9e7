"""Natural days and months: reckoned on the calendar day, at month ends and in leap years too."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import periods

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 3, 15), 6, date(2026, 9, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 8, 29), 6, date(2028, 2, 29)),
        (date(2026, 8, 28), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 60, date(2029, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_on(start, months, last):
    assert periods.months_on(start, months) == last


@given(DAYS, st.integers(0, 240))
def test_months_on_is_the_same_day_or_the_end_of_its_month(start, months):
    last = periods.months_on(start, months)
    assert (last.year * 12 + last.month) - (start.year * 12 + start.month) == months
    assert last.day == start.day or (last.day < start.day and (last + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(0, 240))
def test_months_on_never_ends_earlier_for_who_began_later(one, other, months):
    first, second = sorted((one, other))
    assert periods.months_on(first, months) <= periods.months_on(second, months)


@given(DAYS, st.integers(0, 400))
def test_days_on_leaves_out_the_day_of_the_event(start, days):
    assert (periods.days_on(start, days) - start).days == days
