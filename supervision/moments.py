"""When a card falls due: arithmetic over a rule, a clock and the working days. No queries, no other rules.

Days are whole days in China's time. The *boundary day* lies the rule's offset in working days after the day the clock
ends (or began): before it when the offset is negative, the very day when it is 0. An *inclusive* rule gives the card from
the beginning of the boundary day on; an *exclusive* one only when the whole boundary day has passed. So “黄牌 = promised
passed” is offset 0, exclusive: a case that ends on its last day gets none. With an offset of 0 a limit of hours or minutes
is exact: one second late is late.

A warning before the end is never given before the clock has begun: for a limit too short for it, it is given at the
beginning of the last day, and not at all when the limit ends on the day it began.

case_lifecycle gives accepted Mon 2018-10-15, promise 7 and legal limit 10 working days, and two readings. The text of the
rules says warning 2 days before, yellow and red after more than one day; its example warns after 10-19 and gives yellow
after 10-24, red after 10-29, so at the expiry itself. The defaults (−2 inclusive, 0 exclusive, 0 exclusive) give 10-22,
10-25 and 10-30 at 0:00: on working days the example's own dates, and the text's for the warning.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from core.clock import CHINA, local_date
from matters.enums import LimitUnit
from supervision.enums import RelativeTo

EXACT = (LimitUnit.HOUR, LimitUnit.MINUTE)
A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)


class Ruled(Protocol):
    """What the arithmetic needs of a rule."""

    offset: int
    relative_to: str
    inclusive: bool


class Clocked(Protocol):
    """What the arithmetic needs of a clock."""

    started_at: datetime
    due_at: datetime | None
    unit: str


def falls_due(rule: Ruled, clock: Clocked, days: Sequence[date]) -> datetime | None:
    """Return the first moment at which the rule gives its card for a clock; None when it never does, or not yet knowably.

    `days` are the working days in order, from well before the clock's end to well after it; what lies behind the last
    of them is not guessed.
    """
    base = clock.due_at if rule.relative_to == RelativeTo.DUE else clock.started_at
    if base is None:
        return None
    if rule.offset == 0 and clock.unit in EXACT:
        return base if rule.inclusive else base + A_SECOND
    boundary = working_day_from(local_date(base), rule.offset, days)
    if boundary is None:
        return None
    moment = _beginning(boundary if rule.inclusive else boundary + A_DAY)
    if rule.relative_to == RelativeTo.DUE and moment <= clock.started_at:
        moment = _beginning(local_date(base))
        return moment if moment > clock.started_at else None
    return moment


def falls_due_before(rule: Ruled, days: Sequence[date], now: datetime) -> datetime | None:
    """Return the moment before which every clock ends, or began, whose card has fallen due by now: `falls_due` turned round.

    None when the working days do not reach far enough to say.
    """
    today = local_date(now)
    last = today if rule.inclusive else today - A_DAY
    if rule.offset == 0:
        return _beginning(today + A_DAY) if rule.inclusive else now
    if rule.offset < 0:
        day = working_day_from(last, -rule.offset, days)
        return _beginning(day + A_DAY) if day else None
    day = working_day_from(last + A_DAY, -rule.offset, days)
    return _beginning(day) if day else None


def working_day_from(day: date, n: int, days: Sequence[date]) -> date | None:
    """Return the n-th working day after a day, or before it when n is negative; the day itself for 0."""
    if n == 0:
        return day
    position = bisect_right(days, day) + n - 1 if n > 0 else bisect_left(days, day) + n
    return days[position] if 0 <= position < len(days) else None


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=CHINA)
