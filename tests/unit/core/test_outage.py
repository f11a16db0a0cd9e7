"""What counts as a database that is away: real errors, each brought about."""

from __future__ import annotations

import psycopg2
import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, InterfaceError, connection
from django.db.utils import DatabaseErrorWrapper

from core.outage import is_away

pytestmark = pytest.mark.django_db


def said_by(act) -> BaseException:
    with pytest.raises((DatabaseError, InterfaceError)) as caught, DatabaseErrorWrapper(connection):
        act()
    return caught.value


def no_server() -> None:
    psycopg2.connect("postgres://nobody@127.0.0.1:1/none")


def no_such_database() -> None:
    psycopg2.connect(**{**connection.get_connection_params(), "dbname": "none", "cursor_factory": None})


def closed() -> None:
    session = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    session.close()
    session.cursor()


def ended() -> None:
    session = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    session.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")


def asked(*statements: str):
    def ask() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return ask


def raised(code: str):
    return asked(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")


@pytest.mark.parametrize(
    "act", [no_server, no_such_database, closed, ended, *map(raised, ("57P03", "53300", "08006"))]
)
def test_is_away_when_the_database_does_not_answer(act):
    assert is_away(said_by(act))


@pytest.mark.parametrize(
    "act",
    [
        asked("SET LOCAL statement_timeout = 1", "SELECT pg_sleep(10)"),
        asked("SELECT 1/0"),
        asked("SELECT * FROM nowhere"),
        *map(raised, ("40P01", "40001", "55P03", "53100")),
    ],
)
def test_is_away_is_not_what_a_database_says_of_a_statement(act):
    assert not is_away(said_by(act))


def test_is_away_sees_what_a_session_that_could_not_be_saved_hides():
    hidden = SessionInterrupted("the session was deleted")
    hidden.__context__ = said_by(no_server)
    assert is_away(hidden)
    assert not is_away(SessionInterrupted("the session was deleted"))


def test_is_away_is_not_an_error_of_ours():
    assert not is_away(ZeroDivisionError())
    assert not is_away(None)
