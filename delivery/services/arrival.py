"""The end of the road: everything has reached the applicant."""

from datetime import datetime

from applications import machine
from applications.services import closing
from core.models import User
from delivery.models import Delivery


def arrive(*, delivery: Delivery, act: str, by: User | None, now: datetime) -> None:
    """Record that everything has reached the applicant, and close the application; the caller holds its lock."""
    machine.make(delivery, act, by=by, now=now, delivered_at=now)
    closing.close(application=delivery.application, by=by, now=now)
