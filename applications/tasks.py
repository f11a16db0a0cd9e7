"""What workers do for this room: ids in, one service call each."""

from celery import shared_task

from applications.services import bulk, clocks, figures, routing
from core import clock, queue
from core.services.calendar import RECKON_ANEW


@shared_task(name=routing.OPEN_TASK, base=queue.Consumer)
def receipt_task(task_id: int) -> None:
    routing.receipt_task(task_id=task_id, now=clock.now())


@shared_task(name=figures.MEASURE)
def measure() -> None:
    figures.measure(now=clock.now())


@shared_task(name=RECKON_ANEW, base=queue.Consumer)
def recompute_clocks(load_id: int) -> None:
    clocks.recompute_for(load_id=load_id, now=clock.now())


@shared_task(name=bulk.RUN_BULK, base=queue.Consumer)
def run_bulk(bulk_id: int) -> None:
    bulk.run_slice(bulk_id=bulk_id, now=clock.now())
