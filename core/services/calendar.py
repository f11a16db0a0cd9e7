"""Loading the working calendar of a year from the State Council's holiday notice."""

from datetime import date, datetime, timedelta

from django.db import transaction

from core import audit
from core.calendar import last_day
from core.errors import Invalid
from core.locks import lock_name
from core.models import CalendarDay, User

OFF, ON = "休", "班"


def load_year(*, year: int, text: str, by: User | None, now: datetime) -> int:
    """Load one year of the calendar and return how many of its days are working days.

    `text` has one line for each day the notice moves: `2027-01-01,休,元旦` or `2027-02-20,班,春节调休`; every other day
    follows its weekday. A year replaces what was loaded of it, and years follow on each other without a hole. Nothing
    is loaded when a line is wrong; Invalid names the line. Limits already given keep their dates.
    """
    moved = _read(year, text)
    with transaction.atomic():
        lock_name("calendar")
        last = last_day()
        if last is None or year > last.year + 1:
            follows = f"请先导入{last.year + 1}年" if last else "请先运行数据库迁移以载入往年日历"
            raise Invalid("calendar_hole", f"工作日历必须逐年导入，{follows}。", field="year")
        days = [_day(day, moved) for day in _days_of(year)]
        CalendarDay.objects.bulk_create(
            days, update_conflicts=True, unique_fields=["date"], update_fields=["is_working", "note"]
        )
        working = sum(day.is_working for day in days)
        audit.record(
            by=by, now=now, act="calendar.load", on=days[0], year=year, moved=len(moved), working=working
        )
    return working


def _read(year: int, text: str) -> dict[date, tuple[bool, str]]:
    moved: dict[date, tuple[bool, str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        day, working, note = _read_line(year, number, line)
        if day in moved:
            raise _wrong(number, f"{day}出现了两次")
        moved[day] = (working, note)
    if not any(not working and day.weekday() < 5 for day, (working, _) in moved.items()):
        raise Invalid("calendar_empty", f"文件里没有{year}年的放假安排，请核对后重新导入。", field="text")
    return moved


def _read_line(year: int, number: int, line: str) -> tuple[date, bool, str]:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 3 or parts[1] not in (OFF, ON):
        raise _wrong(number, "应为“日期,休或班,说明”三项，例如 2027-01-01,休,元旦")
    try:
        day = date.fromisoformat(parts[0])
    except ValueError:
        raise _wrong(number, f"“{parts[0]}”不是日期，应写成 2027-01-01 的形式") from None
    if day.year != year:
        raise _wrong(number, f"{day}不在{year}年")
    return day, parts[1] == ON, parts[2][:40]


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _day(day: date, moved: dict[date, tuple[bool, str]]) -> CalendarDay:
    usual = (day.weekday() < 5, "" if day.weekday() < 5 else "周末")
    is_working, note = moved.get(day, usual)
    return CalendarDay(date=day, is_working=is_working, note=note)


def _wrong(number: int, what: str) -> Invalid:
    return Invalid(
        "calendar_line", f"第{number}行：{what}。没有导入任何内容，请改正后重新导入。", field="text"
    )
