"""How far a busy hall has come, and its clock, which runs faster than ours."""

from __future__ import annotations

from datetime import timedelta

from applications.enums import ApplicationStatus, TaskStatus
from applications.models import Application, ReviewTask
from core import clock
from delivery.enums import ShipmentStatus
from delivery.models import Shipment
from tests.faults.verdict import swept_models

STEPS = {"B01": 6, "B08": 5, "B11": 3}
FASTER = 4  # the hall's clock runs so many times faster, so that a row's wait for its receipt is soon over
BREATH = 0.25  # seconds between two looks at how far it has come


def progress(bundles: list[str]) -> float:
    """Return the share of all steps of these bundles that is done."""
    whole = sum(STEPS[bundle] for bundle in bundles)
    return ReviewTask.objects.filter(status=TaskStatus.DONE).count() / whole


def is_over(filings: int) -> bool:
    """Tell whether every application is closed and nothing is under way."""
    closed = Application.objects.filter(status=ApplicationStatus.CLOSED).count()
    under_way = (
        model.objects.filter(receipted_at=None, next_attempt_at__isnull=False).exists()
        for model in swept_models()
    )
    return closed == filings and not any(under_way)


def let_time_pass(filings: int, *, faster: int = FASTER) -> None:
    """Run the hall's clock for one breath; once every parcel that is left is on its way, let a day pass."""
    unfinished = Application.objects.exclude(status=ApplicationStatus.CLOSED).count()
    on_the_way = Shipment.objects.filter(status=ShipmentStatus.SENT).count()
    if Application.objects.count() == filings and on_the_way and unfinished == on_the_way:
        clock.advance(timedelta(hours=25))
    clock.advance(timedelta(seconds=BREATH * (faster - 1)))
