"""The only way to send work to a worker: on commit, and swept again until a worker has receipted the row."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog
from celery import Task, current_app
from django.db import transaction
from django.db.models import QuerySet
from kombu.exceptions import OperationalError

from core.errors import NotFound
from core.models.dispatch import Dispatched

log = structlog.get_logger(__name__)
Key = TypeVar("Key")

ROUTING, DELIVERY, NOTIFY, CLOCK = "routing", "delivery", "notify", "clock"
SHARED = (ROUTING, DELIVERY, NOTIFY, CLOCK)
BACKGROUND = "background"  # what takes long and nobody waits for: docs/adr/0023
OF_NO_DEPARTMENT = (*SHARED, BACKGROUND)
SWEEP_BATCH = 500
MOST_WAITING = 1000  # repeated messages never fill a queue beyond this: what waits there is not lost
MOST_KILLED = 2  # how often a message may kill its process before it is put aside
MOST_COUNTED = 30_000  # a task waits as long as its department takes to come back; the column holds no more
_REST_AFTER_FAILURE = 15.0  # seconds: what is not sent meanwhile is sent by the sweeper then
_broker_rests_until = 0.0  # 0: it has answered last


class Consumer(Task):
    """A task that receipts one row, named by its id.

    A message may outlive its row (a database restored from a backup, a draft thrown away): it is acknowledged
    with a line in the log, because no repetition would bring the row back. One that kills the process which does it
    is done again at once, but not for ever: after MOST_KILLED it is left to the sweeper, which waits longer each time.
    """

    abstract = True
    retry_on_worker_lost = True
    max_retries = MOST_KILLED
    default_retry_delay = 0

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__call__(*args, **kwargs)
        except NotFound:
            log.warning("row_is_gone", task=self.name, **kwargs)


def department_queue(code: str) -> str:
    """Return the name of a department's own queue."""
    return f"dept.{code}"


def enqueue(task: str, *, queue: str, **kwargs: Any) -> None:
    """Send the named task when the transaction commits.

    A broker that cannot be reached is logged and left to the sweeper: the row that says the work is due is
    already written, and the person at the counter must not wait for a broker.
    """
    transaction.on_commit(lambda: _send(task, queue, kwargs))


def _send(task: str, queue: str, kwargs: dict[str, Any]) -> None:
    """Send a message, if the broker answers; while it does not, one sender tries it now and then, and no other waits with it."""
    global _broker_rests_until
    if _broker_rests_until:
        if time.monotonic() < _broker_rests_until:
            return
        _broker_rests_until = time.monotonic() + _REST_AFTER_FAILURE
    try:
        current_app.send_task(task, kwargs=kwargs, queue=queue)
    except broker_errors() as error:
        _broker_rests_until = time.monotonic() + _REST_AFTER_FAILURE
        log.warning("broker_unreachable", task=task, queue=queue, error=str(error))
    else:
        _broker_rests_until = 0.0


def messages_waiting(names: Iterable[str]) -> dict[str, int]:
    """Return how many messages wait in each queue at the broker; none are told while it is away.

    A queue that it does not know is empty: Redis keeps no empty ones.
    """
    found: dict[str, int] = {}
    with suppress(*broker_errors()), current_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=3)
        found = dict.fromkeys(names, 0)
        for name in found:
            with suppress(*broker.channel_errors), broker.channel() as channel:
                found[name] = channel.queue_declare(queue=name, passive=True).message_count
    return found


def broker_errors() -> tuple[type[Exception], ...]:
    """Return what a broker that is away raises."""
    return (*current_app.connection_for_write().connection_errors, OperationalError, OSError)


@dataclass(frozen=True)
class Sweep:
    """What to send again: the rows of one model, the task that receipts them, the queue each belongs to.

    `gives_up`: its consumer stops after many failures (`failed_at`); all other work is sent until it is done. `label`
    says to an operator which row it is, by a number they can look for and without personal data, `page` where to see more
    of it; `title` what the work is.
    """

    model: type[Dispatched]
    task: str
    argument: str
    queue: Callable[[Any], str]
    title: str
    related: tuple[str, ...] = ()
    gives_up: bool = False
    label: Callable[[Any], str] = lambda row: str(row.pk)
    page: Callable[[Any], str] = lambda row: ""

    @property
    def kind(self) -> str:
        """How rows of this model are called in an address and in a metric."""
        return str(self.model._meta.model_name)

    def send(self, row: Dispatched) -> None:
        """Send one row's message when the transaction commits."""
        enqueue(self.task, queue=self.queue(row), **{self.argument: row.pk})

    def run(self, *, now: datetime) -> int:
        """Send again what has waited too long for its receipt and return how many rows that were.

        Rows that another sweeper holds are skipped, and nothing is sent into a queue in which MOST_WAITING wait: a worker
        that is away for days would leave behind more repetitions than it could ever take.
        """
        with transaction.atomic():
            rows = list(
                self.model.objects.awaiting_receipt(now)
                .select_related(*self.related)
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("next_attempt_at")[:SWEEP_BATCH]
            )
            sent = defaultdict(list)
            for row in rows:
                sent[min(row.attempts + 1, MOST_COUNTED)].append(row)
            for attempts, alike in sent.items():
                again_at = now + alike[0].wait_after(attempts)
                alike_ones = self.model.objects.filter(pk__in=[row.pk for row in alike])
                alike_ones.update(attempts=attempts, next_attempt_at=again_at)
            if rows:
                transaction.on_commit(lambda: self._send_again(rows))
        return len(rows)

    def _send_again(self, rows: list[Any]) -> None:
        waiting = messages_waiting({self.queue(row) for row in rows})
        for row in rows:
            name = self.queue(row)
            waiting[name] = waiting.get(name, 0) + 1
            if waiting[name] <= MOST_WAITING:
                self.send(row)


def run_sweeps(sweeps: Iterable[Sweep], *, now: datetime) -> dict[str, int]:
    """Run every sweep and return how many rows each sent again."""
    return {sweep.task: sweep.run(now=now) for sweep in sweeps}


@dataclass(frozen=True)
class Due:
    """What time alone brings about: the keys of the rows whose time has come, read by an index, and the act on each."""

    name: str
    keys: Callable[[datetime], QuerySet]
    act: Callable[..., Any]
    argument: str


def run_due(table: Iterable[Due], *, now: datetime) -> dict[str, int]:
    """Do what a table says is due until SWEEP_BATCH acts of each did something; return how many of each did."""
    return {
        due.name: run_each(
            due.keys(now).iterator(),
            lambda key, due=due: due.act(**{due.argument: key}, now=now),
            most=SWEEP_BATCH,
        )
        for due in table
    }


def run_each(keys: Iterable[Key], act: Callable[[Key], Any], *, most: int | None = None) -> int:
    """Act on each row by its key until `most` acts did something, and return how many did.

    Each act is a transaction of its own. One that fails is logged with its key, left for the next sweep and not counted:
    rows that cannot be helped must not stop the others, however many of them stand first.
    """
    done = 0
    for key in keys:
        try:
            done += bool(act(key))
        except Exception:
            log.exception("sweep_item_failed", key=key, act=getattr(act, "__name__", str(act)))
        if done == most:
            break
    return done
