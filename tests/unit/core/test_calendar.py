from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import calendar
from core.calendar import CalendarNotLoaded, add_working_days, due_at, is_working, working_days_between
from core.clock import CHINA
from core.errors import Invalid
from core.models import AuditEntry, CalendarDay
from core.services.calendar import load_year

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


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "days", "end"), CASES)
def test_add_working_days_follows_the_holiday_notices(start, days, end):
    assert add_working_days(start, days) == end
    assert working_days_between(start, end) == days


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
        lambda: is_working(date(2027, 1, 1)),
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
        is_working(date(2026, 1, 5))


def test_add_working_days_refuses_to_count_backwards():
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 1, 5), -1)


@pytest.mark.django_db
def test_add_working_days_asks_the_database_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        add_working_days(date(2026, 1, 5), 200)
    with django_assert_num_queries(1):
        working_days_between(date(2026, 1, 5), date(2026, 12, 5))


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
        ("2026-11-20 23:55", 10, "minute", "2026-11-21 00:05"),
        ("2026-11-20 23:00", 4, "hour", "2026-11-21 03:00"),
    ],
)
def test_due_at_ends_each_unit_where_the_law_ends_it(start, value, unit, due):
    assert due_at(local(start), value, unit) == local(due)


@pytest.mark.django_db
def test_due_at_counts_from_the_day_in_china():
    evening_in_utc = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)  # already Tuesday in China
    assert due_at(evening_in_utc, 1, "workday") == local("2026-11-18 23:59:59")


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
        assert working_days_between(day, start) == -n


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
    assert "260个工作日" in capsys.readouterr().out
    with pytest.raises(CommandError, match="不在2029年"):
        call_command("load_calendar", "2029", str(notice))
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_calendar", "2028", str(tmp_path / "2028.csv"))
