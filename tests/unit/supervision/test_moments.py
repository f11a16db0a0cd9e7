"""When a card falls due: the worked dates, and an independent count day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import calendar
from core.clock import CHINA, local_date
from core.models import CalendarDay
from supervision.moments import falls_due, falls_due_before, working_day_from


@dataclass(frozen=True)
class Rule:
    offset: int
    relative_to: str = "due"
    inclusive: bool = False


@dataclass(frozen=True)
class Limit:
    started_at: datetime
    due_at: datetime | None
    unit: str = "workday"


def at(day: str, clock: str = "00:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=CHINA)


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=CHINA)


@pytest.fixture
def autumn(db):
    """The working days around October 2018."""
    days = CalendarDay.objects.filter(
        is_working=True, date__range=(date(2018, 9, 1), date(2018, 12, 31))
    ).order_by("date")
    return list(days.values_list("date", flat=True))


# --- the worked dates of the deployed system: accepted Mon 2018-10-15 10:00, promise 7, legal limit 10 --------------
TEXT, EXAMPLE, OURS = "the rules' text", "the rules' example", "our default"


@pytest.mark.parametrize(
    ("reading", "level", "legal_days", "rule", "from_moment"),
    [
        # Text: warning 2 days before, yellow and red when more than one day has passed.
        (TEXT, "warning", 7, Rule(-2, inclusive=True), "2018-10-22"),
        (TEXT, "yellow", 7, Rule(1), "2018-10-26"),
        (TEXT, "red", 10, Rule(1), "2018-10-31"),
        # Example: warning after 10-19, yellow after 10-24, red after 10-29.
        (EXAMPLE, "warning", 7, Rule(-3), "2018-10-20"),
        (EXAMPLE, "yellow", 7, Rule(0), "2018-10-25"),
        (EXAMPLE, "red", 10, Rule(0), "2018-10-30"),
        # Ours: on working days the same as the example's.
        (OURS, "warning", 7, Rule(-2, inclusive=True), "2018-10-22"),
        (OURS, "yellow", 7, Rule(0), "2018-10-25"),
        (OURS, "red", 10, Rule(0), "2018-10-30"),
    ],
)
def test_worked_dates_of_both_readings(autumn, reading, level, legal_days, rule, from_moment):
    accepted = at("2018-10-15", "10:00")
    limit = Limit(accepted, calendar.due_at(accepted, legal_days, "workday"))

    assert local_date(limit.due_at) == date(2018, 10, 24 if legal_days == 7 else 29)
    assert falls_due(rule, limit, autumn) == at(from_moment)


def test_example_and_default_name_the_same_working_day(autumn):
    accepted = at("2018-10-15", "10:00")
    limit = Limit(accepted, calendar.due_at(accepted, 7, "workday"))
    example, ours = (
        local_date(falls_due(rule, limit, autumn)) for rule in (Rule(-3), Rule(-2, inclusive=True))
    )

    assert next(day for day in autumn if day >= example) == ours


def test_seeded_rules_are_the_documented_defaults(db):
    from supervision.models import CardRule

    said = {
        rule.code: (rule.clock_kind, rule.level, rule.offset, rule.inclusive)
        for rule in CardRule.objects.filter(code__in=["promised-warning", "promised-yellow", "statutory-red"])
    }
    assert said == {
        "promised-warning": ("promised", "warning", -2, True),
        "promised-yellow": ("promised", "yellow", 0, False),
        "statutory-red": ("statutory", "red", 0, False),
    }


# --- edges ----------------------------------------------------------------------------------------------------------
def test_end_of_the_last_day_is_in_time_and_midnight_is_late(autumn):
    limit = Limit(at("2018-10-15", "10:00"), end_of(date(2018, 10, 24)))
    assert falls_due(Rule(0), limit, autumn) - limit.due_at == timedelta(seconds=1)


def test_yellow_three_days_after_counts_the_working_days_over_a_weekend(autumn):
    limit = Limit(at("2018-10-15", "10:00"), end_of(date(2018, 10, 18)))  # a Thursday
    assert falls_due(Rule(3), limit, autumn) == at("2018-10-24")  # 19, 22, 23 must have passed


def test_warning_of_a_limit_too_short_for_it_comes_on_the_last_day(autumn):
    started = at("2018-10-15", "10:00")
    assert falls_due(Rule(-2, inclusive=True), Limit(started, end_of(date(2018, 10, 17))), autumn) == at(
        "2018-10-17"
    )
    assert falls_due(Rule(-2, inclusive=True), Limit(started, end_of(date(2018, 10, 15))), autumn) is None
    assert falls_due(Rule(0, inclusive=True), Limit(started, end_of(date(2018, 10, 15))), autumn) is None


def test_limit_of_minutes_is_late_a_second_later(autumn):
    limit = Limit(at("2018-10-15", "10:00"), at("2018-10-15", "10:30"), "minute")
    assert falls_due(Rule(0), limit, autumn) == at("2018-10-15", "10:30") + timedelta(seconds=1)
    assert falls_due(Rule(0, inclusive=True), limit, autumn) == limit.due_at
    assert falls_due(Rule(1), limit, autumn) == at("2018-10-17")


def test_clock_whose_end_is_not_known_gives_no_card(autumn):
    assert falls_due(Rule(0), Limit(at("2018-10-15"), None), autumn) is None
    assert falls_due(Rule(5), Limit(at("2018-10-15"), end_of(date(2018, 12, 28))), autumn) is None


def test_relative_to_the_start(autumn):
    limit = Limit(at("2018-10-15", "10:00"), end_of(date(2018, 12, 28)))
    assert falls_due(Rule(1, "start"), limit, autumn) == at("2018-10-17")


# --- an independent count -------------------------------------------------------------------------------------------
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker) -> dict[date, bool]:
    with django_db_blocker.unblock():
        rows = CalendarDay.objects.filter(date__range=(FIRST, LAST))
        return dict(rows.values_list("date", "is_working"))


def counted(year: dict[date, bool], rule: Rule, due: date, started: datetime) -> date:
    """Step day by day, counting working days, as a clerk would on the wall calendar."""
    day, left = due, abs(rule.offset)
    while left:
        day += timedelta(days=1 if rule.offset > 0 else -1)
        left -= year[day]
    first = day if rule.inclusive else day + timedelta(days=1)
    begins = datetime.combine(first, time(0), tzinfo=CHINA)
    return first if begins > started else due


@given(
    due=st.dates(date(2026, 3, 1), date(2026, 10, 31)),
    length=st.integers(0, 40),
    offset=st.integers(-10, 10),
    inclusive=st.booleans(),
)
def test_falls_due_as_counted_day_by_day(year, due, length, offset, inclusive):
    rule = Rule(offset, inclusive=inclusive)
    started = datetime.combine(due - timedelta(days=length), time(10), tzinfo=CHINA)
    days = sorted(day for day, is_working in year.items() if is_working)
    found = falls_due(rule, Limit(started, end_of(due)), days)
    expected = datetime.combine(counted(year, rule, due, started), time(0), tzinfo=CHINA)

    assert found == (expected if expected > started else None)


@given(
    day=st.dates(date(2026, 3, 1), date(2026, 10, 31)),
    hour=st.integers(0, 23),
    behind=st.integers(-40, 40),
    unit=st.sampled_from(["workday", "hour"]),
    rule=st.builds(Rule, st.integers(-10, 10), st.sampled_from(["due", "start"]), st.booleans()),
)
def test_falls_due_before_is_falls_due_turned_round(year, day, hour, behind, unit, rule):
    """No card is missed by asking only for what ends, or began, before it; of limits in days nothing is asked in vain."""
    days = sorted(each for each, is_working in year.items() if is_working)
    end = end_of(day) if unit == "workday" else datetime.combine(day, time(hour), tzinfo=CHINA)
    now = end + timedelta(days=behind, hours=hour - 12)
    limit = Limit(end if rule.relative_to == "start" else end - timedelta(days=60), end, unit)
    moment, before = falls_due(rule, limit, days), falls_due_before(rule, days, now)

    assert moment is not None
    assert before is not None
    if moment <= now:
        assert end < before
    elif unit == "workday":
        assert end >= before


@given(day=st.dates(date(2026, 3, 1), date(2026, 10, 31)), n=st.integers(-30, 30))
def test_working_day_from_there_and_back(year, day, n):
    days = sorted(each for each, is_working in year.items() if is_working)
    there = working_day_from(day, n, days)
    if n and year[day]:
        assert working_day_from(there, -n, days) == day
