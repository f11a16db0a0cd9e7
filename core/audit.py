"""Writing the audit trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Model

from core import bulk
from core.models import AuditEntry, User

SYSTEM = "系统"


def record(
    *,
    by: User | None,
    now: datetime,
    act: str,
    on: Model,
    reference: str = "",
    label: str = "",
    **detail: Any,
) -> AuditEntry:
    """Write one audit entry in the caller's transaction; `by` is None for the system."""
    entry = _entry(by, now, act, on, detail)
    entry.reference, entry.actor_label = reference, label or entry.actor_label
    entry.save(force_insert=True)
    return entry


def record_each(
    *, by: User | None, now: datetime, act: str, on: Iterable[tuple[Model, dict[str, Any]]]
) -> None:
    """Write one audit entry for each record with its detail, all at once: for acts on thousands."""
    bulk.insert(AuditEntry, [bulk.row(_entry(by, now, act, one, detail)) for one, detail in on])


def _entry(by: User | None, now: datetime, act: str, on: Model, detail: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=by,
        actor_label=by.name if by else SYSTEM,
        act=act,
        record_type=on._meta.label_lower,
        record_id=str(on.pk),
        detail=detail,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
