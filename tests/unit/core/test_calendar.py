from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import calendar
from core.calendar import CalendarNotLoaded, due_at, past_days_off, working_days
from core.clock import CHINA
from core.errors import Invalid
from core.models import AuditEntry, CalendarDay
from core.services.calendar import doubt, load_year

VECTORS = {
    "2026-09-28": "1 09-29, 3 10-08, 5 10-10, 7 10-13, 10 10-16, 20 10-30, 30 11-13, 45 12-04",
    "2026-02-13": "1 02-14, 3 02-25, 5 02-27, 7 03-02, 10 03-05, 20 03-19, 30 04-02, 45 04-24",
    "2026-04-30": "1 05-06, 3 05-08, 5 05-11, 10 05-18, 20 06-01",
    "2018-10-15": "5 10-22, 7 10-24, 10 10-29",
    "2017-03-27": "3 03-30, 5 04-01, 7 04-06, 10 04-11, 20 04-25",
}
CASES = [
    (date.fromisoformat(start), int(days), date.fromisoformat(f"{start[:4]}-{end}"))
    for start, row in VECTORS.items()
    for days, end in (pair.split() for pair in row.split(", "))
]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=CHINA)


def add_working_days(start: date, n: int) -> date:
    return due_at(noon(start), n, "workday").date()


def working_days_between(start: date, end: date) -> int:
    return working_days(start).used(noon(start), noon(end))


def is_working(day: date) -> bool:
    return CalendarDay.objects.get(date=day).is_working


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "days", "end"), CASES)
def test_limits_of_working_days_follow_the_holiday_notices(start, days, end):
    assert add_working_days(start, days) == end
    assert working_days_between(start, end) == days
    assert working_days(start).left(noon(start), noon(end)) == days


@pytest.mark.django_db
@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_is_working_knows_the_working_weekends_of_2026(day):
    assert date.fromisoformat(day).weekday() >= 5
    assert is_working(date.fromisoformat(day))


@pytest.mark.django_db
def test_is_working_is_false_on_holidays_and_weekends():
    assert not is_working(date(2026, 10, 1))
    assert not is_working(date(2026, 11, 21))


@pytest.mark.django_db
def test_calendar_day_notes_name_the_holiday():
    assert CalendarDay.objects.get(date=date(2026, 10, 1)).note == "国庆节"
    assert CalendarDay.objects.get(date=date(2026, 10, 10)).note == "调休上班（国庆节）"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "count",
    [
        lambda: add_working_days(date(2026, 12, 30), 2),
        lambda: add_working_days(date(2027, 1, 4), 0),
        lambda: add_working_days(date(2003, 12, 31), 1),
        lambda: working_days_between(date(2026, 12, 1), date(2027, 1, 1)),
        lambda: working_days_between(date(2003, 12, 31), date(2004, 1, 5)),
        lambda: due_at(datetime(2026, 12, 30, tzinfo=CHINA), 3, "day"),
    ],
)
def test_calendar_refuses_to_compute_beyond_its_table(count):
    with pytest.raises(CalendarNotLoaded) as caught:
        count()
    assert caught.value.code == "calendar_not_loaded"
    assert "2026年12月31日" in caught.value.message


@pytest.mark.django_db
def test_calendar_reaches_its_last_day():
    assert calendar.last_day() == date(2026, 12, 31)
    assert add_working_days(date(2026, 12, 30), 1) == date(2026, 12, 31)


@pytest.mark.django_db
def test_calendar_not_loaded_says_so_when_the_table_is_empty():
    CalendarDay.objects.all().delete()
    with pytest.raises(CalendarNotLoaded, match="空的"):
        working_days_between(date(2026, 1, 5), date(2026, 1, 6))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "past"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 8)),  # National Day 2026 lasts until the 7th
        (date(2026, 11, 14), date(2026, 11, 16)),  # a Saturday
        (date(2090, 1, 1), date(2090, 1, 1)),  # beyond the calendar: never said to end before
    ],
)
def test_past_days_off(day, past):
    assert past_days_off(day) == past


@pytest.mark.django_db
def test_many_limits_of_days_read_the_calendar_once(django_assert_num_queries):
    start = date(2026, 1, 5)
    with django_assert_num_queries(1):
        days = working_days(start)
        for n in range(200):
            days.due(noon(start), n, "workday")
        assert days.due_if_known(noon(start), 400, "workday") is None


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        ("2026-09-28 09:00", 5, "workday", "2026-10-10 23:59:59"),
        ("2026-09-28 23:59", 1, "workday", "2026-09-29 23:59:59"),
        ("2026-09-28 09:00", 0, "workday", "2026-09-28 23:59:59"),
        ("2026-11-02 09:00", 7, "day", "2026-11-09 23:59:59"),
        ("2026-09-28 09:00", 7, "day", "2026-10-08 23:59:59"),
        ("2026-11-20 09:00", 0, "instant", "2026-11-20 23:59:59"),
        ("2026-11-21 09:00", 0, "instant", "2026-11-23 23:59:59"),
        ("2026-11-20 10:00", 10, "minute", "2026-11-20 10:10"),
        ("2026-11-20 11:55", 10, "minute", "2026-11-20 13:35"),  # over the noon break
        ("2026-11-20 11:50", 10, "minute", "2026-11-20 12:00"),
        ("2026-11-20 23:55", 10, "minute", "2026-11-23 09:10"),  # over the weekend
        ("2026-09-30 16:00", 4, "hour", "2026-10-08 12:00"),  # over National Day
        ("2026-10-09 16:30", 1, "hour", "2026-10-10 09:30"),  # on a make-up Saturday
        ("2026-10-31 09:00", 1, "month", "2026-11-30 23:59:59"),
        ("2026-08-03 09:00", 2, "month", "2026-10-08 23:59:59"),
        ("2024-02-29 09:00", 1, "year", "2025-02-28 23:59:59"),
    ],
)
def test_due_at_ends_each_unit_where_the_law_ends_it(start, value, unit, due):
    assert due_at(local(start), value, unit) == local(due)


@pytest.mark.django_db
def test_due_at_counts_from_the_day_in_china():
    evening_in_utc = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)  # already Tuesday in China
    assert due_at(evening_in_utc, 1, "workday") == local("2026-11-18 23:59:59")


@pytest.mark.django_db
def test_due_at_refuses_an_unknown_unit():
    with pytest.raises(ValueError, match="fortnight"):
        due_at(local("2026-11-20 09:00"), 1, "fortnight")


class DayByDay(TestCase):
    """The database's count against a count on fingers, day by day, from the library the seed came from."""

    @settings(max_examples=60)
    @given(start=st.dates(date(2004, 1, 1), date(2026, 6, 1)), n=st.integers(0, 60))
    def test_add_working_days_equals_a_count_day_by_day(self, start, n):
        day, left = start, n
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        assert add_working_days(start, n) == day
        assert working_days_between(start, day) == n
        assert working_days(start).left(noon(day), noon(start)) == (min(-n, -1) if day > start else n)


# --- loading the next year ----------------------------------------------------------------------

NOTICE = """# 2027
2027-01-01,休,元旦
2027-02-08,休,春节

2027-02-20,班,春节调休
"""


@pytest.mark.django_db
def test_load_year_lets_limits_reach_into_the_next_year(now):
    working = load_year(year=2027, text=NOTICE, by=None, now=now)
    assert working == 261 - 2 + 1
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert is_working(date(2027, 2, 20))
    assert CalendarDay.objects.get(date=date(2027, 1, 1)).note == "元旦"
    assert calendar.last_day() == date(2027, 12, 31)


@pytest.mark.django_db
def test_load_year_again_replaces_what_it_said(now):
    load_year(year=2027, text=NOTICE, by=None, now=now)
    load_year(year=2027, text="2027-01-04,休,元旦", by=None, now=now)
    assert is_working(date(2027, 1, 1))
    assert not is_working(date(2027, 1, 4))
    assert AuditEntry.objects.filter(act="calendar.load").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2027-01-01,元旦", "第1行"),
        ("2027-01-01,休,元旦\n2027-02-30,休,春节", "第2行"),
        ("2026-01-01,休,元旦", "不在2027年"),
        ("2027-01-01,休,元旦\n2027-01-01,班,元旦", "出现了两次"),
        ("", "没有2027年的放假安排"),
        ("2027-01-02,休,周六", "没有2027年的放假安排"),
    ],
)
def test_load_year_loads_nothing_when_a_line_is_wrong(now, text, words):
    with pytest.raises(Invalid, match=words):
        load_year(year=2027, text=text, by=None, now=now)
    assert calendar.last_day() == date(2026, 12, 31)


@pytest.mark.django_db
def test_load_year_leaves_no_hole(now):
    with pytest.raises(Invalid, match="请先导入2027年"):
        load_year(year=2028, text="2028-01-03,休,元旦", by=None, now=now)


@pytest.mark.django_db
def test_load_calendar_command_says_what_it_loaded_or_why_not(tmp_path, capsys):
    notice = tmp_path / "2027.csv"
    notice.write_text(NOTICE, encoding="utf-8")
    call_command("load_calendar", "2027", str(notice))
    said = capsys.readouterr().out
    assert "260个工作日" in said
    assert "请对照国务院办公厅的通知核对" in said  # three lines are no year's holidays
    assert not doubt(250)
    with pytest.raises(CommandError, match="不在2029年"):
        call_command("load_calendar", "2029", str(notice))
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_calendar", "2028", str(tmp_path / "2028.csv"))
