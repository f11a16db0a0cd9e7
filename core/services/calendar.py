"""Loading the working calendar of a year from the State Council's holiday notice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from core import audit
from core.calendar import last_day, reaches_far_enough
from core.clock import local_date
from core.errors import Invalid
from core.locks import lock_name
from core.models import CalendarDay, CalendarLoad, User
from core.queue import BACKGROUND, enqueue
from core.services import notices

OFF, ON = "休", "班"
MOST_WORKING_DAYS = 255
RECKON_ANEW = "applications.recompute_clocks"


@dataclass(frozen=True)
class Change:
    """One day whose standing a notice changes; `was` is None for a day the calendar did not know."""

    date: date
    was: bool | None
    is_working: bool
    note: str


@dataclass(frozen=True)
class Preview:
    """What loading a year would bring about: the days that change, and how many of the year are working days."""

    year: int
    changes: Sequence[Change]
    working: int
    is_new: bool

    @property
    def first(self) -> date | None:
        """The first day that changes: no limit due before it can move."""
        return self.changes[0].date if self.changes else None

    @property
    def doubt(self) -> str:
        """Say that the notice names too few days off for a whole year; empty where it does not."""
        return doubt(self.working)

    @property
    def digest(self) -> str:
        """A fingerprint of what changes: whoever confirms confirms this and nothing else."""
        said = "\n".join(f"{each.date},{each.was},{each.is_working},{each.note}" for each in self.changes)
        return sha256(f"{self.year}\n{said}".encode()).hexdigest()[:16]


def doubt(working: int) -> str:
    """Say why a year with so many working days is hardly what the State Council published; empty where it may be.

    All public holidays of a year together leave some 250 days; 261 are the weekdays alone (全国年节及纪念日放假办法).
    """
    if working <= MOST_WORKING_DAYS:
        return ""
    return f"全年{working}个工作日，多于{MOST_WORKING_DAYS}个：文件里的放假日子不像全年的安排，请对照国务院办公厅的通知核对。"


def preview(*, year: int, text: str) -> Preview:
    """Return what `load_year` would change, and write nothing; raises what it raises.

    A day changes when it becomes a working day or a day off, or when the notice gives it another name. In a year that the
    calendar does not know, the days the notice names are those that change.
    """
    moved = _read(year, text)
    _check_follows(year)
    known = {each.date: each for each in CalendarDay.objects.filter(date__year=year)}
    days = [_day(day, moved) for day in _days_of(year)]
    changes = [
        Change(day.date, known[day.date].is_working if day.date in known else None, day.is_working, day.note)
        for day in days
        if _differs(day, known.get(day.date), is_named=day.date in moved)
    ]
    return Preview(year, changes, sum(day.is_working for day in days), is_new=not known)


def load_year(*, year: int, text: str, by: User | None, now: datetime, seen: str = "") -> int:
    """Load one year of the calendar and return how many of its days are working days.

    `text` has one line for each day the notice moves: `2027-01-01,休,元旦` or `2027-02-20,班,春节调休`; every other day
    follows its weekday. A year replaces what was loaded of it, and years follow on each other without a hole. Nothing
    is loaded when a line is wrong; Invalid names the line. With `seen`, the digest of a preview, only what that
    preview showed is loaded (Invalid `calendar_moved`). Limits that run and reach into the
    year are reckoned anew by a worker, and those that waited for it get their date.
    """
    moved = _read(year, text)
    with transaction.atomic():
        lock_name("calendar")
        _check_follows(year)
        if seen and preview(year=year, text=text).digest != seen:
            raise Invalid("calendar_moved", "日历在您预览之后有了变动，请核对新的预览再确认。")
        days = [_day(day, moved) for day in _days_of(year)]
        CalendarDay.objects.bulk_create(
            days, update_conflicts=True, unique_fields=["date"], update_fields=["is_working", "note"]
        )
        working = sum(day.is_working for day in days)
        audit.record(
            by=by, now=now, act="calendar.load", on=days[0], year=year, moved=len(moved), working=working
        )
        load = CalendarLoad(year=year, loaded_at=now, loaded_by=by)
        load.next_attempt_at = now + load.FIRST_WAIT
        load.save(force_insert=True)
        enqueue(RECKON_ANEW, queue=BACKGROUND, load_id=load.pk)
    return working


def warn_of_end(*, readers: Iterable[User], now: datetime, link: str = "") -> int:
    """Tell these people in time, and once for each last day, that the calendar ends; return how many were told.

    `link` is the page on which the next year is loaded.
    """
    last = last_day()
    if reaches_far_enough(last, local_date(now)):
        return 0
    until = f"只到{last:%Y年%-m月%-d日}" if last else "还是空的"
    sent = notices.notify_staff_once(
        users=readers,
        title=f"工作日历{until}，请导入下一年度",
        body="之后的期限将无法推算。请按国务院办公厅的放假通知，在“工作日历”页面导入；"
        "已在走的期限会自动重新推算。",
        link=link,
        reference=f"calendar-{last}",
        now=now,
    )
    return len(sent)


def _check_follows(year: int) -> None:
    last = last_day()
    if last is None or year > last.year + 1:
        follows = f"请先导入{last.year + 1}年" if last else "请先运行数据库迁移以载入往年日历"
        raise Invalid("calendar_hole", f"工作日历必须逐年导入，{follows}。", field="year")


def _differs(day: CalendarDay, known: CalendarDay | None, *, is_named: bool) -> bool:
    if known is None:
        return is_named
    return day.is_working != known.is_working or (is_named and day.note != known.note)


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
