"""From acceptance to the department's queue, with real workers: how long it takes, and how many in a second."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from django.db import connection
from django.db.models import Max, Min

from applications.models import Application, ReviewTask
from applications.services import intake
from core import clock, queue
from core.models import User
from matters.models import Department
from portal.bench import routing_floor
from portal.bench.brokers import forget_messages
from portal.celery import app
from portal.sweeping import SWEEPS

ACCEPTED = 60
TASKS = 2000
PROCESSES = 2
PATIENCE = 180.0
POLL = 0.002


def routed() -> Iterator[str]:
    """Measure on the database that is asked now, and say it."""
    queues = [*queue.SHARED, *(each.queue for each in Department.objects.all()), routing_floor.QUEUE]
    forget_messages(queues)
    with _worker("manage.py", "worker", "--all", f"--concurrency={PROCESSES}", "--name=bench"):
        taken = sorted(_accept(application) for application in _submitted())
    yield (
        f"受理到任务进入部门队列，空闲的真实进程，{len(taken)} 次：中位数 {median(taken):.0f} 毫秒，"
        f"第95百分位 {quantiles(taken, n=20)[-1]:.0f} 毫秒（目标 ≤ 300）"
    )
    forget_messages(queues)
    tasks, least = _tasks_in_a_second(), _rows_in_a_second()
    yield (
        f"{PROCESSES} 个进程派发：每秒 {tasks:.0f} 项任务（目标 ≥ 150）；下限（写一行的 Celery 任务，连接保持）"
        f"每秒 {least:.0f}，为其 {tasks / least:.2f} 倍"
    )
    forget_messages(queues)


def _submitted() -> list[Application]:
    waiting = Application.objects.filter(status="submitted", correction=None, is_simulated=False)
    return list(waiting.order_by("submitted_at", "id")[:ACCEPTED])


def _accept(application: Application) -> float:
    """Accept one at the counter, and return after how many milliseconds all its first tasks stand in their queues."""
    intake.accept(application_id=application.pk, by=User.objects.get(username="counter1"), now=clock.now())
    began = time.perf_counter()
    released = ReviewTask.objects.filter(case__application=application, status="released")
    _until(lambda: not released.exists())
    return (time.perf_counter() - began) * 1000


def _tasks_in_a_second() -> float:
    """Have TASKS messages wait for the workers, and return how many tasks these receipt in a second."""
    sweep = next(each for each in SWEEPS if each.model is ReviewTask)
    ids = ReviewTask.objects.filter(status="open", department__has_own_system=False).order_by("-pk")
    ids = list(ids.values_list("pk", flat=True)[:TASKS])
    tasks = ReviewTask.objects.filter(pk__in=ids)
    tasks.update(status="released", receipted_at=None, attempts=0, next_attempt_at=clock.now())
    for task in tasks.select_related(*sweep.related):
        sweep.send(task)
    with _worker("manage.py", "worker", "--all", f"--concurrency={PROCESSES}", "--name=bench"):
        _until(lambda: not tasks.filter(receipted_at=None).exists())
    span = tasks.aggregate(first=Min("receipted_at"), last=Max("receipted_at"))
    return len(ids) / (span["last"] - span["first"]).total_seconds()


def _rows_in_a_second() -> float:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench.floor")
        cursor.execute("CREATE TABLE bench.floor (number int, at timestamptz DEFAULT clock_timestamp())")
        for number in range(TASKS):
            routing_floor.write_row.apply_async([number], queue=routing_floor.QUEUE)
        options = (
            "--queues",
            routing_floor.QUEUE,
            "--concurrency",
            str(PROCESSES),
            "--without-gossip",
            "--without-mingle",
        )
        with _worker(
            "-m", "celery", "-A", "portal.bench.routing_floor", "worker", "--hostname=bench@%h", *options
        ):
            _until(lambda: _count(cursor) == TASKS)
        cursor.execute("SELECT count(*) / extract(epoch FROM max(at) - min(at)) FROM bench.floor")
        return float(cursor.fetchone()[0])


def _count(cursor) -> int:
    cursor.execute("SELECT count(*) FROM bench.floor")
    return cursor.fetchone()[0]


@contextmanager
def _worker(*command: str) -> Iterator[None]:
    """Run a worker process against the database that is asked now, from when it answers."""
    url = urlsplit(os.environ["DATABASE_URL"])
    here = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *command],
            env=os.environ | {"DATABASE_URL": here, "LOG_LEVEL": "WARNING"},
            cwd=Path(__file__).parents[2],
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
        try:
            _until(lambda: process.poll() is not None or bool(app.control.ping(timeout=0.5)))
            if process.poll() is not None:
                words.seek(0)
                raise RuntimeError(words.read().decode(errors="replace")[-3000:])
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE:.0f} s in vain")
        time.sleep(POLL)
