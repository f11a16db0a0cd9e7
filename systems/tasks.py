"""What workers do for this room: ids in, one service call each."""

from celery import shared_task

from core import clock, queue
from systems import client
from systems.services import completions, pushes


@shared_task(name=pushes.PUSH_TASK, base=queue.Consumer)
def push_task(task_id: int) -> None:
    pushes.of_task(task_id=task_id, now=clock.now())


@shared_task(name=pushes.SEND_PUSH, base=queue.Consumer, soft_time_limit=client.SOFT_SECONDS)
def send_push(push_id: int) -> None:
    pushes.send(push_id=push_id, now=clock.now())


@shared_task(name=completions.TELL, base=queue.Consumer)
def tell(certificate_id: int) -> None:
    completions.tell(certificate_id=certificate_id, now=clock.now())
