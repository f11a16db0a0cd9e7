"""Working days and what falls due on them.

The calendar is a table (`CalendarDay`). A span that reaches beyond it is not computed: a date that looks
right and is not would be a promise the hall cannot keep.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, Max, Q

from core.clock import CHINA, local_date
from core.errors import Refusal
from core.models import CalendarDay

END_OF_DAY = time(23, 59, 59)


class CalendarNotLoaded(Refusal):
    """The working calendar does not reach the day that was asked for."""

    status = 503

    def __init__(self) -> None:
        last = last_day()
        until = f"目前只到{last:%Y年%-m月%-d日}" if last else "目前还是空的"
        super().__init__(
            "calendar_not_loaded",
            f"工作日历{until}，无法推算之后的期限。请系统管理员导入国务院办公厅下一年度的节假日安排后再试。",
        )


def is_working(day: date) -> bool:
    """Return whether a day is a working day; raises CalendarNotLoaded for a day the table does not know."""
    working = CalendarDay.objects.filter(date=day).values_list("is_working", flat=True).first()
    if working is None:
        raise CalendarNotLoaded
    return working


def add_working_days(start: date, n: int) -> date:
    """Return the n-th working day after `start`; the day of the event itself is not counted (民法典 §201).

    With n = 0 it is `start` itself. Raises CalendarNotLoaded when either end lies outside the table.
    """
    if n < 0:
        raise ValueError("Working days are counted forwards only.")
    days = CalendarDay.objects.filter(Exists(CalendarDay.objects.filter(date=start)))
    days = days.filter(is_working=True, date__gt=start) if n else days.filter(date=start)
    return _one(list(days.order_by("date").values_list("date", flat=True)[max(n - 1, 0) : max(n, 1)]))


def working_days_between(start: date, end: date) -> int:
    """Return the number of working days after `start` up to and including `end`; negative backwards."""
    if end < start:
        return -working_days_between(end, start)
    counted = CalendarDay.objects.aggregate(
        working=Count("date", filter=Q(is_working=True, date__gt=start, date__lte=end)),
        ends=Count("date", filter=Q(date__in=[start, end])),
    )
    if counted["ends"] != len({start, end}):
        raise CalendarNotLoaded
    return counted["working"]


def due_at(start: datetime, value: int, unit: str) -> datetime:
    """Return the last moment of a limit that begins with an event at `start`, in China's time.

    Units: `workday` (行政许可法 §82), `day` (natural days; a limit that would end on a day off ends on the
    next working day, 民法典 §203), `hour`, `minute`, and `instant`: the same working day. All but hours and
    minutes end at 23:59:59 of their last day; the day of the event is not counted (民法典 §201). Raises
    CalendarNotLoaded.
    """
    day = local_date(start)
    if unit == "workday":
        return _end_of(add_working_days(day, value))
    if unit == "day":
        return _end_of(_working_day_from(day + timedelta(days=value)))
    if unit == "instant":
        return _end_of(_working_day_from(day))
    if unit in ("hour", "minute"):
        return start.astimezone(CHINA) + timedelta(**{f"{unit}s": value})
    raise ValueError(f"Unknown unit of time: {unit}")


def last_day() -> date | None:
    """Return the last day the calendar knows, or None while it is empty."""
    return CalendarDay.objects.aggregate(last=Max("date"))["last"]


def _working_day_from(day: date) -> date:
    """Return `day` if it is a working day, else the first one after it."""
    known = Exists(CalendarDay.objects.filter(date=day))
    days = CalendarDay.objects.filter(known, is_working=True, date__gte=day).order_by("date")
    return _one(list(days.values_list("date", flat=True)[:1]))


def _one(days: list[date]) -> date:
    if not days:
        raise CalendarNotLoaded
    return days[0]


def _end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=CHINA)
