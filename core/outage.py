"""Whether an error says that the database cannot be reached now, which passes, or that something of ours is wrong."""

from collections.abc import Iterator

import psycopg2
from django.db import InterfaceError, OperationalError

CONNECTION_EXCEPTION = "08"
SHUT_OR_FULL = ("57P01", "57P02", "57P03", "57P05", "53300")
"""Codes of PostgreSQL: shut down, crashed, starting or recovering, idle for too long, no connection left."""


def is_away(error: BaseException | None) -> bool:
    """Return whether an error, or the one behind it, comes from a database that does not answer.

    Deadlocks, locks not had, statements that took too long and a full disk are answers: those are faults.
    """
    return any(_says_away(each) for each in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what it was raised from or while handling: a session that cannot be saved hides its cause."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _says_away(error: BaseException) -> bool:
    if isinstance(error, InterfaceError | psycopg2.InterfaceError):
        return "connection already closed" in str(error)
    cause = error.__cause__ if isinstance(error, OperationalError) else error
    if not isinstance(cause, psycopg2.OperationalError):
        return False
    code = cause.pgcode  # none where it is the way to the server that failed
    return code is None or code.startswith(CONNECTION_EXCEPTION) or code in SHUT_OR_FULL
