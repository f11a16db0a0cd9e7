"""How the portal runs, in words for the people who run it. No queries here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from core.models.dispatch import Dispatched
from core.queue import BACKGROUND, CLOCK, DELIVERY, NOTIFY, OF_NO_DEPARTMENT, ROUTING, SHARED, Sweep
from portal.crew import Worker
from portal.health import DEGRADED, OK, UNAVAILABLE, Health
from portal.operations import KEEP_SECONDS, QueueState, WorkState
from systems.models import DepartmentSystem

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
GAPS = {
    "calendar": "工作日历快到头了，请导入下一年的放假安排",
    "sweeps": "定时扫描没有按时进行：没有回执的不再派发，期限也不会自动到期",
}
STATES = {OK: ("正常", "success"), DEGRADED: ("有缺口", "waiting")}
MOST_NAMED = 3
UNITS = ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))


def lasting(seconds: float) -> str:
    """Return a span in its largest whole unit, as a person says it: 3分钟."""
    for size, unit in UNITS:
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "不到1秒"


def some_of(names: Sequence[str]) -> str:
    """Return the names, of many only the first: 公安局、税务局、市场监管局等 29 个."""
    if len(names) <= MOST_NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:MOST_NAMED])}等 {len(names)} 个"


@dataclass(frozen=True)
class QueueRow:
    """One queue in the table; whether it has a worker is None while nobody can be asked."""

    state: QueueState
    has_worker: bool | None
    now: datetime

    @property
    def name(self) -> str:
        return self.state.name or SHARED_NAMES[self.state.queue]

    @property
    def worker(self) -> tuple[str, str]:
        """Say whether anybody consumes the queue: a word and its tone."""
        if self.has_worker is None:
            return "未知", "neutral"
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

    @property
    def is_well(self) -> bool:
        """Say whether nobody need look: it has a worker, and nothing waits for one or is late."""
        waits = self.state.messages or self.state.not_arrived or self.state.overdue
        return bool(self.has_worker) and not waits

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
class WorkerRow:
    """One worker in the table; `codes` are those of all departments."""

    worker: Worker
    codes: Sequence[str]

    @property
    def queues(self) -> str:
        """Say in short which queues it reads: all, the shared ones, those of some departments."""
        read = self.worker.queues
        codes = [code for code in self.codes if f"dept.{code}" in read]
        has_every_department = len(codes) == len(self.codes)
        if has_every_department and read.issuperset(OF_NO_DEPARTMENT):
            return "全部队列"
        shared = (
            ["公共"] if read.issuperset(SHARED) else [SHARED_NAMES[each] for each in SHARED if each in read]
        )
        background = ["后台"] if BACKGROUND in read else []
        departments = ["全部部门"] if has_every_department and codes else [some_of(codes)] if codes else []
        return "；".join([*shared, *background, *departments])

    @property
    def running(self) -> str:
        return "—" if self.worker.seconds is None else lasting(self.worker.seconds)

    @property
    def taken(self) -> str:
        return "—" if self.worker.taken is None else f"{self.worker.taken}"


@dataclass(frozen=True)
class OperationsPage:
    """The whole page."""

    health: Health
    queues: Sequence[QueueState]
    work: Sequence[WorkState]
    workers: Sequence[Worker]
    systems: Sequence[DepartmentSystem]
    now: datetime
    machine_now: datetime

    @property
    def as_of(self) -> str:
        """Say of when the page is, and how much older a number of it may be."""
        return f"截至 {timezone.localtime(self.now):%H:%M:%S}，各数最多早 {KEEP_SECONDS} 秒"

    @property
    def last_sweep(self) -> str:
        """Say how long ago the last sweep ended, by the clock of the machines."""
        if self.health.last_sweep is None:
            return "没有记录"
        return f"{lasting((self.machine_now - self.health.last_sweep).total_seconds())}前"

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
        were_asked = "shared_workers" in self.health.checks
        return [
            QueueRow(each, each.queue not in missing if were_asked else None, self.now)
            for each in self.queues
        ]

    @property
    def shared(self) -> list[QueueRow]:
        return [row for row in self.rows if not row.state.department]

    @cached_property
    def departments(self) -> list[QueueRow]:
        """The departments, what needs somebody first: without a worker, then with tasks that have not arrived."""
        found = [row for row in self.rows if row.state.department]
        return sorted(
            found, key=lambda row: (bool(row.has_worker), -row.state.not_arrived, -row.state.overdue)
        )

    @property
    def busy_departments(self) -> list[QueueRow]:
        return [row for row in self.departments if not row.is_well]

    @property
    def quiet_departments(self) -> list[QueueRow]:
        return [row for row in self.departments if row.is_well]

    @property
    def crew(self) -> list[WorkerRow]:
        codes = [each.department for each in self.queues if each.department]
        return [WorkerRow(each, codes) for each in self.workers]

    @property
    def kinds(self) -> list[WorkRow]:
        """The kinds of work, those with trouble first, then those with most under way."""
        rows = (WorkRow(each) for each in self.work)
        return sorted(rows, key=lambda row: (-row.trouble, -row.state.under_way))

    @property
    def busy_kinds(self) -> list[WorkRow]:
        return [row for row in self.kinds if row.trouble or row.state.under_way]

    @property
    def quiet_kinds(self) -> list[WorkRow]:
        return [row for row in self.kinds if not (row.trouble or row.state.under_way)]

    @property
    def headline(self) -> tuple[str, str]:
        """Say in one line whether somebody must do something: the line and its tone."""
        return self.told[0] if self.told else ("各队列都有进程在处理，没有卡住的工作", "success")

    @cached_property
    def told(self) -> list[tuple[str, str]]:
        """Each thing that somebody must do something about, the worst first: a sentence and its tone."""
        return [*self._parts_away(), *self._shared_missing(), *self._not_arrived(), *self._others_missing()]

    def _parts_away(self) -> Iterator[tuple[str, str]]:
        states = self.health.checks.items()
        # That a shared queue has nobody is told by the queue's name.
        if away := [
            PARTS[part] for part, state in states if state == UNAVAILABLE and part != "shared_workers"
        ]:
            yield f"不可用：{'、'.join(away)}", "danger"

    def _shared_missing(self) -> Iterator[tuple[str, str]]:
        missing = [row.name for row in self.shared if row.has_worker is False and row.state.queue in SHARED]
        if len(missing) == len(SHARED):
            yield "公共队列没有进程，谁的事都不能往下办", "danger"
        elif missing:
            yield f"公共队列没有进程：{'、'.join(missing)}", "danger"

    def _not_arrived(self) -> Iterator[tuple[str, str]]:
        if troubled := [row.name for row in self.kinds if row.trouble]:
            yield f"有没有送达的工作：{'、'.join(troubled)}", "danger"

    def _others_missing(self) -> Iterator[tuple[str, str]]:
        if BACKGROUND in self.health.missing_queues:
            yield f"后台队列没有进程：{SHARED_NAMES[BACKGROUND]}", "warn"
        if missing := [row.name for row in self.departments if row.has_worker is False]:
            yield f"部门队列没有进程：{some_of(missing)}", "warn"
        if failing := [each for each in self.systems if each.failures]:
            names = some_of([each.department.short_name for each in failing])
            yield f"部门系统没有接收推送：{names}，见“部门系统”", "warn"
        if self.health.failed_documents:
            yield f"有 {self.health.failed_documents} 份文书没有生成，见下面“生成文书”", "warn"
        for part, sentence in GAPS.items():
            if self.health.checks.get(part) == DEGRADED:
                yield sentence, "warn"


@dataclass(frozen=True)
class TroubleRow:
    """One row that does not arrive."""

    sweep: Sweep
    row: Dispatched

    @property
    def label(self) -> str:
        return self.sweep.label(self.row)

    @property
    def page_url(self) -> str:
        return self.sweep.page(self.row)

    @property
    def again_at(self) -> datetime | None:
        """Say when it is sent again; None of what was given up."""
        return None if self.row.failed_at else self.row.next_attempt_at

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
