"""How far a busy hall has come, and its clock, which runs faster than ours."""

from __future__ import annotations

from datetime import timedelta

from applications.enums import LIVE_TASK, ApplicationStatus, TaskStatus
from applications.models import Application, ReviewTask
from core import clock
from delivery.enums import ShipmentStatus
from delivery.models import Shipment
from matters.models import Step
from tests.faults.verdict import swept_models

BREATH = 0.25  # seconds between two looks at how far it has come
UNFINISHED = (ApplicationStatus.SUBMITTED, ApplicationStatus.ACCEPTED)


def steps() -> int:
    """Return how many steps there are in all that is filed."""
    return Step.objects.filter(version__cases__application__submitted_at__isnull=False).count()


def steps_done() -> int:
    return ReviewTask.objects.filter(status=TaskStatus.DONE).count()


def progress() -> float:
    """Return the share of all steps of what is filed that is done."""
    return steps_done() / max(steps(), 1)


def in_flight() -> int:
    """Return how many applications are accepted and not closed."""
    return Application.objects.filter(status=ApplicationStatus.ACCEPTED).count()


def is_over(filings: int) -> bool:
    """Tell whether every application is closed and nothing is under way."""
    closed = Application.objects.filter(status=ApplicationStatus.CLOSED).count()
    return closed == filings and not any(model.objects.under_way().exists() for model in swept_models())


def at_rest(dead: str) -> bool:
    """Tell whether nothing moves but parcels: all else is closed, or waits for the department whose worker is dead."""
    waiting = ReviewTask.objects.filter(status=TaskStatus.RELEASED, department__code=dead)
    if ReviewTask.objects.filter(status__in=LIVE_TASK).exclude(pk__in=waiting).exists():
        return False
    sent = Shipment.objects.filter(status=ShipmentStatus.SENT)
    moving = (
        Application.objects.filter(status__in=UNFINISHED)
        .exclude(pk__in=waiting.values("case__application"))
        .exclude(pk__in=sent.values("delivery__application"))
    )
    others = (model for model in swept_models() if model is not ReviewTask)
    return not moving.exists() and not any(model.objects.under_way().exists() for model in others)


def let_time_pass(*, faster: int, dead: str = "") -> None:
    """Run the hall's clock for one breath; once only parcels are left to come, let a day pass."""
    if Shipment.objects.filter(status=ShipmentStatus.SENT).exists() and at_rest(dead):
        clock.advance(timedelta(hours=25))
    clock.advance(timedelta(seconds=BREATH * (faster - 1)))
