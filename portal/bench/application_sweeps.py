"""What the sweeps read among many applications: every question when next to nothing is due, and with a thousand due."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from applications.models import Clock, ReviewTask
from core import clock, queue
from core.clock import local_date
from matters.models import Department
from portal.bench.brokers import forget_messages
from portal.bench.measure import Row
from portal.bench.prototypes import BUSY
from portal.sweeping import ROOMS, SWEEPS
from supervision.models import CardRule
from supervision.services import issuing
from systems.models import DepartmentSystem
from systems.sweeps import DUE as OF_SYSTEMS

MANY = 1000
A_SECOND = 1000.0
OVERDUE = "step-yellow"


def rows() -> list[Row]:
    """Return the row of each question of the sweeps, then of those that find MANY."""
    dues = [due for room in ROOMS for due in getattr(room, "DUE", ())]
    now = clock.now()
    limits = {"floor_limit": None, "growth_limit": None, "aim": A_SECOND, "times": 5}
    return [
        *(Row("扫描所问，几乎无到期", due.name, _keys(due, now), **limits) for due in dues),
        *(
            Row("扫描所问，几乎无到期", f"待回执：{sweep.title}", _waiting(sweep, now), **limits)
            for sweep in SWEEPS
        ),
        _sent_again(limits),
        Row("扫描，一千项到期", "超期任务的牌：找出", _cards(), **limits),
        Row("扫描，一千项到期", "未告知部门系统的任务：找出", _untold, floor=_nothing, **limits),
    ]


def _keys(due: queue.Due, now: datetime) -> Callable[[], object]:
    return lambda: list(due.keys(now))


def _waiting(sweep: queue.Sweep, now: datetime) -> Callable[[], object]:
    return lambda: list(
        sweep.model.objects.awaiting_receipt(now).order_by("next_attempt_at")[: queue.SWEEP_BATCH]
    )


def _sent_again(limits: dict) -> Row:
    """Send MANY tasks again, messages and all; that they are done long ago makes no difference to the sweep."""
    sweep = next(each for each in SWEEPS if each.model is ReviewTask)
    ids = list(ReviewTask.objects.filter(status="done").order_by("pk").values_list("pk", flat=True)[:MANY])
    queues = {each.queue for each in Department.objects.all()}

    def wait() -> None:
        ReviewTask.objects.filter(pk__in=ids).update(
            receipted_at=None, next_attempt_at=clock.now(), attempts=0
        )
        forget_messages(queues)

    def settle() -> None:
        ReviewTask.objects.filter(pk__in=ids).update(receipted_at=clock.now(), next_attempt_at=None)

    def send() -> None:
        now, sent = clock.now(), 0
        while found := sweep.run(now=now):
            sent += found
        if sent != MANY:
            raise AssertionError(f"{sent} of {MANY} were sent again")

    wait()
    return Row(
        "扫描，一千项到期", "未回执的任务：重新派发", send, clean=wait, floor=_nothing, end=settle, **limits
    )


def _nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cards() -> Callable[[], object]:
    """Find whose step is overdue at the moment when MANY are; among few applications there are not so many."""
    running = Clock.objects.running().filter(kind="step", due_at__gt=clock.now()).order_by("due_at", "pk")
    due = list(running.values_list("due_at", flat=True)[:MANY])
    now = due[-1]
    rule = CardRule.objects.on(local_date(now)).get(code=OVERDUE)
    days = issuing.working_days_around(now)
    return lambda: list(islice(issuing.earned(rule=rule, days=days, now=now), MANY))


def _untold() -> None:
    """Find the tasks of the busy department when it has just begun to work in a system of its own."""
    arrived = ReviewTask.objects.filter(department__code=BUSY, status="open").order_by("-receipted_at")
    with transaction.atomic():
        since = arrived.values_list("receipted_at", flat=True)[:MANY]
        department = Department.objects.get(code=BUSY)
        DepartmentSystem.objects.create(
            department=department, address="https://bench.example", active_since=list(since)[-1]
        )
        for due in OF_SYSTEMS:
            list(due.keys(clock.now()).iterator())
        transaction.set_rollback(True)
