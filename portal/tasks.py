"""The portal's own scheduled work, and what is counted of everybody's."""

import time
from typing import Any

from celery import Task, shared_task
from celery.signals import task_failure, task_postrun, task_prerun

from core import clock
from core.services import dispatch
from portal import counting, metrics, sweeping


@task_prerun.connect
def begin(task: Task, **kwargs: Any) -> None:
    """Remember when a worker took a message."""
    task.request.began = time.monotonic()


@task_postrun.connect
def count(task: Task, state: str | None = None, **kwargs: Any) -> None:
    """Count a message with what became of it, and how long it took."""
    where = f"{task.name}|{(task.request.delivery_info or {}).get('routing_key', '')}"
    taken = time.monotonic() - getattr(task.request, "began", time.monotonic())
    counting.add(
        [(f"{metrics.TASKS}|{where}|{state or 'REJECTED'}", 1), (f"{metrics.SECONDS}|{where}", taken)]
    )


@task_failure.connect
def note_failure(sender: Task, exception: BaseException, kwargs: dict[str, Any], **more: Any) -> None:
    """Write down beside its row why a message could not be done; consumers that give up do so themselves."""
    sweep = next((each for each in sweeping.SWEEPS if each.task == sender.name), None)
    if sweep and not sweep.gives_up and sweep.argument in kwargs:
        dispatch.note_failure(sweep=sweep, pk=kwargs[sweep.argument], error=exception)


@shared_task(name="portal.sweep")
def sweep() -> None:
    began = time.monotonic()
    done = sweeping.sweep(now=clock.now())
    counting.add((f"{metrics.SWEPT}|{kind}", amount) for kind, amount in done.items() if amount)
    counting.note(
        {
            counting.SWEEP_ENDED: time.time(),
            f"{metrics.SWEEP}|seconds": time.monotonic() - began,
        }
    )


@shared_task(name="portal.count_uses")
def count_uses() -> None:
    sweeping.count_uses()
