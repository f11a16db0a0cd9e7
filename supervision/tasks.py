"""What workers do for this room."""

from celery import shared_task

from core import clock
from supervision import sweeps


@shared_task(name="supervision.run_cards")
def run_cards() -> None:
    """Give every card that has fallen due."""
    sweeps.run_cards(now=clock.now())
