"""What workers do for this room: ids in, one service call each."""

from celery import shared_task

from applications.services import routing
from core import clock, queue


@shared_task(name=routing.OPEN_TASK, base=queue.Consumer)
def receipt_task(task_id: int) -> None:
    routing.receipt_task(task_id=task_id, now=clock.now())
