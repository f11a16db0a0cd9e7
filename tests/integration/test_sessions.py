"""A test database is left by everybody before it is dropped, and nobody else is sent away."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from tests.workers import end_other_sessions

pytestmark = pytest.mark.django_db

Session = psycopg2.extensions.connection


def session(database: str) -> Session:
    found = psycopg2.connect(
        **{**connection.get_connection_params(), "dbname": database, "cursor_factory": None}
    )
    found.autocommit = True
    return found


@pytest.fixture
def own_database(db: None) -> Iterator[str]:
    """A database of this test's own: this process may have further sessions in the common one, and needs them."""
    name = f"sessions_{secrets.token_hex(4)}"
    with closing(session("postgres")) as server, server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield name
        cursor.execute(f"DROP DATABASE {name}")


def lives(other: Session) -> bool:
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.OperationalError:
        return False
    return True


def test_end_other_sessions_ends_those_of_this_database_and_no_others(own_database: str):
    with (
        closing(session(own_database)) as mine,
        closing(session(own_database)) as other,
        closing(session("postgres")) as elsewhere,
        mine.cursor() as cursor,
    ):
        assert lives(other)
        assert end_other_sessions(cursor) == 1
        assert not lives(other)
        assert lives(elsewhere)
        assert end_other_sessions(cursor) == 0
