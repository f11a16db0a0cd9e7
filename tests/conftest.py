"""What every test stands on: engines, secrets and an own key prefix, set before the settings are read."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator

import django
import hypothesis
import pytest
import redis
from pytest_django import DjangoDbBlocker

from portal import engines

# A busy machine is no fault of ours: how long an example takes says nothing about whether it is right.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

engines.ensure()
PREFIX = f"test-{os.getpid()}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}:"
os.environ.update(REDIS_PREFIX=PREFIX, PLAIN_HTTP="1", CLOCK_MAY_MOVE="1")
os.environ["PASSWORD_HASHERS"] = (
    "django.contrib.auth.hashers.MD5PasswordHasher"  # hashing is not what we test
)
os.environ["LOG_LEVEL"] = "ERROR"
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("FIELD_KEYS", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()  # conftest files of single rooms, named on the command line, are imported before pytest-django acts
# Processes of xdist inherit what this one sets; named there, the settings would be read before their own prefix is set.
del os.environ["DJANGO_SETTINGS_MODULE"]

from django.core.cache.backends.redis import RedisCache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

from tests import world as worlds  # noqa: E402
from tests.workers import end_other_sessions  # noqa: E402


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load catalogue and people once into each test database, and see everybody out before Django drops it.

    While Playwright's loop runs, even this thread has a second connection (asgiref keeps one for each context), which
    nothing but a transactional test closes; and a process may not quite have gone.
    """
    with django_db_blocker.unblock():
        worlds.build()
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            end_other_sessions(cursor)
        connection.close()


@pytest.fixture(autouse=True, scope="session")
def _keep_the_world() -> None:
    """Have transactional tests end with the world they began with."""
    TransactionTestCase._fixture_teardown = lambda self: worlds.bring_back()


@pytest.fixture(autouse=True)
def _own_files(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what a test uploads out of the checkout."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp() / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there


@pytest.fixture
def world(db: None) -> worlds.World:
    """The demo catalogue and people, and applications at any point of the road."""
    return worlds.World()


@pytest.fixture(autouse=True, scope="session")
def _flush_nothing() -> None:
    """Have nobody flush Redis: other tests, and other people, have their things in it."""

    def refuse(self: RedisCache) -> None:
        raise AssertionError("cache.clear() flushes all of Redis: use tests.world.forget_cached()")

    RedisCache.clear = refuse


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Delete the keys of this process's prefix, and no others."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        for key in client.scan_iter(match=PREFIX + "*", count=1000):
            client.unlink(key)


def pytest_collection_finish() -> None:
    """Refuse to run two processes on one prefix: they would take each other's messages."""
    from django.conf import settings

    assert settings.REDIS_PREFIX == PREFIX


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what tests have measured: counts and ratios to floors, which are told and never asserted as times."""
    told = [
        value
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "measured"
    ]
    if told:
        terminalreporter.section("measured")
    for line in told:
        terminalreporter.line(line)
