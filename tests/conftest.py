"""What every test stands on: engines, secrets and an own key prefix, set before the settings are read."""

from __future__ import annotations

import base64
import os
import secrets

import django
import pytest
import redis

from portal import engines

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

from django.test import TransactionTestCase  # noqa: E402

from tests import world as worlds  # noqa: E402


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Load catalogue and people once into each test database."""
    with django_db_blocker.unblock():
        worlds.build()


@pytest.fixture(autouse=True, scope="session")
def _keep_the_world() -> None:
    """Have transactional tests empty what acts wrote, and leave catalogue, calendar and people."""
    TransactionTestCase._fixture_teardown = lambda self: worlds.forget_acts()


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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Delete the keys of this process's prefix, and no others."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        for key in client.scan_iter(match=PREFIX + "*", count=1000):
            client.unlink(key)


def pytest_collection_finish() -> None:
    """Refuse to run two processes on one prefix: they would take each other's messages."""
    from django.conf import settings

    assert settings.REDIS_PREFIX == PREFIX
