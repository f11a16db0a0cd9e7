"""Departments' systems with real workers and real commits: two at once, a killed worker, a dead machine beside a living one."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from django.db import transaction

from applications.models import ReviewTask, StatusChange
from core import clock, queue
from core.models import Message
from delivery.models import Certificate
from delivery.services import results
from matters.models import Matter
from portal.demo.department import Setup, Simulator, server
from portal.engines.processes import free_port
from systems import client
from systems.models import DepartmentSystem, IncomingResult, Push
from systems.services import completions, pushes, rules
from tests.engine_users import until
from tests.proof import press_together
from tests.systems import Desk, Office, acknowledge, connect, running, status
from tests.workers import blocked_backends

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def office(settings):
    with running(Office()) as found:
        settings.SYSTEM_HOSTS = [found.host]
        yield found


@pytest.fixture
def tax(world, office):
    return connect(world.department("SWJ"), office.address)


def tax_task(world) -> ReviewTask:
    return world.task(world.accepted("ZRZY-001"), key="tax")


def acknowledged() -> bool:
    return Push.objects.exists() and not Push.objects.filter(receipted_at=None).exists()


def test_two_who_write_one_message_write_it_once(world, tax):
    task = tax_task(world)
    for _ in range(10):
        Push.objects.all().delete()
        press_together([partial(pushes.of_task, task_id=task.pk, now=clock.now())] * 4)
        assert Push.objects.filter(task=task).count() == 1


def test_two_who_send_one_message_send_it_once(world, office, tax):
    task = tax_task(world)
    push = pushes.of_task(task_id=task.pk, now=clock.now()) or Push.objects.get()
    office.behaviours = [lambda got: (time.sleep(0.3), acknowledge(got))[1]]
    sent = press_together([partial(pushes.send, push_id=push.pk, now=clock.now())] * 4)
    assert (sorted(sent), len(office.received)) == ([False, False, False, True], 1)


def test_two_who_try_a_failing_system_count_one_failure_and_then_one_tries_at_a_time(world, office, tax):
    for _ in range(2):
        pushes.of_task(task_id=tax_task(world).pk, now=clock.now())
    first, second = Push.objects.all()
    office.behaviours = [lambda got: (time.sleep(0.5), status(500)(got))[1]]

    def both_try() -> None:
        press_together([partial(pushes.send, push_id=each.pk, now=clock.now()) for each in (first, second)])

    both_try()
    assert (len(office.received), DepartmentSystem.objects.get().failures) == (2, 1)
    world.pass_time(minutes=1)
    both_try()
    assert (len(office.received), DepartmentSystem.objects.get().failures) == (3, 2)


def test_two_results_of_one_key_have_one_effect_and_one_answer(world, tax):
    task = tax_task(world)
    desk = Desk(tax.incoming)
    sent = {"task": task.pk, "by": "swj.review1", "outcome": "pass", "opinion": "同意"}
    answers = press_together([lambda: Desk(tax.incoming).send(sent, once="one-and-the-same")] * 4)

    assert {answer.status_code for answer in answers} == {200}, [each.content for each in answers]
    assert len({answer.content for answer in answers}) == 1
    assert StatusChange.objects.filter(task=task, act="complete").count() == 1
    assert IncomingResult.objects.count() == 1
    again = press_together([lambda key=key: desk.send(sent, once=f"another-{key}") for key in range(3)])
    assert {answer.status_code for answer in again} == {409}


def test_task_reaches_the_system_through_a_worker_without_any_sweep(world, hall, office, tax):
    hall.worker("--departments", "SWJ", SYSTEM_HOSTS=office.host)
    application = world.road.accept(world.submitted("ZRZY-001"))
    task = ReviewTask.objects.get(case__application=application, department__code="SWJ")

    until(acknowledged)
    assert [got.said["task"] for got in office.received] == [task.pk]
    for _ in range(3):  # messages that come twice
        queue.enqueue(pushes.PUSH_TASK, queue="dept.SWJ", task_id=task.pk)
        queue.enqueue(pushes.SEND_PUSH, queue="dept.SWJ", push_id=Push.objects.get().pk)
    time.sleep(2)
    assert (Push.objects.count(), len(office.received)) == (1, 1)


def test_sweep_finds_what_has_no_message_and_sends_again_what_failed(world, hall, office, tax):
    tax_task(world)
    Push.objects.all().delete()
    office.behaviours = [status(500), acknowledge]
    hall.worker("--all", SYSTEM_HOSTS=office.host)
    hall.beat()

    until(lambda: len(office.received) == 1, seconds=60)
    world.pass_time(minutes=2)
    until(acknowledged, seconds=60)
    assert office.keys == [str(Push.objects.get().key)] * 2


def test_worker_killed_while_it_sends_leaves_the_message_to_the_next(world, hall, office, tax):
    """The other side has acknowledged what the dead worker could not write down; it is sent again with its key."""
    office.behaviours = [lambda got: (time.sleep(3), acknowledge(got))[1], acknowledge]
    worker = hall.worker("--departments", "SWJ", SYSTEM_HOSTS=office.host)
    world.road.accept(world.submitted("ZRZY-001"))
    until(lambda: len(office.received) == 1, seconds=60)
    worker.kill()
    assert Push.objects.get().state == "unanswered"

    hall.worker("--all", SYSTEM_HOSTS=office.host)
    hall.beat()
    until(acknowledged, seconds=120)
    assert set(office.keys) == {str(Push.objects.get().key)}
    assert len(office.keys) == 2


class Dripping(BaseRequestHandler):
    """A machine whose answer never gets beyond its headers, and never stops either."""

    def handle(self) -> None:
        self.request.recv(65536)
        with suppress(OSError):  # who asked has gone
            self.request.sendall(b"HTTP/1.1 200 OK\r\n")
            for number in range(60):
                self.request.sendall(b"X-Drop-%d: 1\r\n" % number)
                time.sleep(0.5)


def test_headers_in_drops_are_given_up_before_they_cost_a_process(world, hall, tax, settings):
    with ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        DepartmentSystem.objects.update(address=f"http://127.0.0.1:{port}/")
        worker = hall.worker("--departments", "SWJ", "--concurrency", "1", SYSTEM_HOSTS=f"127.0.0.1:{port}")
        children = worker.children()
        world.road.accept(world.submitted("ZRZY-001"))
        until(lambda: Push.objects.filter(last_error=client.TOO_SLOW).exists(), seconds=60)
        server.shutdown()
    assert DepartmentSystem.objects.get().rests_until
    assert worker.children() == children


def test_a_dead_system_delays_nobody_else(world, hall, office, tax, settings):
    """One worker process serves both; the dead machine swallows requests, the living one is served meanwhile."""
    with running(Office([lambda got: (time.sleep(8), acknowledge(got))[1]])) as dead:
        settings.SYSTEM_HOSTS = [office.host, dead.host]
        connect(world.department("ZJJ"), dead.address)
        hosts = f"{office.host},{dead.host}"
        hall.worker("--all", "--concurrency", "1", SYSTEM_HOSTS=hosts)
        applications = [world.road.accept(world.submitted("ZRZY-001")) for _ in range(6)]
        start = time.monotonic()

        def served() -> bool:
            mine = Push.objects.filter(system=tax.system, receipted_at__isnull=False)
            return mine.count() == len(applications)

        until(served, seconds=60)
        took = time.monotonic() - start
        print(
            f"\n{len(applications)} messages beside a dead system: {took:.1f} s, it was tried {len(dead.received)} times"
        )
        assert len(dead.received) < len(applications)  # it rests; it is not tried for each message


def test_worker_killed_while_it_tells_and_messages_that_double_tell_everybody_once(
    world, hall, office, tax, settings
):
    """Tax has a system, tobacco none: the one gets one message, the heads of the other and the applicant one each."""
    for department in ("SWJ", "YCJ"):
        rules.add(
            kind="inform",
            matter=Matter.objects.get(code="SCJG-004"),
            department=world.department(department),
            by=None,
            now=clock.now(),
        )
    task = world.task(world.accepted("SCJG-004"))
    world.road.work(task)
    results.issue(case_id=task.case_id, now=clock.now())
    certificate = Certificate.objects.get()

    with transaction.atomic():
        Certificate.objects.select_for_update().get()
        worker = hall.worker("--shared", "--concurrency", "1", ready=False)
        until(lambda: blocked_backends() == 1, seconds=60)
        worker.kill()
    assert Certificate.objects.get().receipted_at is None
    hall.worker("--all", SYSTEM_HOSTS=office.host)
    hall.beat()
    for _ in range(3):
        queue.enqueue(results.TELL, queue=queue.DELIVERY, certificate_id=certificate.pk)

    until(acknowledged, seconds=120)
    time.sleep(2)
    assert (Push.objects.count(), len(set(office.keys))) == (1, 1)
    assert Message.objects.filter(user=world.head("YCJ")).count() == 1
    assert Message.objects.filter(title=f"取得{certificate.name}以后").count() == 1


def test_two_who_tell_of_one_result_tell_once(world, tax):
    rules.add(
        kind="integrate",
        matter=Matter.objects.get(code="SCJG-004"),
        department=world.department("SWJ"),
        by=None,
        now=clock.now(),
    )
    task = world.task(world.accepted("SCJG-004"))
    world.road.work(task)
    results.issue(case_id=task.case_id, now=clock.now())
    certificate = Certificate.objects.get()
    told = press_together([partial(completions.tell, certificate_id=certificate.pk, now=clock.now())] * 4)
    assert sorted(told) == [False, False, False, True]
    assert Push.objects.count() == 1


def test_simulated_department_takes_acknowledges_and_sends_back(world, hall, settings):
    """Over real HTTP both ways: two departments side by side, the tax bureau's step is done by its own system."""
    web, port = hall.web(), free_port()
    settings.SYSTEM_HOSTS = [f"127.0.0.1:{port}"]
    connected = connect(world.department("SWJ"), f"http://127.0.0.1:{port}/tasks/")
    setup = Setup(
        department="SWJ",
        port=port,
        portal=f"http://127.0.0.1:{web.port}",
        outgoing={connected.outgoing.key.key_id: connected.outgoing.secret},
        incoming=(connected.incoming.key.key_id, connected.incoming.secret),
        seconds_at_work=0.2,
    )
    simulator = Simulator(setup)
    hall.worker("--all", SYSTEM_HOSTS=settings.SYSTEM_HOSTS[0])
    with server(simulator) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        application = world.road.accept(world.submitted("ZRZY-001"))
        until(acknowledged, seconds=60)
        push = Push.objects.get()
        client.deliver(  # as after a lost acknowledgement
            connected.system.address,
            key_id=connected.outgoing.key.key_id,
            secret=connected.outgoing.secret,
            once=str(push.key),
            body=push.payload.encode(),
        )
        until(lambda: ReviewTask.objects.get(pk=push.task_id).status == "done", seconds=60)
        assert simulator.take("/tasks/", {}, b"{}")[0] == 401
        listening.shutdown()

    task = ReviewTask.objects.get(pk=push.task_id)
    assert (task.case.application, task.completed_by) == (application, world.reviewer("SWJ"))
    assert list(IncomingResult.objects.values_list("status", flat=True)) == [200]
