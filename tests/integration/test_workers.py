"""Real worker processes: who consumes what, and what happens when one of them dies."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from applications.enums import TaskStatus
from applications.locks import lock_application
from applications.models import BulkAct, BulkItem, ReviewTask, StatusChange
from applications.services import bulk, routing
from core import clock, queue
from core.models import Sms
from matters.models import Department
from matters.selectors import department_queues
from matters.services.departments import add_department
from portal import counting, metrics
from tests.engine_users import until
from tests.workers import PATIENCE, Worker, blocked_backends, cut_off_the_crew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


def arrived(application) -> bool:
    return ReviewTask.objects.filter(case__application=application, receipted_at__isnull=False).exists()


def receipts(application) -> int:
    return StatusChange.objects.filter(application=application, act="receipt").count()


def accept(world, code="SCJG-001"):
    return world.road.accept(world.submitted(code))


def test_worker_all_consumes_every_department_and_the_shared_queues(world, hall):
    worker = hall.worker("--all")

    assert worker.queues() >= {*queue.OF_NO_DEPARTMENT, "dept.SCJG", "dept.GAJ", "dept.CLH"}


def test_worker_of_departments_consumes_only_their_queues(world, hall):
    worker = hall.worker("--departments", "SCJG,GAJ")

    assert worker.queues() == {"dept.SCJG", "dept.GAJ"}


def test_worker_of_all_departments_consumes_no_other_queue_and_follows_new_ones(world, hall):
    worker = hall.worker("--departments", "all")
    assert worker.queues() == set(department_queues())

    add_department(code="XINJU", name="新设局", by=world.administrator, now=clock.now())

    until(lambda: "dept.XINJU" in worker.queues())
    assert worker.queues() == set(department_queues())


def test_worker_of_all_departments_waits_for_the_first_and_takes_nothing_else_meanwhile(world, hall):
    Department.objects.update(is_active=False)
    worker = hall.worker("--departments", "all", ready=False)
    until(lambda: "waits_for_a_department" in worker.words(), seconds=PATIENCE)
    assert worker.queues() == set()

    Department.objects.filter(code="SCJG").update(is_active=True)

    until(worker.is_ready, seconds=PATIENCE)
    assert worker.queues() == {"dept.SCJG"}


def test_worker_of_shared_queues_consumes_no_department(world, hall):
    worker = hall.worker("--shared")

    assert worker.queues() == set(queue.SHARED)


def test_worker_of_what_nobody_waits_for_consumes_nothing_else(world, hall):
    worker = hall.worker("--background")

    assert worker.queues() == {queue.BACKGROUND}


@pytest.mark.parametrize(
    ("many", "late"), [(queue.BACKGROUND, queue.NOTIFY), (queue.NOTIFY, queue.BACKGROUND)]
)
def test_what_comes_last_into_another_queue_overtakes_a_long_one_and_nothing_starves(world, hall, many, late):
    fill_then_add(many, late)

    worker = hall.worker("--all", "--concurrency", "1", ready=False)

    until(lambda: len(taken(worker.log)) == MANY + 1, seconds=PATIENCE)
    assert taken(worker.log).index(late) <= 2


def test_worker_takes_no_more_of_a_queue_than_it_is_told(world, hall):
    applications = [accept(world) for _ in range(4)]
    done = f"{metrics.TASKS}|{routing.OPEN_TASK}|dept.SCJG|SUCCESS"
    before = counting.counted().get(done, 0)
    hall.worker("--departments", "SCJG", "--rate", "60/m", "--concurrency", "1")

    until(lambda: all(arrived(application) for application in applications))
    began = sorted(ReviewTask.objects.values_list("receipted_at", flat=True))
    assert (began[-1] - began[0]).total_seconds() > 2.5
    until(lambda: counting.counted().get(done, 0) == before + 4)


@pytest.mark.parametrize("rate", ["7", "0/s", "7/d", "s/7", "6/m", "39/m"])
def test_worker_refuses_a_rate_it_cannot_read(world, rate):
    with pytest.raises(CommandError, match="--rate"):
        call_command("worker", departments="SCJG", rate=rate)


def test_a_department_without_a_worker_delays_nobody_else(world, hall):
    hall.worker("--departments", "SCJG")

    without = accept(world, "GAJ-001")
    served = accept(world, "SCJG-001")

    until(lambda: arrived(served))
    assert not arrived(without)
    hall.worker("--departments", "GAJ")
    until(lambda: arrived(without))


def test_a_new_department_gets_its_queue_without_a_restart(world, hall):
    worker = hall.worker("--all", "--concurrency", "1")
    department = add_department(code="XINJU", name="新设局", by=world.administrator, now=clock.now())
    try:
        until(lambda: department.queue in worker.queues())
        application = accept(world, "SCJG-001")
        task = ReviewTask.objects.get(case__application=application)
        until(lambda: arrived(application))

        ReviewTask.objects.filter(pk=task.pk).update(
            department=department, status=TaskStatus.RELEASED, receipted_at=None, next_attempt_at=clock.now()
        )
        queue.enqueue(routing.OPEN_TASK, queue=department.queue, task_id=task.pk)

        until(lambda: arrived(application))
    finally:
        hall.end()


def test_a_message_that_comes_twice_acts_once(world, hall):
    application = accept(world)
    task = ReviewTask.objects.get(case__application=application)
    for _ in range(3):
        queue.enqueue(routing.OPEN_TASK, queue=task.department.queue, task_id=task.pk)
    sms = Sms.objects.last()
    for _ in range(3):
        queue.enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=sms.pk)

    hall.worker("--all")

    until(lambda: arrived(application))
    wait_until_drained()
    assert receipts(application) == 1


def test_a_message_whose_row_is_gone_is_acknowledged(world, hall):
    worker = hall.worker("--all")
    for name, where, argument in (
        (routing.OPEN_TASK, "dept.SCJG", "task_id"),
        (routing.ISSUE_RESULT, queue.DELIVERY, "case_id"),
        (routing.GATHER, queue.DELIVERY, "application_id"),
        ("delivery.book_shipment", queue.DELIVERY, "shipment_id"),
        ("core.render_document", queue.DELIVERY, "document_id"),
        ("core.send_sms", queue.NOTIFY, "sms_id"),
    ):
        queue.enqueue(name, queue=where, **{argument: 999_999_999})

    def acknowledged() -> int:
        lines = worker.log.read_text().splitlines()
        return sum("row_is_gone" in line and "999999999" in line for line in lines)

    until(lambda: acknowledged() == 6)
    wait_until_drained()
    assert "Traceback" not in worker.log.read_text()


MANY = 30
NO_ROW = 999_999_999
LONG_WORK, SHORT_WORK = ("matters.set_guide_book", "book_id"), ("core.send_sms", "sms_id")


def fill_then_add(many: str, late: str) -> None:
    """Put many messages whose rows are gone into one queue, and then one into another; what other tests left goes."""
    work = {queue.BACKGROUND: LONG_WORK, queue.NOTIFY: SHORT_WORK}
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.delete(*(settings.REDIS_PREFIX + name for name in work))
    for name in [many] * MANY + [late]:
        task, argument = work[name]
        queue.enqueue(task, queue=name, **{argument: NO_ROW})


def taken(log: Path) -> list[str]:
    """Return the queues of those messages in the order in which a worker took them."""
    lines = [line for line in log.read_text().splitlines() if "row_is_gone" in line and str(NO_ROW) in line]
    return [queue.BACKGROUND if LONG_WORK[0] in line else queue.NOTIFY for line in lines]


def wait_until_drained(*names: str) -> None:
    """Wait until no message waits in these queues, or in any, and none is with a worker."""
    names = names or ("unacked", *queue.OF_NO_DEPARTMENT, "dept.SCJG")
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        until(lambda: not any(client.exists(settings.REDIS_PREFIX + name) for name in names))


def worker_in_the_middle_of_a_task(hall) -> Worker:
    """Start a worker whose task waits for a row that this test holds."""
    worker = hall.worker("--departments", "SCJG", "--concurrency", "1")
    try:
        until(lambda: blocked_backends() == 1, seconds=60)
    except AssertionError as error:
        raise AssertionError(
            f"{blocked_backends()} sessions wait; the worker said:\n{worker.words()}"
        ) from error
    return worker


def kill_child(worker: Worker) -> None:
    (child,) = worker.children()
    os.kill(child, signal.SIGKILL)
    until(lambda: child not in worker.children())


def test_a_task_of_a_killed_pool_process_is_done_by_the_next(world, hall):
    application = accept(world)
    with transaction.atomic():
        lock_application(application.pk)
        worker = worker_in_the_middle_of_a_task(hall)
        start = time.monotonic()
        kill_child(worker)
    until(lambda: arrived(application), seconds=60)

    print(f"\npool process killed in the middle of a task: done {time.monotonic() - start:.1f} s later")
    assert receipts(application) == 1


def test_a_message_that_kills_every_process_is_put_aside_for_the_sweeper(world, hall):
    application = accept(world)
    task = ReviewTask.objects.get(case__application=application)
    with transaction.atomic():
        lock_application(application.pk)
        worker = worker_in_the_middle_of_a_task(hall)
        for killed in range(1, queue.MOST_KILLED + 1):
            kill_child(worker)
            until(
                lambda killed=killed: blocked_backends() == killed + 1, seconds=60
            )  # the dead ones wait too
        kill_child(worker)
        until(lambda: "WorkerLostError" in ReviewTask.objects.get(pk=task.pk).last_error)
        wait_until_drained("unacked", task.department.queue)
    assert not arrived(application)

    served = accept(world)
    until(lambda: arrived(served))
    assert not arrived(application)


def test_a_task_of_a_killed_worker_is_done_by_another(world, hall):
    application = accept(world)
    with transaction.atomic():
        lock_application(application.pk)
        worker = worker_in_the_middle_of_a_task(hall)
        worker.kill()
        start = time.monotonic()
    hall.worker("--departments", "SCJG", "--concurrency", "1")
    until(lambda: arrived(application), seconds=120)

    print(f"\nworker killed in the middle of a task: done {time.monotonic() - start:.1f} s later")
    assert receipts(application) == 1


def test_a_worker_killed_in_the_middle_of_a_bulk_act_doubles_nothing(world, hall):
    """The task it was at is undone, those before it are done; who comes after does the rest, each once."""
    tasks = [world.task(world.accepted("SCJG-007")) for _ in range(3)]
    reviewer = world.reviewer("SCJG")
    with transaction.atomic():
        lock_application(tasks[1].case.application_id)
        with ThreadPoolExecutor(1) as elsewhere:  # in a transaction of its own
            act = elsewhere.submit(_ask_to_pass, tasks, reviewer).result()
        worker = hall.worker("--shared", "--concurrency", "1", ready=False)
        until(lambda: blocked_backends() == 1, seconds=60)
        worker.kill()
    assert StatusChange.objects.filter(task__in=tasks, act="complete").count() == 1

    hall.worker("--shared", "--concurrency", "1", ready=False)
    hall.beat()
    until(lambda: BulkAct.objects.filter(pk=act, receipted_at__isnull=False).exists(), seconds=120)
    assert StatusChange.objects.filter(task__in=tasks, act="complete").count() == 3
    assert not BulkItem.objects.filter(bulk=act).exclude(refusal="").exists()


def _ask_to_pass(tasks, reviewer) -> int:
    try:
        ids = [task.pk for task in tasks]
        return bulk.ask(kind="pass", task_ids=ids, by=reviewer, now=clock.now(), text="材料齐全").pk
    finally:
        connection.close()


def test_a_worker_that_is_asked_to_end_finishes_its_task(world, hall):
    application = accept(world)
    with transaction.atomic():
        lock_application(application.pk)
        worker = worker_in_the_middle_of_a_task(hall)
        worker.process.terminate()
    worker.stop()

    assert worker.process.returncode == 0
    assert receipts(application) == 1


def test_a_worker_goes_on_after_the_database_cut_it_off(world, hall):
    worker = hall.worker("--all", "--concurrency", "1")
    before = accept(world)
    until(lambda: arrived(before))
    wait_until_drained()
    assert cut_off_the_crew() >= 1

    after = accept(world)
    until(lambda: arrived(after))
    assert receipts(after) == 1
    department = add_department(code="XINJU", name="新设局", by=world.administrator, now=clock.now())
    try:
        until(lambda: department.queue in worker.queues())
    finally:
        hall.end()
        department.delete()


def test_no_task_may_run_longer_than_its_message_stays_with_a_worker():
    stays = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert settings.CELERY_TASK_TIME_LIMIT < stays <= 60
