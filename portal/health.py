"""Whether the portal can do its work now.

Without database, tables, broker or a worker for a shared queue nobody can be served: unavailable. A department
whose worker is missing only lets its own tasks wait, without one for `background` imports and books wait, a calendar
about to end still counts today, a document that was given up after many attempts holds up one application, and without
sweeps (no beat, or one that hangs) nothing that was lost comes again and no limit ends: degraded.
Workers are found by asking all of them over the broker which queues they consume, so an answer proves the whole
way there and back (`portal/crew.py`); it takes a second at most and is kept for KEEP_SECONDS in this process.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import calendar, clock
from core.clock import local_date
from core.queue import OF_NO_DEPARTMENT, SHARED
from core.selectors import failed_documents
from matters.selectors import department_queues
from portal import counting, crew
from portal.celery import app

log = structlog.get_logger(__name__)

KEEP_SECONDS = 5
LONGEST_WITHOUT_SWEEP = timedelta(seconds=max(60, 6 * settings.SWEEP_SECONDS))
OK, DEGRADED, UNAVAILABLE = "ok", "degraded", "unavailable"


@dataclass
class Health:
    """What works and what does not. It names parts, never addresses or errors: anybody may read it."""

    checks: dict[str, str] = field(default_factory=dict)
    missing_queues: list[str] = field(default_factory=list)
    missing_departments: list[str] = field(default_factory=list)
    calendar_until: date | None = None
    failed_documents: int = 0
    last_sweep: datetime | None = None

    @property
    def status(self) -> str:
        found = set(self.checks.values())
        return next((word for word in (UNAVAILABLE, DEGRADED) if word in found), OK)

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "checks": self.checks,
            "missing_queues": self.missing_queues,
            "missing_departments": self.missing_departments,
            "calendar_until": self.calendar_until and self.calendar_until.isoformat(),
            "failed_documents": self.failed_documents,
            "last_sweep": self.last_sweep and self.last_sweep.isoformat(),
        }


def examine() -> Health:
    """Return the state of every part; up to KEEP_SECONDS old unless something is missing altogether."""
    near = caches["near"]
    health = near.get("health")
    if health is None:
        health = _examine()
        if health.status != UNAVAILABLE:
            near.set("health", health, KEEP_SECONDS)
    return health


def _examine() -> Health:
    health = Health()
    try:
        connection.ensure_connection()
        health.checks["database"] = OK
        health.checks["migrations"] = UNAVAILABLE if _unapplied() else OK
    except DatabaseError as error:
        log.error("health_database", error=type(error).__name__)
        health.checks["database"] = UNAVAILABLE
    health.checks["broker"] = OK if _broker_answers() else UNAVAILABLE
    if health.status == OK:
        _check_workers(health, consumed_queues())
        _check_calendar(health, local_date(clock.now()))
        _check_documents(health)
        _check_sweeps(health, timezone.now())
    return health


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker_answers() -> bool:
    with app.connection_for_read() as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=3)
        except (*broker.connection_errors, OperationalError, OSError) as error:
            log.error("health_broker", error=type(error).__name__)
            return False
    return True


def consumed_queues() -> set[str]:
    """Return the names of the queues that running workers say they consume; none while the broker is away."""
    return {queue["name"] for queues in crew.answering().values() for queue in queues}


def _check_workers(health: Health, consumed: Iterable[str]) -> None:
    consumed = set(consumed)
    health.missing_queues = [name for name in OF_NO_DEPARTMENT if name not in consumed]
    missing = [name for name in department_queues() if name not in consumed]
    health.missing_departments = [name.removeprefix("dept.") for name in missing]
    health.checks["shared_workers"] = _worst(health.missing_queues)
    health.checks["department_workers"] = DEGRADED if missing else OK


def _worst(missing: list[str]) -> str:
    if any(name in SHARED for name in missing):
        return UNAVAILABLE
    return DEGRADED if missing else OK


def _check_calendar(health: Health, today: date) -> None:
    health.calendar_until = calendar.last_day()
    serves = calendar.reaches_far_enough(health.calendar_until, today)
    health.checks["calendar"] = OK if serves else DEGRADED


def _check_sweeps(health: Health, now: datetime) -> None:
    """Look when a sweep last ended, by the clock of the machines."""
    health.last_sweep = counting.last_sweep()
    is_late = health.last_sweep is None or now - health.last_sweep > LONGEST_WITHOUT_SWEEP
    health.checks["sweeps"] = DEGRADED if is_late else OK


def _check_documents(health: Health) -> None:
    health.failed_documents = failed_documents()
    health.checks["documents"] = DEGRADED if health.failed_documents else OK
