"""The portal's own scheduled work."""

from celery import shared_task

from core import clock
from portal import sweeping


@shared_task(name="portal.sweep")
def sweep() -> None:
    sweeping.sweep(now=clock.now())


@shared_task(name="portal.count_uses")
def count_uses() -> None:
    sweeping.count_uses()
