"""One leader among processes that would do the same: whoever holds a lock of the database, while its session lives."""

import os
import signal
import threading
import time

import psycopg2
import structlog
from django.db import connection
from psycopg2.extensions import connection as Session

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
SILENT_SECONDS = 15
"""After this the database ends the session of a leader that does not look any more: a process that hangs leads nobody."""
STANDS_BY, AWAY = "stands_by", "database_away"
NOTICED = {"idle": 5, "interval": 2, "count": 3}
"""Seconds until either end asks after a silent one, seconds between questions, how many: gone within some 11 seconds.

Told to the server too (it would keep the lead of a machine that is gone for hours), not only to this end.
"""


def lead(name: str) -> Session:
    """Wait until nobody else leads, and return the session that holds the lead; it ends with the process."""
    told = ""
    while True:
        state = _seize(name)
        if not isinstance(state, str):
            log.info("leads", what=name)
            return state
        if state != told:
            log.info(state, what=name)
            told = state
        time.sleep(LOOK_SECONDS)


def keep(session: Session, name: str) -> None:
    """Look in the background whether the lead is still ours, and take it again after the database was away.

    When another has it by then, this process ends: whoever runs it starts it anew, and it stands by.
    """
    threading.Thread(target=_keep, args=(session, name), daemon=True).start()


def _keep(session: Session, name: str) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            _ask(session, "SELECT true")
            continue
        except psycopg2.Error as error:
            log.warning("lead_in_doubt", what=name, error=str(error))
            session.close()  # so that the database may forget it before it is asked for the lead again
        state: Session | str = AWAY
        while state == AWAY:
            time.sleep(LOOK_SECONDS)
            state = _seize(name)
        if isinstance(state, str):
            log.error("lead_lost", what=name)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        session = state


def _seize(name: str) -> Session | str:
    """Return a session that holds the lead, STANDS_BY when another has it, AWAY while the database does not answer."""
    try:
        session = psycopg2.connect(**_parameters())
        session.autocommit = True
        if _ask(session, "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name):
            return session
    except psycopg2.Error:
        return AWAY
    session.close()
    return STANDS_BY


def _ask(session: Session, sql: str, *values: str) -> bool:
    with session.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.fetchone()[0])


def _parameters() -> dict[str, object]:
    kept = connection.get_connection_params()
    kept.pop("cursor_factory", None)
    asked = " ".join(f"-c tcp_keepalives_{name}={value}" for name, value in NOTICED.items())
    return {
        **kept,
        **{f"keepalives_{name}": value for name, value in NOTICED.items()},
        "options": f"{kept.get('options', '')} {asked} -c idle_session_timeout={SILENT_SECONDS}s".strip(),
        "application_name": os.environ.get("PGAPPNAME", "portal beat"),
    }
