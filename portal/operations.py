"""How the queues stand: what waits in each, how long, which have a worker, and what does not arrive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.db.models import Count, Min, Q, QuerySet

from applications.enums import LIVE_TASK, TaskStatus
from applications.models import ReviewTask
from core.errors import NotFound
from core.models.dispatch import Dispatched
from core.queue import OF_NO_DEPARTMENT, Sweep, department_queue, messages_waiting
from matters.models import Department
from portal.sweeping import SWEEPS
from systems.models import DepartmentSystem

KEEP_SECONDS = 5
SHOWN = 50


@dataclass(frozen=True)
class QueueState:
    """One queue: messages at the broker, and of a department's the tasks that have not arrived, wait, are held, are late."""

    queue: str
    department: str = ""
    name: str = ""
    messages: int | None = None
    not_arrived: int = 0
    oldest_released_at: datetime | None = None
    open: int = 0
    claimed: int = 0
    oldest_open_at: datetime | None = None
    overdue: int = 0


@dataclass(frozen=True)
class WorkState:
    """One kind of work that workers do: how much is under way, sent many times for nothing, given up."""

    sweep: Sweep
    under_way: int
    stuck: int
    given_up: int


def sweep_of(kind: str) -> Sweep:
    """Return the row of the table of sweeps with this kind; raises NotFound."""
    for sweep in SWEEPS:
        if sweep.kind == kind:
            return sweep
    raise NotFound()


def queues(now: datetime) -> list[QueueState]:
    """Return the shared queues and those of the departments; kept for KEEP_SECONDS in this process."""
    near = caches["near"]
    found = near.get("operations")
    if found is None:
        found = list(_queues(now))
        near.set("operations", found, KEEP_SECONDS)
    return found


def systems() -> list[DepartmentSystem]:
    """Return the own systems of departments that are in use, with how often in a row they did not take a message."""
    in_use = DepartmentSystem.objects.filter(active_since__isnull=False)
    return list(in_use.select_related("department").order_by("-failures", "department__code"))


def work() -> list[WorkState]:
    """Return how every kind of work stands; only what is under way or given up is read."""
    return [_work_state(sweep) for sweep in SWEEPS]


def troubled(sweep: Sweep) -> list[Dispatched]:
    """Return what is given up or stuck of one kind, the longest sent first, SHOWN at most of each."""
    rows = sweep.model.objects.select_related(*sweep.related)
    given_up = _first(rows.given_up()) if sweep.gives_up else []
    return [*given_up, *_first(rows.stuck())]


def _first(rows: QuerySet) -> list[Dispatched]:
    return list(rows.order_by("-attempts", "pk")[:SHOWN])


def _work_state(sweep: Sweep) -> WorkState:
    rows = sweep.model.objects
    counted = rows.under_way().aggregate(all=Count("pk"), stuck=Count("pk", filter=rows.is_stuck()))
    given_up = rows.given_up().count() if sweep.gives_up else 0
    return WorkState(sweep, counted["all"], counted["stuck"], given_up)


def _queues(now: datetime) -> Iterator[QueueState]:
    departments = list(Department.objects.filter(is_active=True).order_by("code"))
    names = [*OF_NO_DEPARTMENT, *(department_queue(each.code) for each in departments)]
    messages = messages_waiting(names)
    for name in OF_NO_DEPARTMENT:
        yield QueueState(name, messages=messages.get(name))
    tasks = {row["department"]: row for row in _tasks(now)}
    for each in departments:
        name = department_queue(each.code)
        counted = {key: value for key, value in tasks.get(each.pk, {}).items() if key != "department"}
        yield QueueState(name, each.code, each.short_name, messages.get(name), **counted)


def _tasks(now: datetime) -> QuerySet:
    """Count the live tasks of each department in one reading of them."""
    open_ones, claimed = Q(status=TaskStatus.OPEN), Q(status=TaskStatus.CLAIMED)
    released = Q(status=TaskStatus.RELEASED)
    live = ReviewTask.objects.filter(status__in=LIVE_TASK)
    return live.values("department").annotate(
        not_arrived=Count("pk", filter=released),
        oldest_released_at=Min("released_at", filter=released),
        open=Count("pk", filter=open_ones),
        claimed=Count("pk", filter=claimed),
        oldest_open_at=Min("released_at", filter=open_ones),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
    )
