"""The broker is away, full, or has lost everything: acts stand, and the sweep delivers afterwards."""

from __future__ import annotations

import time

import pytest
import redis

from applications.enums import TaskStatus
from applications.models import ReviewTask, StatusChange
from core import clock, queue
from core.models import OfficialDocument, Sms
from portal.health import consumed_queues
from tests.brokers import own_broker
from tests.engine_users import until
from tests.workers import crew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
TWO_SENDINGS = ReviewTask.FIRST_WAIT * 4


@pytest.fixture
def broker(transactional_db, world, tmp_path, monkeypatch):
    """A broker of this test's own that keeps nothing over a restart."""
    with own_broker(tmp_path, keeps=False, set_variable=monkeypatch.setenv) as started:
        yield started


@pytest.fixture
def hall(broker, tmp_path):
    """A crew on that broker."""
    with crew(tmp_path, BROKER_URL=broker.url, CELERY_BROKER_URL=broker.url) as gathered:
        yield gathered


def unreceipted() -> int:
    return sum(
        model.objects.filter(receipted_at=None).count() for model in (ReviewTask, Sms, OfficialDocument)
    )


def wait_for_the_sweep() -> None:
    """Let the rows' first wait pass, and everything be brought again."""
    clock.advance(TWO_SENDINGS)
    until(lambda: unreceipted() == 0, seconds=90)


def test_accept_succeeds_while_the_broker_is_down_and_the_sweep_delivers_afterwards(world, hall, broker):
    submitted = world.submitted("B11")
    broker.kill()
    start = time.monotonic()
    application = world.road.accept(submitted)
    print(f"\nbroker down: accepted in {time.monotonic() - start:.2f} s")
    assert ReviewTask.objects.filter(case__application=application, status=TaskStatus.RELEASED).count() == 2

    broker.start()
    hall.worker("--all")
    hall.beat()
    wait_for_the_sweep()

    assert StatusChange.objects.filter(application=application, act="receipt").count() == 2


def test_who_is_asked_after_the_broker_has_cut_a_kept_connection_answers(world, hall, broker):
    hall.worker("--all")
    assert queue.ROUTING in consumed_queues()

    with redis.Redis.from_url(broker.url) as client:
        client.client_kill_filter(_type="normal", skipme=True)
    consumed_queues()  # and does not fail: the workers need some seconds to come back

    until(lambda: queue.ROUTING in consumed_queues(), seconds=60)


def test_accept_succeeds_while_the_broker_takes_nothing_more(world, broker):
    with redis.Redis.from_url(broker.url) as client:
        client.config_set("maxmemory", 1)
        application = world.road.accept(world.submitted())

    assert ReviewTask.objects.get(case__application=application).status == TaskStatus.RELEASED


def test_workers_come_back_to_a_broker_that_died_and_lost_everything(world, hall, broker):
    worker = hall.worker("--all")
    hall.beat()
    before = world.road.accept(world.submitted())
    until(lambda: unreceipted() == 0, seconds=60)

    broker.kill()
    during = world.road.accept(world.submitted())
    broker.start()
    wait_for_the_sweep()
    assert worker.process.poll() is None

    for application in (before, during):
        assert StatusChange.objects.filter(application=application, act="receipt").count() == 1
