"""Writing the audit trail."""

from datetime import datetime
from typing import Any

import structlog
from django.db.models import Model

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
    return AuditEntry.objects.create(
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
