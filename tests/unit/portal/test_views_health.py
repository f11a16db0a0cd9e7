import os
import subprocess
import sys
import time

import pytest
from django.core.cache import caches
from django.urls import reverse

from core import calendar
from core.models import CalendarDay, OfficialDocument
from core.queue import BACKGROUND, OF_NO_DEPARTMENT, SHARED
from matters.selectors import department_queues
from portal import counting, health


@pytest.fixture(autouse=True)
def _ask_anew() -> None:
    caches["near"].clear()


@pytest.fixture
def workers(monkeypatch):
    """Say which queues the running workers consume; that they are really asked, the integration tests show."""

    counting.note({counting.SWEEP_ENDED: time.time()})

    def consume(*queues: str) -> None:
        monkeypatch.setattr(health, "consumed_queues", lambda: set(queues))

    return consume


def asked(client) -> tuple[int, dict]:
    response = client.get(reverse("healthz"))
    assert response["Cache-Control"].startswith("max-age=0")
    return response.status_code, response.json()


def test_healthz_with_everything_there_is_ok(world, workers):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    status, body = asked(world.client())
    assert (status, body["status"], body["missing_departments"]) == (200, "ok", [])


@pytest.mark.parametrize("missing", SHARED)
def test_healthz_without_a_shared_worker_is_unavailable(world, workers, missing):
    workers(*(set(OF_NO_DEPARTMENT) - {missing}), *department_queues())
    status, body = asked(world.client())
    assert (status, body["status"], body["missing_queues"]) == (503, "unavailable", [missing])


def test_healthz_without_a_worker_for_what_nobody_waits_for_is_degraded_and_names_it(world, workers):
    workers(*SHARED, *department_queues())
    status, body = asked(world.client())
    assert (status, body["status"], body["missing_queues"]) == (200, "degraded", [BACKGROUND])
    assert body["checks"]["shared_workers"] == "degraded"


def test_healthz_without_a_department_worker_is_degraded_and_names_it(world, workers):
    workers(*OF_NO_DEPARTMENT, *(set(department_queues()) - {"dept.GAJ"}))
    status, body = asked(world.client())
    assert (status, body["status"], body["missing_departments"]) == (200, "degraded", ["GAJ"])


@pytest.mark.parametrize(("seconds", "state"), [(50, "ok"), (70, "degraded")])
def test_healthz_without_sweeps_for_a_minute_is_degraded(world, workers, seconds, state):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    counting.note({counting.SWEEP_ENDED: time.time() - seconds})
    status, body = asked(world.client())
    assert (status, body["status"], body["checks"]["sweeps"]) == (200, state, state)
    assert body["last_sweep"].endswith("+00:00")


def test_healthz_before_the_first_sweep_is_degraded(world, workers):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    counting._redis().delete(counting._KEY)
    _, body = asked(world.client())
    assert (body["checks"]["sweeps"], body["last_sweep"]) == ("degraded", None)


def test_healthz_with_a_calendar_about_to_end_is_degraded(world, workers):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    world.pass_time(days=(calendar.last_day() - world.now().date()).days - 59)
    status, body = asked(world.client())
    assert (status, body["status"], body["checks"]["calendar"]) == (200, "degraded", "degraded")


def test_healthz_with_an_empty_calendar_is_degraded(world, workers):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    CalendarDay.objects.all().delete()
    assert asked(world.client())[1]["calendar_until"] is None


def test_healthz_with_documents_given_up_is_degraded_and_counts_them(world, workers):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    world.submitted()
    waiting = OfficialDocument.objects.count()
    assert asked(world.client())[1]["failed_documents"] == 0
    OfficialDocument.objects.update(failed_at=world.now())
    caches["near"].clear()
    status, body = asked(world.client())
    assert (status, body["status"], body["failed_documents"]) == (200, "degraded", waiting)
    assert body["checks"]["documents"] == "degraded"


def test_healthz_with_unapplied_migrations_is_unavailable(world, workers, monkeypatch):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, leaves: [("core", "0099")])
    status, body = asked(world.client())
    assert (status, body["checks"]["migrations"]) == (503, "unavailable")


def test_healthz_asks_nobody_again_within_seconds(world, workers, monkeypatch):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    asked(world.client())
    workers()
    assert asked(world.client())[0] == 200


def test_healthz_does_not_keep_bad_news(world, workers):
    workers()
    assert asked(world.client())[0] == 503
    workers(*OF_NO_DEPARTMENT, *department_queues())
    assert asked(world.client())[0] == 200


def test_healthz_needs_neither_sign_in_nor_session(world, workers):
    workers(*OF_NO_DEPARTMENT, *department_queues())
    assert "sessionid" not in world.client().get(reverse("healthz")).cookies


PROBE = """
import django; django.setup()
from django.test import Client
response = Client(raise_request_exception=False).get("/healthz/", headers={"host": "localhost"})
print(response.status_code, response.content.decode())
response = Client().get("/metrics/", headers={"host": "localhost", "authorization": "Bearer only-for-this-test"})
print(response.content.decode())
"""


@pytest.mark.parametrize(
    ("variable", "address", "part"),
    [
        ("DATABASE_URL", "postgres://keeper:hush-hush@127.0.0.1:1/none", "database"),
        ("REDIS_URL", "redis://:hush-hush@127.0.0.1:1/0", "broker"),
    ],
)
def test_healthz_without_an_engine_is_unavailable_and_tells_no_secret(variable, address, part):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        variable: address,
        "CLOCK_MAY_MOVE": "",
        "METRICS_TOKEN": "only-for-this-test",
    }
    environment.pop("BROKER_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.startswith("503")
    assert f'"{part}": "unavailable"' in done.stdout
    assert f'portal_up{{part="{part}"}} 0.0' in done.stdout
    assert "hush-hush" not in done.stdout + done.stderr
