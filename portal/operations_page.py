"""How the portal runs, in words for the people who run it. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from core.models.dispatch import Dispatched
from core.queue import BACKGROUND, CLOCK, DELIVERY, NOTIFY, ROUTING, Sweep
from portal.health import DEGRADED, OK, Health
from portal.operations import QueueState, WorkState

SHARED_NAMES = {
    ROUTING: "派发与批量办理",
    DELIVERY: "结果与文书",
    NOTIFY: "短信",
    CLOCK: "期限与扫描",
    BACKGROUND: "导入、汇编与统计",
}
PARTS = {
    "database": "数据库",
    "migrations": "数据库结构",
    "broker": "消息队列",
    "shared_workers": "公共队列的进程",
    "department_workers": "部门队列的进程",
    "calendar": "工作日历",
    "documents": "文书",
    "sweeps": "定时扫描",
}
STATES = {OK: ("正常", "success"), DEGRADED: ("有缺口", "waiting")}
UNITS = ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))


def lasting(seconds: float) -> str:
    """Return a span in its largest whole unit, as a person says it: 3分钟."""
    for size, unit in UNITS:
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "不到1秒"


@dataclass(frozen=True)
class QueueRow:
    """One queue in the table."""

    state: QueueState
    has_worker: bool
    now: datetime

    @property
    def name(self) -> str:
        return self.state.name or SHARED_NAMES[self.state.queue]

    @property
    def worker(self) -> tuple[str, str]:
        """Say whether anybody consumes the queue: a word and its tone."""
        return ("有", "success") if self.has_worker else ("没有", "danger")

    @property
    def messages(self) -> str:
        return "—" if self.state.messages is None else f"{self.state.messages}"

    @property
    def not_arrived(self) -> str:
        """Say how many tasks have not arrived, and since when the oldest is on its way."""
        return self._with_age(self.state.not_arrived, self.state.oldest_released_at)

    @property
    def open(self) -> str:
        """Say how many tasks wait to be claimed, and how old the oldest is."""
        return self._with_age(self.state.open, self.state.oldest_open_at)

    def _with_age(self, count: int, since: datetime | None) -> str:
        if not count or since is None:
            return f"{count}"
        return f"{count}（最早{lasting((self.now - since).total_seconds())}前）"


@dataclass(frozen=True)
class WorkRow:
    """One kind of work in the table."""

    state: WorkState

    @property
    def name(self) -> str:
        return self.state.sweep.title

    @property
    def trouble(self) -> int:
        return self.state.stuck + self.state.given_up

    @property
    def url(self) -> str:
        return reverse("operations-trouble", args=[self.state.sweep.kind])

    @property
    def word(self) -> tuple[str, str]:
        """Say how it stands: a word and its tone."""
        if self.state.given_up:
            return f"{self.state.given_up} 件已停止派发", "danger"
        if self.state.stuck:
            return f"{self.state.stuck} 件没有回执", "waiting"
        return "正常", "success"


@dataclass(frozen=True)
class OperationsPage:
    """The whole page."""

    health: Health
    queues: Sequence[QueueState]
    work: Sequence[WorkState]
    now: datetime

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Each part with the word and the tone of its state."""
        return [
            (PARTS[part], *STATES.get(state, ("不可用", "danger")))
            for part, state in self.health.checks.items()
        ]

    @cached_property
    def rows(self) -> list[QueueRow]:
        missing = {*self.health.missing_queues, *(f"dept.{code}" for code in self.health.missing_departments)}
        return [QueueRow(each, each.queue not in missing, self.now) for each in self.queues]

    @property
    def shared(self) -> list[QueueRow]:
        return [row for row in self.rows if not row.state.department]

    @property
    def departments(self) -> list[QueueRow]:
        """The departments, what needs somebody first: without a worker, then with tasks that have not arrived."""
        found = [row for row in self.rows if row.state.department]
        return sorted(found, key=lambda row: (row.has_worker, -row.state.not_arrived, -row.state.overdue))

    @property
    def kinds(self) -> list[WorkRow]:
        """The kinds of work, those with trouble first."""
        return sorted((WorkRow(each) for each in self.work), key=lambda row: -row.trouble)

    @property
    def headline(self) -> tuple[str, str]:
        """Say in one line whether somebody must do something: the line and its tone."""
        if troubled := [row.name for row in self.kinds if row.trouble]:
            return f"有没有送达的工作：{'、'.join(troubled)}", "danger"
        if missing := [row.name for row in self.rows if not row.has_worker]:
            return f"没有进程在处理：{'、'.join(missing)}", "warn"
        if self.health.status != OK:
            return "有的部分不正常，见下面各部分的状态", "warn"
        return "各队列都有进程在处理，没有卡住的工作", "success"


@dataclass(frozen=True)
class TroubleRow:
    """One row that does not arrive."""

    sweep: Sweep
    row: Dispatched

    @property
    def label(self) -> str:
        return self.sweep.label(self.row)

    @property
    def state(self) -> tuple[str, str]:
        """Say whether it is still being sent: a word and its tone."""
        return ("已停止派发", "danger") if self.row.failed_at else ("自动再派发", "waiting")

    @property
    def why(self) -> str:
        return self.row.last_error or "没有进程回执：处理这个队列的进程可能没有运行"

    @property
    def rerun_url(self) -> str:
        return reverse("operations-rerun", args=[self.sweep.kind, self.row.pk])


@dataclass(frozen=True)
class TroublePage:
    """What of one kind does not arrive."""

    sweep: Sweep
    found: Sequence[Dispatched]

    @property
    def rows(self) -> list[TroubleRow]:
        return [TroubleRow(self.sweep, row) for row in self.found]

    @property
    def rerun_all_url(self) -> str:
        return reverse("operations-rerun-all", args=[self.sweep.kind])
