"""Spans of natural days and months, reckoned on the calendar day alone (民法典 §200–202)."""

from calendar import monthrange
from datetime import date, timedelta

MONTHS_A_YEAR = 12


def days_on(start: date, days: int) -> date:
    """Return the last day of a span of natural days; the day of the event is not counted (民法典 §201)."""
    return start + timedelta(days=days)


def months_on(start: date, months: int) -> date:
    """Return the last day of a span of months: the same day of its last month, or that month's end (民法典 §202)."""
    years, month = divmod(start.month - 1 + months, MONTHS_A_YEAR)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
