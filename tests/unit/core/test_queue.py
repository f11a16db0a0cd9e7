import json
import os
import socket
import threading
import time
from datetime import timedelta

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import connection, transaction

from core import queue, tasks
from core.models import OfficialDocument, Sms
from core.queue import department_queue, enqueue, run_sweeps
from core.services import documents, notices
from core.sweeps import SWEEPS
from portal.celery import app as portal_app
from tests.engine_users import until

SMS_SWEEP = next(sweep for sweep in SWEEPS if sweep.model is Sms)


@pytest.fixture
def broker():
    """The messages of a queue at the real broker, under this test run's own prefix."""
    portal_app.set_current()
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:

        def key(name: str) -> str:
            return settings.REDIS_PREFIX + name

        def messages(name: str) -> list[dict]:
            return [json.loads(raw) for raw in client.lrange(key(name), 0, -1)]

        for name in queue.SHARED:
            client.delete(key(name))
        yield messages
        for name in queue.SHARED:
            client.delete(key(name))


def celery_on(url: str) -> Celery:
    app = Celery("other", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = url
    return app


@pytest.fixture(autouse=True)
def _rested(monkeypatch):
    monkeypatch.setattr(queue, "_broker_rests_until", 0.0)


def due(now, **changes):
    fields = {"phone": "13812343210", "text": "您好", "created_at": now, "next_attempt_at": now, **changes}
    return Sms.objects.create(**fields)


def test_department_queue_carries_the_code():
    assert department_queue("SCJG") == "dept.SCJG"


@pytest.mark.django_db
def test_enqueue_sends_when_the_transaction_commits(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=7)
        assert broker(queue.NOTIFY) == []
    (message,) = broker(queue.NOTIFY)
    assert message["headers"]["task"] == "core.send_sms"
    assert "7" in message["headers"]["kwargsrepr"]


@pytest.mark.django_db
def test_enqueue_sends_nothing_when_the_transaction_rolls_back(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=7)
        transaction.set_rollback(True)
    assert broker(queue.NOTIFY) == []


@pytest.mark.django_db
def test_enqueue_leaves_an_unreachable_broker_to_the_sweeper(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(queue, "current_app", celery_on("redis://127.0.0.1:1/0"))
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=7)
    assert queue._broker_rests_until > 0


@pytest.mark.django_db(transaction=True)
def test_while_one_tries_a_silent_broker_nobody_waits_with_them(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(queue, "current_app", celery_on(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"))
        monkeypatch.setattr(queue, "_broker_rests_until", time.monotonic())
        first = threading.Thread(
            target=enqueue, args=["core.send_sms"], kwargs={"queue": "notify", "sms_id": 7}
        )
        first.start()
        until(lambda: queue._broker_rests_until > time.monotonic())
        enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=8)
        assert first.is_alive()
        first.join()
    assert queue._broker_rests_until > time.monotonic()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_answers_again_is_sent_everything(broker, monkeypatch):
    monkeypatch.setattr(queue, "_broker_rests_until", time.monotonic())
    for number in range(3):
        enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=number)
    assert len(broker(queue.NOTIFY)) == 3
    assert queue._broker_rests_until == 0


@pytest.mark.django_db
def test_sweep_sends_again_only_what_waits_for_a_receipt(broker, now, django_capture_on_commit_callbacks):
    waiting = due(now)
    due(now, receipted_at=now)
    due(now, failed_at=now)
    due(now, next_attempt_at=now + timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert SMS_SWEEP.run(now=now) == 1
    assert len(broker(queue.NOTIFY)) == 1
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.next_attempt_at) == (1, now + timedelta(seconds=30))
    assert SMS_SWEEP.run(now=now) == 0


@pytest.mark.django_db
def test_sweep_does_not_fill_a_queue_beyond_what_may_wait_there(
    broker, now, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(queue, "MOST_WAITING", 3)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("core.send_sms", queue=queue.NOTIFY, sms_id=7)
    rows = [due(now) for _ in range(4)]
    with django_capture_on_commit_callbacks(execute=True):
        assert SMS_SWEEP.run(now=now) == 4
    assert len(broker(queue.NOTIFY)) == 3
    for each in rows:
        each.refresh_from_db()
        assert (each.attempts, each.next_attempt_at) == (1, now + timedelta(seconds=30))
    with django_capture_on_commit_callbacks(execute=True):
        SMS_SWEEP.run(now=now + timedelta(days=1))
    assert len(broker(queue.NOTIFY)) == 3


@pytest.mark.django_db
def test_sweep_waits_longer_each_time_and_ten_minutes_at_most(now):
    sms = due(now)
    waits = []
    for _ in range(8):
        sms.refresh_from_db()
        moment = sms.next_attempt_at
        SMS_SWEEP.run(now=moment)
        sms.refresh_from_db()
        waits.append((sms.next_attempt_at - moment).total_seconds())
    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]


@pytest.mark.django_db(transaction=True)
def test_sweep_skips_rows_another_sweeper_holds(now):
    sms = due(now)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Sms.objects.select_for_update().get(pk=sms.pk)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    assert SMS_SWEEP.run(now=now) == 0
    done.set()
    holder.join()
    assert SMS_SWEEP.run(now=now) == 1


@pytest.mark.django_db
def test_run_sweeps_covers_every_row_of_the_room_that_waits(record, issuer, now):
    notices.send_sms(phone="13812343210", text="您好", now=now)
    documents.issue(
        kind="record",
        title="办理结果通知书",
        issuer=issuer,
        data=record.as_data(),
        holder="张*",
        reference="1",
        now=now,
    )
    assert run_sweeps(SWEEPS, now=now) == {"core.render_document": 0, "core.send_sms": 0}
    later = now + OfficialDocument.FIRST_WAIT
    assert run_sweeps(SWEEPS, now=later) == {"core.render_document": 1, "core.send_sms": 1}


@pytest.mark.django_db
def test_rows_that_cannot_be_helped_stop_nobody_however_many_stand_first(now, monkeypatch):
    monkeypatch.setattr(queue, "SWEEP_BATCH", 3)
    rows = [due(now).pk for _ in range(12)]
    hopeless, idle, others = rows[:4], rows[4:8], rows[8:]

    def send(*, sms_id, now):
        if sms_id in hopeless:
            raise ValueError
        return sms_id in others and Sms.objects.filter(pk=sms_id).update(receipted_at=now)

    waiting = queue.Due(
        "sent",
        lambda now: Sms.objects.awaiting_receipt(now).order_by("pk").values_list("pk", flat=True),
        send,
        "sms_id",
    )
    assert [queue.run_due([waiting], now=now) for _ in range(3)] == [{"sent": 3}, {"sent": 1}, {"sent": 0}]
    assert list(waiting.keys(now)) == hopeless + idle


def test_every_task_of_the_room_is_swept_into_a_shared_queue():
    assert {sweep.task for sweep in SWEEPS} == {tasks.render_document.name, tasks.send_sms.name}
    assert {sweep.queue(None) for sweep in SWEEPS} <= set(queue.SHARED)
