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
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("FIELD_KEYS", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()  # conftest files of single rooms, named on the command line, are imported before pytest-django acts


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Delete the keys of this process's prefix, and no others."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        for key in client.scan_iter(match=PREFIX + "*", count=1000):
            client.unlink(key)
