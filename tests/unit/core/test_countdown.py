from datetime import datetime, timedelta

import pytest

from core import calendar
from core.clock import CHINA
from core.countdown import countdown

MONDAY = datetime(2026, 9, 14, 9, 0, tzinfo=CHINA)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("due", "left"),
    [
        (datetime(2026, 9, 14, 23, 59, tzinfo=CHINA), 0),
        (datetime(2026, 9, 15, 23, 59, tzinfo=CHINA), 1),
        (datetime(2026, 9, 18, 23, 59, tzinfo=CHINA), 4),
        (datetime(2026, 9, 11, 23, 59, tzinfo=CHINA), -1),
        (None, None),
    ],
)
def test_left_counts_working_days(due, left):
    assert countdown(MONDAY).left(due) == left


def test_left_counts_no_day_on_which_the_limit_stands_still():
    friday, wednesday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=2)
    assert countdown(MONDAY).left(friday, [(MONDAY - timedelta(days=3), wednesday)]) == 2
    assert countdown(MONDAY).left(friday, [(MONDAY, friday)]) == 0
    assert countdown(MONDAY).used(MONDAY, friday, [(MONDAY, wednesday)]) == 2
    assert countdown(MONDAY).after(MONDAY, 2, [(MONDAY, wednesday)]) == friday.replace(
        hour=23, minute=59, second=59
    )


def test_what_lies_beyond_the_calendar_is_none():
    far = MONDAY + timedelta(days=4000)
    assert countdown(MONDAY).left(far) is None
    assert countdown(MONDAY).used(MONDAY - timedelta(days=4000), MONDAY) is None
    assert countdown(MONDAY).after(far, 1) is None


@pytest.mark.parametrize("n", [1, 5, 10])
def test_after_agrees_with_the_calendar(n):
    assert countdown(MONDAY).after(MONDAY, n) == calendar.due_at(MONDAY, n, "workday")


def test_after_beyond_the_calendar_is_none():
    assert countdown(MONDAY).after(MONDAY, 5000) is None


def test_countdown_reads_the_calendar_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        days = countdown(MONDAY)
        [days.left(MONDAY + timedelta(days=step)) for step in range(30)]


def test_left_on_the_sunday_after_a_friday_is_over():
    sunday = datetime(2026, 9, 13, 12, 0, tzinfo=CHINA)
    assert countdown(sunday).left(datetime(2026, 9, 11, 23, 59, tzinfo=CHINA)) == -1
