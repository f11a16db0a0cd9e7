"""What real workers leave behind for whoever runs the portal: why a message failed, and how many were done."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connection

from applications.models import ReviewTask
from applications.services import routing
from core import clock, queue
from core.services import dispatch
from portal import counting, operations
from tests.engine_users import until
from tests.integration.test_workers import accept, arrived, wait_until_drained

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def _counts_of_this_test():
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(settings.REDIS_PREFIX + "metrics")


@contextmanager
def broken_table() -> Iterator[None]:
    """Have the database refuse every change of a task's status."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the disk of this table is full'; END $$; "
            "CREATE TRIGGER refuse BEFORE UPDATE OF status ON applications_reviewtask EXECUTE FUNCTION refuse()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refuse ON applications_reviewtask; DROP FUNCTION refuse()")


def counted(task: str, state: str) -> float:
    return sum(
        value
        for name, value in counting.counted().items()
        if name.startswith(f"tasks|{task}|") and name.endswith(state)
    )


def test_why_a_message_failed_stands_beside_its_row_and_it_is_done_when_sent_again(world, hall):
    hall.worker("--all", "--concurrency", "1")
    with broken_table():
        application = accept(world)
        task = ReviewTask.objects.get(case__application=application)
        until(lambda: bool(ReviewTask.objects.get(pk=task.pk).last_error))
    task.refresh_from_db()
    assert "the disk of this table is full" in task.last_error
    assert (task.status, task.receipted_at, task.failed_at) == ("released", None, None)
    until(lambda: counted(routing.OPEN_TASK, "FAILURE") >= 1)

    dispatch.rerun(
        sweep=operations.sweep_of("reviewtask"), pk=task.pk, by=world.administrator, now=clock.now()
    )
    until(lambda: arrived(application))
    wait_until_drained()
    until(lambda: counted(routing.OPEN_TASK, "SUCCESS") >= 1)  # others may have left messages there


def test_a_sweep_says_when_it_ended_how_long_it_took_and_what_it_sent(world, hall):
    application = world.submitted("SCJG-001")
    world.road.accept(application)
    ReviewTask.objects.update(next_attempt_at=clock.now())
    hall.worker("--shared", "--concurrency", "1")
    queue._send("portal.sweep", queue.CLOCK, {})

    until(lambda: "sweep|ended_at" in counting.counted())
    found = counting.counted()
    assert found["sweep|seconds"] > 0
    assert found[f"swept|{routing.OPEN_TASK}"] == 1


def test_page_shows_the_workers_that_run(world, hall):
    hall.worker("--shared", "--concurrency", "1")
    hall.worker("--departments", "SWJ,GAJ", "--concurrency", "2")
    caches["near"].clear()
    shown = world.client(world.administrator).get("/desk/operations/").context["page"].crew
    assert sorted((row.queues, row.worker.processes) for row in shown) == [("GAJ、SWJ", 2), ("公共", 1)]
    assert {row.worker.machine for row in shown} == {socket.gethostname()}
    assert all(None not in (row.worker.seconds, row.worker.taken) for row in shown)
