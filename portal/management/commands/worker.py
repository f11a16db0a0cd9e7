"""`manage.py worker`: a Celery worker that consumes the queues of its departments, and follows the catalogue."""

import re
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from celery import bootsteps
from celery.signals import task_prerun
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from core import queue
from matters.selectors import department_queues
from portal.celery import app

log = structlog.get_logger(__name__)

ALL_DEPARTMENTS = "all"
RECONCILE_SECONDS = 3
RATE = re.compile(r"([1-9]\d{0,5})/([smh])")
SECONDS = {"s": 1, "m": 60, "h": 3600}
MOST_BETWEEN = 3.0
"""Seconds a process may wait before a message: it holds one and has another at hand, and the broker brings both again after TASK_REDELIVERY_SECONDS."""


class FollowDepartments(bootsteps.StartStopStep):
    """Consume the queue of a department added to the catalogue within seconds, without a restart."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    departments: tuple[str, ...] | None = None

    def start(self, consumer: Any) -> None:
        self.entry = consumer.timer.call_repeatedly(RECONCILE_SECONDS, self.reconcile, (consumer,))

    def stop(self, consumer: Any) -> None:
        if getattr(self, "entry", None):
            self.entry.cancel()

    def reconcile(self, consumer: Any) -> None:
        try:
            wanted = set(department_queues(self.departments))
        finally:
            close_old_connections()  # nothing else would: after a restart of the database it would stay broken
        for name in sorted(wanted - consumed_queues(consumer)):
            consumer.add_task_queue(app.amqp.queues[name].name)  # made as whoever sends to it makes it


def pace(seconds: float) -> None:
    """Have each process of this worker let so many seconds pass between the beginnings of two messages.

    Celery's own limit holds messages back one kind at a time, and unacknowledged: Redis brings them to somebody else meanwhile.
    """
    may_begin = 0.0

    @task_prerun.connect(weak=False)
    def wait(**kwargs: Any) -> None:
        nonlocal may_begin
        time.sleep(max(0.0, may_begin - time.monotonic()))
        may_begin = time.monotonic() + seconds


def _seconds_between(rate: str, processes: int) -> float:
    found = RATE.fullmatch(rate)
    if not found:
        raise CommandError("--rate 应写成 20/s、300/m 或 1000/h。")
    seconds = processes * SECONDS[found[2]] / int(found[1])
    if seconds > MOST_BETWEEN:
        least = f"每个进程至少 {60 / MOST_BETWEEN:.0f}/m"
        raise CommandError(f"--rate {rate} 太慢：{least}；请提高，或减少 --concurrency（现在 {processes}）。")
    return seconds


def consumed_queues(consumer: Any) -> set[str]:
    """Return the names of the queues a consumer reads now."""
    return {each.name for each in consumer.task_consumer.queues}


class Command(BaseCommand):
    help = "运行后台任务进程：--all 处理全部队列；--departments A,B 只处理这些部门，--departments all 处理全部部门；--shared 处理公共队列；--background 处理没有人在等的。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="全部部门队列和公共队列")
        which.add_argument("--departments", help="部门代码，用逗号分隔；all 为全部部门，包括以后新设的")
        which.add_argument("--shared", action="store_true", help="只处理公共队列：" + "、".join(queue.SHARED))
        which.add_argument("--background", action="store_true", help="只处理没有人在等的：导入、汇编、统计")
        parser.add_argument("--concurrency", type=int, default=2)
        parser.add_argument("--rate", help="这个进程合计最多多快，例如 20/s、300/m；不写即不限")
        parser.add_argument("--name", default="portal", help="进程名，多个进程时须不同")

    def handle(self, *args: Any, **options: Any) -> None:
        names = self._queues(options)
        if options["rate"]:
            pace(_seconds_between(options["rate"], options["concurrency"]))
        if not (options["shared"] or options["background"]):
            FollowDepartments.departments = self._codes(options)
            app.steps["consumer"].add(FollowDepartments)
        app.worker_main(
            [
                "worker",
                "--queues=" + ",".join(names),
                f"--concurrency={options['concurrency']}",
                f"--hostname={options['name']}@%h",
                "--without-gossip",
                "--without-mingle",
                "--loglevel=INFO",
            ]
        )

    def _codes(self, options: dict[str, Any]) -> tuple[str, ...] | None:
        codes = options["departments"]
        return tuple(codes.split(",")) if codes and codes != ALL_DEPARTMENTS else None

    def _queues(self, options: dict[str, Any]) -> list[str]:
        if options["shared"]:
            return list(queue.SHARED)
        if options["background"]:
            return [queue.BACKGROUND]
        codes = self._codes(options)
        names = department_queues(codes)
        if codes and len(names) < len(set(codes)):
            known = {name.removeprefix("dept.") for name in names}
            raise CommandError(f"没有这些部门：{'、'.join(sorted(set(codes) - known))}")
        if options["all"]:
            return names + list(queue.OF_NO_DEPARTMENT)
        return names or self._first_queues()

    def _first_queues(self) -> list[str]:
        """Wait until there is a department; of no queue at all Celery would make every queue."""
        log.info("waits_for_a_department")
        while not (names := department_queues()):
            close_old_connections()
            time.sleep(RECONCILE_SECONDS)
        return names
