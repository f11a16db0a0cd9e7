"""The health page and real workers: it names who is missing, and nobody else."""

import pytest
from django.core.cache import caches

from core import queue
from matters.selectors import department_queues
from portal import counting
from portal.health import consumed_queues
from tests.engine_users import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    counting._redis().delete(counting._KEY)


def health(world) -> tuple[int, dict]:
    caches["near"].clear()
    response = world.client().get("/healthz/")
    return response.status_code, response.json()


def test_healthz_follows_the_workers_that_come_and_go(world, hall):
    assert health(world)[0] == 503

    shared = hall.worker("--shared")
    status, body = health(world)
    assert (status, body["status"], body["missing_queues"]) == (200, "degraded", [queue.BACKGROUND])
    assert "SCJG" in body["missing_departments"]

    hall.worker("--departments", "SCJG")
    assert "SCJG" not in health(world)[1]["missing_departments"]

    shared.kill()
    status, body = health(world)
    assert (status, body["missing_queues"]) == (503, list(queue.OF_NO_DEPARTMENT))


def test_healthz_with_a_worker_for_all_is_ok(world, hall):
    hall.worker("--all")
    assert health(world)[1]["checks"]["sweeps"] == "degraded"
    hall.beat()
    until(lambda: health(world)[1]["checks"]["sweeps"] == "ok")

    assert consumed_queues() >= {*queue.OF_NO_DEPARTMENT, *department_queues()}
    assert health(world)[1]["status"] == "ok"
