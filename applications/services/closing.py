"""Closing: everything decided, everything delivered. A post-check still open never delays it."""

from datetime import datetime

from applications import machine
from applications.enums import ClockKind
from applications.models import Application
from applications.services import clocks, decisions
from core.models import User


def close(*, application: Application, by: User | None, now: datetime) -> None:
    """Close an application whose results have reached the applicant; the caller holds its lock."""
    decisions.serve(application=application, now=now)
    machine.make(application, "close", by=by, now=now, closed_at=now)


def results_out(*, application: Application, now: datetime) -> None:
    """Record that all results can be collected, or have left in a parcel or over the net (行政许可法 §44).

    What the applicant then takes time for is nobody's lateness. The caller holds the application's lock.
    """
    clocks.stop(ClockKind.CERTIFICATE, on=application, now=now)
