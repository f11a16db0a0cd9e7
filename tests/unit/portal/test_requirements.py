"""A production machine installs requirements.txt and nothing else; a developer's has more, which must not be missed there."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.engine_users import PROJECT

STARTED = """
import importlib, pkgutil, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r} on a production machine", name=name)

sys.meta_path.insert(0, Missing())
import django
django.setup()
for room in ("core", "matters", "applications", "delivery", "systems", "supervision", "portal"):
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, room + "."):
        importlib.import_module(module.name)
for name in (
    "celery.apps.beat", "celery.apps.worker", "celery.concurrency.prefork", "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread", "kombu.transport.pyamqp", "kombu.transport.redis",
):
    importlib.import_module(name)
"""


def installed_there() -> set[str]:
    """Return the names of what requirements.txt brings with it, on this Python and platform."""
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    wanted = [Requirement(line.partition("#")[0]) for line in lines if line[:1] not in ("", "#", "-")]
    found: set[str] = set()
    while wanted:
        each = wanted.pop()
        if canonicalize_name(each.name) not in found:
            found.add(canonicalize_name(each.name))
            needs = (Requirement(line) for line in metadata.requires(each.name) or [])
            wanted += [need for need in needs if not need.marker or need.marker.evaluate({"extra": ""})]
    return found


def test_the_portal_starts_with_what_production_installs():
    there = installed_there()
    missing = {
        module
        for module, owners in metadata.packages_distributions().items()
        if not there & {canonicalize_name(owner) for owner in owners}
    }
    assert {"pytest", "hypothesis"} <= missing
    settings = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x" * 50,
        "FIELD_KEYS": "b25seS1mb3ItbWFrZS1jaGVjay0wMTIzNDU2Nzg5YWI=",
        "ALLOWED_HOSTS": "portal.example",
        "PUBLIC_URL": "https://portal.example",
    }
    code = f"MISSING = {missing!r}\n{STARTED}"
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=settings, capture_output=True, text=True
    )
    assert started.returncode == 0, started.stderr
