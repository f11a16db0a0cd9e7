"""Writing the audit trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Model

from core import bulk
from core.models import AuditEntry, User
from core.together import Together, are_added

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
    written = entry(by=by, now=now, act=act, on=on, reference=reference, label=label, detail=detail)
    written.save(force_insert=True)
    return written


def insert(
    row: Model,
    *,
    by: User | None,
    now: datetime,
    act: str,
    detail: dict[str, Any],
    reference: str = "",
    unique: Iterable[str] = (),
    changes: Iterable[str] = (),
) -> None:
    """Add a new row and the audit entry of it in one statement, in the caller's transaction; the row gets its id.

    With `unique`, a row that stands with the same values of these is changed instead, in its `changes`.
    """
    written = Together()
    added = written.upsert(row, unique=unique, changes=changes) if unique else written.insert(row)
    told = entry(by=by, now=now, act=act, on=row, reference=reference, detail=detail)
    written.insert(told, record_id=f"{written.id_of(added)}::text")
    written.ask(written.id_of(added))
    are_added([row], written.run())


def record_each(
    *, by: User | None, now: datetime, act: str, on: Iterable[tuple[Model, dict[str, Any]]]
) -> None:
    """Write one audit entry for each record with its detail, all at once: for acts on thousands."""
    bulk.insert(
        AuditEntry, [bulk.row(entry(by=by, now=now, act=act, on=one, detail=detail)) for one, detail in on]
    )


def entry(
    *,
    by: User | None,
    now: datetime,
    act: str,
    on: Model,
    detail: dict[str, Any],
    reference: str = "",
    label: str = "",
) -> AuditEntry:
    """Return an audit entry for the caller to write with what it tells of (`core.together`)."""
    return AuditEntry(
        at=now,
        actor=by,
        actor_label=label or (by.name if by else SYSTEM),
        act=act,
        record_type=on._meta.label_lower,
        record_id=str(on.pk),
        reference=reference,
        detail=detail,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
