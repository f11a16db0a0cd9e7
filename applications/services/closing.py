"""Closing: everything decided, everything delivered. A post-check still open never delays it."""

from datetime import datetime

from applications import machine
from applications.models import Application
from core.models import User


def close(*, application: Application, by: User | None, now: datetime) -> None:
    """Close an application whose results have reached the applicant; the caller holds its lock."""
    machine.make(application, "close", by=by, now=now, closed_at=now)
