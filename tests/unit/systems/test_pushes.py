"""Messages to a department's system over real HTTP: written once, signed, acknowledged, sent again, given up."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection

from applications.models import ReviewTask
from applications.services import routing
from core import queue
from core.errors import NotFound
from core.services import dispatch
from systems import client, selectors, signing
from systems.models import DepartmentSystem, Push
from systems.services import keeping, pushes
from systems.sweeps import PUSHES, run_clocks
from tests.systems import acknowledge, connect, status

MATTER = "ZRZY-001"  # its tax step is the tax bureau's, the housing step beside it is not


@pytest.fixture
def push(world, tax) -> Push:
    """The message about the tax step of a transfer of real estate, written and not yet sent."""
    world.accepted(MATTER)
    assert run_clocks(now=world.now()) in ({"tasks_pushed": 1}, {"tasks_pushed": 0})
    return Push.objects.get()


def send(push, world):
    return pushes.send(push_id=push.pk, now=world.now())


def due_again(world) -> int:
    return PUSHES.run(now=world.now())


def test_task_is_pushed_once_and_only_to_its_own_department(world, tax, push):
    task = push.task
    assert task.department.code == "SWJ"
    assert pushes.of_task(task_id=task.pk, now=world.now()) is None
    assert run_clocks(now=world.now()) == {"tasks_pushed": 0}
    for other in ReviewTask.objects.exclude(pk=task.pk):
        assert pushes.of_task(task_id=other.pk, now=world.now()) is None
    assert Push.objects.count() == 1


def test_arrival_of_a_task_has_it_pushed_without_a_sweep(world, tax, monkeypatch):
    sent = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **kwargs: sent.append((task, kwargs)))
    application = world.road.accept(world.submitted(MATTER))
    for task in ReviewTask.objects.filter(case__application=application):
        routing.receipt_task(task_id=task.pk, now=world.now())

    told = [kwargs for task, kwargs in sent if task == pushes.PUSH_TASK]
    tax_task = ReviewTask.objects.get(case__application=application, department__code="SWJ")
    assert told == [{"queue": "dept.SWJ", "task_id": tax_task.pk}]


def test_what_arrived_before_the_system_was_in_use_is_not_pushed(world, office):
    world.accepted(MATTER)
    world.pass_time(minutes=1)
    connect(world.department("SWJ"), office.address)
    assert run_clocks(now=world.now()) == {"tasks_pushed": 0}


def test_of_task_that_is_gone_raises(world):
    with pytest.raises(NotFound):
        pushes.of_task(task_id=999_999_999, now=world.now())
    with pytest.raises(NotFound):
        pushes.send(push_id=999_999_999, now=world.now())


def test_payload_names_only_this_matter_and_is_encrypted(world, tax, push):
    said = json.loads(push.payload)
    application = push.task.case.application
    assert said["task"] == push.task_id
    assert said["key"] == str(push.key)
    assert said["applicant"]["id_number"] == application.applicant.id_number
    names = {
        each.name for each in application.materials.all() if push.task.case.version.name in each.needed_by
    }
    assert {each["name"] for each in said["materials"]} == names != set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM systems_push")
        assert application.applicant.id_number not in cursor.fetchone()[0]


def test_push_is_signed_and_its_acknowledgement_is_the_receipt(world, office, tax, push):
    assert send(push, world) is True

    (got,) = office.received
    assert (got.key, got.headers["system-key"]) == (str(push.key), tax.outgoing.key.key_id)
    assert (
        abs(int(got.headers["system-timestamp"]) - time.time()) < 30
    )  # real time, whatever the demo's clock says
    assert got.headers["system-signature"] == signing.signature(
        tax.outgoing.secret,
        moment=got.headers["system-timestamp"],
        method="POST",
        target="/inbox?from=portal",
        once=got.key,
        body=got.body,
    )
    push.refresh_from_db()
    assert (push.state, push.last_error, push.sending_until) == ("acknowledged", "", None)
    assert send(push, world) is False
    assert len(office.received) == 1


def test_older_key_signs_until_it_is_ended(world, office, tax, push):
    new = keeping.make_key(system=tax.system, direction="outgoing", by=None, now=world.now())
    office.behaviours = [status(500), acknowledge]
    send(push, world)
    keeping.end_key(system=tax.system, key_id=tax.outgoing.key.key_id, by=None, now=world.now())
    world.pass_time(minutes=1)
    send(push, world)

    assert [got.headers["system-key"] for got in office.received] == [
        tax.outgoing.key.key_id,
        new.key.key_id,
    ]


@pytest.mark.parametrize(
    ("behaviour", "error", "rests"),
    [
        (status(500), "对方回答 500", True),
        (status(404), "对方回答 404", False),
        (status(302, Location="http://127.0.0.1:1/"), "对方回答 302", False),
        (lambda got: (200, {}, b""), "没有回执", False),
        (lambda got: (200, {}, b"[]"), "没有回执", False),
        (lambda got: (200, {}, b'{"acknowledged": "another"}'), "没有回执", False),
        (lambda got: (200, {}, b"[" * 30_000), "没有回执", False),
        (lambda got: (200, {}, b"x" * (client.MOST_ANSWERED + 5000)), "超过 64 KB", True),
    ],
)
def test_what_is_no_acknowledgement_is_a_failure(world, office, push, behaviour, error, rests):
    office.behaviours = [behaviour]
    assert send(push, world) is False

    push.refresh_from_db()
    assert (push.state, push.sending_until) == ("unanswered", None)
    assert error in push.last_error
    assert len(office.received) == 1  # a redirect is not followed
    assert (DepartmentSystem.objects.get().rests_until is not None) is rests


def test_500_then_200_is_sent_again_with_the_same_key(world, office, push):
    office.behaviours = [status(500), acknowledge]
    send(push, world)
    assert send(push, world) is False  # it rests
    assert len(office.received) == 1
    assert due_again(world) == 0

    world.pass_time(seconds=40)
    assert due_again(world) == 1
    assert send(push, world) is True
    assert office.keys == [str(push.key)] * 2
    system = DepartmentSystem.objects.get()
    assert (system.failures, system.rests_until) == (0, None)


def test_a_system_that_was_switched_off_and_on_again_is_tried_at_once(world, office, push):
    office.behaviours = [status(500), acknowledge]
    send(push, world)
    system = DepartmentSystem.objects.get()
    same = {"department": system.department, "address": system.address, "by": None}
    keeping.keep(**same, is_active=False, now=world.now())
    assert due_again(world) == 0
    keeping.keep(**same, is_active=True, now=world.now())
    assert due_again(world) == 1
    assert send(push, world) is True


def test_a_slow_answer_ends_in_time(world, office, push, monkeypatch):
    monkeypatch.setattr(client, "WHOLE_SECONDS", 0.3)
    office.behaviours = [lambda got: (time.sleep(1.5), acknowledge(got))[1]]
    before = time.monotonic()
    assert send(push, world) is False
    assert time.monotonic() - before < 1.4
    push.refresh_from_db()
    assert push.last_error == client.TOO_SLOW  # it is there: nobody need look for the way to it


def test_an_answer_in_drops_ends_in_time(world, office, push, monkeypatch):
    """Each drop comes in time; all of them together do not."""
    monkeypatch.setattr(client, "WHOLE_SECONDS", 0.5)

    def drops():
        for _ in range(50):
            time.sleep(0.1)
            yield b"x"

    office.behaviours = [lambda got: (200, {}, drops())]
    before = time.monotonic()
    assert send(push, world) is False
    assert time.monotonic() - before < 2
    push.refresh_from_db()
    assert push.last_error == client.TOO_SLOW


def test_nobody_at_the_address_is_told_so(world, tax, push, settings):
    settings.SYSTEM_HOSTS = ["127.0.0.1:1"]
    DepartmentSystem.objects.update(address="http://127.0.0.1:1/")
    assert send(push, world) is False
    push.refresh_from_db()
    assert push.last_error.startswith("没有连上对方")


def test_a_system_rests_from_the_end_of_an_attempt(world, office, push, monkeypatch):
    """An attempt that takes as long as the rest would otherwise be followed by the next one at once."""
    monkeypatch.setattr(client, "WHOLE_SECONDS", 1.0)
    office.behaviours = [lambda got: (time.sleep(2), acknowledge(got))[1]]
    began = world.now()
    pushes.send(push_id=push.pk, now=began)
    assert DepartmentSystem.objects.get().rests_until > began + DepartmentSystem.FIRST_REST + timedelta(
        seconds=0.9
    )


def test_host_taken_off_the_list_is_not_sent_to(world, office, push, settings):
    settings.SYSTEM_HOSTS = ["elsewhere.example"]
    assert send(push, world) is False
    push.refresh_from_db()
    assert "不在允许的名单" in push.last_error
    assert office.received == []


def test_system_that_is_not_in_use_is_not_sent_to(world, office, tax, push):
    system = tax.system
    keeping.keep(
        department=system.department, address=system.address, is_active=False, by=None, now=world.now()
    )
    world.pass_time(minutes=1)
    assert send(push, world) is False
    assert (office.received, due_again(world)) == ([], 0)


def test_crash_between_sending_and_receipt_sends_the_same_key_again(world, office, push, monkeypatch):
    def die(*args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(pushes, "_record_receipt", die)
        with pytest.raises(SystemExit):
            send(push, world)
    assert send(push, world) is False  # the lease of the dead worker still runs

    world.pass_time(seconds=40)
    assert due_again(world) == 1
    assert send(push, world) is True
    assert office.keys == [str(push.key)] * 2


def test_given_up_after_many_attempts_and_sent_again_by_hand(world, office, push):
    office.behaviours = [status(500)]
    for _ in range(60):
        world.pass_time(hours=1, minutes=1)
        if not due_again(world):
            break
        send(push, world)
    push.refresh_from_db()
    assert push.state == "failed"
    assert len(office.received) == Push.MOST_ATTEMPTS - 1

    office.behaviours = [acknowledge]
    world.pass_time(hours=1)
    dispatch.rerun(sweep=PUSHES, pk=push.pk, by=world.head("SWJ"), now=world.now())
    assert send(push, world) is True


def test_back_off_grows_to_an_hour():
    waits = [Push().wait_after(attempts) for attempts in range(12)]
    assert waits[0] == timedelta(seconds=15)
    assert waits[1] == timedelta(seconds=30)
    assert waits[-1] == timedelta(hours=1)
    rests = [DepartmentSystem().rest_after(failures) for failures in range(12)]
    assert (rests[0], rests[-1]) == (timedelta(seconds=5), timedelta(minutes=5))


def test_special_procedure_is_nobodys_and_is_not_pushed(world, office):
    connect(world.department("CLH"), office.address)
    application = world.accepted("CLH-001")
    for _ in range(2):  # village, town
        for task in world.road.arrived(application):
            world.road.work(task)
        world.carry()
    special = world.task(application)
    assert (special.kind, special.status, special.department.code) == ("special", "open", "CLH")
    assert run_clocks(now=world.now()) == {"tasks_pushed": 0}
    assert list(selectors.tasks_without_push()) == []
    assert pushes.of_task(task_id=special.pk, now=world.now()) is None


def test_operator_sees_which_case_a_message_is_about(world, tax, push):
    found = Push.objects.select_related(*PUSHES.related).get()
    assert PUSHES.label(found) == f"部门任务 {push.task.case.number} → 税务局系统"
    assert PUSHES.page(found) == "/desk/systems/SWJ/"
