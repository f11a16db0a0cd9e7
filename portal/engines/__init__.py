"""Private engines: a PostgreSQL and a Valkey of our own where the environment names none.

`ensure()` is called by manage.py and by the tests before Django's settings are read. It does nothing when
DATABASE_URL and REDIS_URL are set. Otherwise it starts what is missing, or attaches to what another process
of this checkout has started, and sets the variables for this process and its children. Data lies under `var/`
(or VAR_DIR); ENGINES=installed or ENGINES=embedded chooses the programs.
"""

from __future__ import annotations

import atexit
import os
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import psycopg2.errors

from portal.engines import local_secrets
from portal.engines.errors import EngineError
from portal.engines.membership import PROJECT, Membership
from portal.engines.places import control_directory, forget
from portal.engines.programs import EMBEDDED, INSTALLED

__all__ = ["EngineError", "Engines", "ensure", "forget", "is_our_database", "leave", "var_directory"]

PRIVATE_DATABASE = "portal_demo"
_memberships: list[Membership] = []


@dataclass(frozen=True)
class Engines:
    """Which engines are ours; what is not ours must never be harmed."""

    database_is_private: bool
    redis_is_private: bool


def var_directory() -> Path:
    """Return the directory of everything that a run leaves behind."""
    return Path(os.environ.get("VAR_DIR") or PROJECT / "var").resolve()


def ensure() -> Engines:
    """Set DATABASE_URL and REDIS_URL if they are absent, and with a private database the secrets too.

    Raises EngineError when an engine cannot be had or ENGINES says something unknown.
    """
    wanted = os.environ.get("ENGINES") or None
    if wanted not in (None, INSTALLED, EMBEDDED):
        raise EngineError(f"ENGINES={wanted}: say {INSTALLED} or {EMBEDDED}, or leave it out.")
    engines = Engines(
        database_is_private=not os.environ.get("DATABASE_URL"),
        redis_is_private=not os.environ.get("REDIS_URL"),
    )
    if engines.redis_is_private:
        os.environ["REDIS_URL"] = _join("redis", wanted)
    if engines.database_is_private:
        server = _join("postgres", wanted)
        _create_database(server, PRIVATE_DATABASE)
        os.environ["DATABASE_URL"] = server + PRIVATE_DATABASE
        local_secrets.provide(var_directory())
    return engines


def is_our_database(name: str) -> bool:
    """Tell whether a database of this process's server is the private one, which nobody else can have filled."""
    return name == PRIVATE_DATABASE and any(one.files.name == "postgres" for one in _memberships)


def leave() -> None:
    """Stop using the private engines; the last to leave returns when they have stopped. Called at exit."""
    while _memberships:
        _memberships.pop().leave()


def _join(name: str, wanted: str | None) -> str:
    membership = Membership(control_directory(var_directory()), name)
    if not _memberships:
        atexit.register(leave)
    _memberships.append(membership)
    return membership.join(wanted=wanted).url


def _create_database(server: str, name: str) -> None:
    connection = psycopg2.connect(server, dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{name}"')
    except (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
        return  # another process was quicker
    finally:
        connection.close()
