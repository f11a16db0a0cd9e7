"""The clocks of a case as its page shows them: how much is used and left, in words and as a bar. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from applications.clocks import RULES
from applications.enums import ClockKind
from applications.models import Case, Clock, Extension, Suspension
from applications.selectors.clocks import CaseClocks
from applications.services.clocks import moving, pauses_of
from applications.services.notifications import day_text, ended
from core.calendar import Pause
from core.clock import local_date
from core.countdown import Countdown
from matters.enums import LimitUnit
from matters.presenters import limit_text

SHOWN = (
    ClockKind.STEP,
    ClockKind.SPECIAL,
    ClockKind.PROMISED,
    ClockKind.STATUTORY,
    ClockKind.BUNDLE,
    ClockKind.PROJECT,
    ClockKind.DEFERRAL,
    ClockKind.CERTIFICATE,
)
LABELS = {ClockKind.STEP: "本环节", ClockKind.BUNDLE: "联合办理（法定）", ClockKind.CERTIFICATE: "制证送达"}
OF_ALL = {ClockKind.PROMISED: "整个申报承诺", ClockKind.CERTIFICATE: "整个申报出件"}


@dataclass(frozen=True)
class ClockRow:
    """One clock: its limit and its day, the working days used and left, why it stands still, by whom it was extended."""

    label: str
    owner: str
    limit: str
    due: datetime | None
    is_done: bool
    used: int | None
    left: int | None
    paused: str
    extended: str
    unit: str = "个工作日"
    is_simulated: bool = False

    @property
    def words(self) -> str:
        """Say in words what the bar shows, and not what the day beside it says already."""
        if self.due is None:
            return "工作日历尚未导入到期的年份，导入后自动推算"
        if self.used is None or self.left is None:
            return ""
        if self.is_simulated:
            return f"已出具模拟意见，停止计算，此前用了 {self.used} {self.unit}；补齐之日重新起算"
        if self.is_done:
            return f"用了 {self.used} {self.unit}"
        if self.paused:
            return f"已用 {self.used} {self.unit}，还剩 {self.left} {self.unit}"
        return f"已用 {self.used} {self.unit}" if self.used or self.left else ""

    @property
    def share(self) -> int | None:
        """The hundredths of the limit that are used, for the bar."""
        if self.used is None or self.left is None:
            return None
        return 100 if self.left < 0 else round(100 * self.used / max(self.used + self.left, 1))


@dataclass(frozen=True)
class Pausing:
    """One special procedure in words."""

    title: str
    text: str
    is_over: bool


def clock_rows(
    found: CaseClocks, countdown: Countdown, now: datetime, *, is_simulated: bool = False
) -> list[ClockRow]:
    """Return the clocks that run, in the order in which they press; of a case that has ended those that ran last.

    With a simulated opinion nothing is kept or missed yet: what it has stopped begins anew.
    """
    shown = [
        clock for clock in found.clocks if clock.kind in SHOWN and not _is_said_twice(clock, found.clocks)
    ]
    running = [clock for clock in shown if clock.stopped_at is None]
    rows = sorted(running or shown, key=lambda clock: SHOWN.index(ClockKind(clock.kind)))
    shown_rows = [_row(clock, found, countdown, now) for clock in rows]
    return [replace(row, is_simulated=is_simulated and row.is_done) for row in shown_rows]


def _is_said_twice(clock: Clock, clocks: Sequence[Clock]) -> bool:
    """Whether the limit of a whole application is that of its one case."""
    if clock.case_id is not None:
        return False
    said = (clock.kind, clock.value, clock.unit, clock.due_at, clock.stopped_at)
    others = [each for each in clocks if each.case_id is not None]
    return said in [(each.kind, each.value, each.unit, each.due_at, each.stopped_at) for each in others]


def pausings(found: CaseClocks, case: Case) -> list[Pausing]:
    """Return the special procedures of a case, the latest first."""
    mine = [each for each in found.suspensions if each.case_id == case.pk]
    return [Pausing(each.procedure, pausing_text(each), bool(each.ended_at)) for each in reversed(mine)]


def pausing_text(suspension: Suspension) -> str:
    """Say why and since when the limits stand still, and how long."""
    who = f"，{suspension.started_by.name}启动" if suspension.started_by else ""
    since = f"{day_text(suspension.started_at)}起{who}。依据：{ended(suspension.basis)}原因：{ended(suspension.reason)}"
    if suspension.ended_at:
        return f"{since}已于{day_text(suspension.ended_at)}结束。"
    return f"{since}预计{day_text(suspension.expected_end)}结束，期间不计时限。"


def extension_text(extensions: Sequence[Extension]) -> str:
    """Say by how much a limit is extended and who approved it."""
    return "；".join(
        f"{each.approved_by.name}于{day_text(each.approved_at)}批准延长 {each.days} 个工作日，理由：{each.reason}"
        for each in extensions
    )


def _row(clock: Clock, found: CaseClocks, countdown: Countdown, now: datetime) -> ClockRow:
    kind = ClockKind(clock.kind)
    pauses = pauses_of(clock, found.suspensions)
    used, left = _used_and_left(clock, countdown, pauses, clock.stopped_at or now)
    label = OF_ALL.get(kind) if clock.case_id is None else None
    return ClockRow(
        label=label or LABELS.get(kind, kind.label),
        owner=RULES[kind].owner,
        limit=limit_text(clock.value, clock.unit),
        due=clock.due_at,
        is_done=clock.stopped_at is not None,
        used=used,
        left=left,
        paused=_paused(pauses, now) if clock.stopped_at is None else "",
        unit="天" if clock.unit == LimitUnit.DAY else "个工作日",
        extended=extension_text(moving(clock, found.extensions, due=clock.due_at)),
    )


def _used_and_left(
    clock: Clock, countdown: Countdown, pauses: Sequence[Pause], until: datetime
) -> tuple[int | None, int | None]:
    """Return the days used and left, in the unit of the limit: working days, or days of the calendar.

    Nothing for limits of hours, or beyond the working calendar that was read.
    """
    if clock.due_at is None or clock.unit in ("hour", "minute"):
        return None, None
    if clock.unit == LimitUnit.DAY:
        left = (local_date(clock.due_at) - local_date(until)).days
        return max(clock.value - left, 0), left
    return countdown.used(clock.started_at, until, pauses), replace(countdown, now=until).left(
        clock.due_at, pauses
    )


def _paused(pauses: Sequence[Pause], now: datetime) -> str:
    ends = [goes_on for stops, goes_on in pauses if stops <= now < goes_on]
    return f"预计{day_text(max(ends))}恢复" if ends else ""
