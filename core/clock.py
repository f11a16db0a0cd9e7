"""The only clock. Views, tasks and commands ask it; services are handed what it says."""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

CHINA = ZoneInfo("Asia/Shanghai")
_MOVE = 'UPDATE core_demomark SET "offset" = {}make_interval(secs => %s) WHERE id = 1'


def now() -> datetime:
    """Return the present moment, moved by the demo mark's offset where the clock may move."""
    moment = timezone.now()
    return moment + _offset() if settings.CLOCK_MAY_MOVE else moment


def machine_seconds() -> int:
    """Return the machine's own time in whole seconds since 1970, never moved: for what is agreed with other machines."""
    return int(time.time())


def local_date(moment: datetime) -> date:
    """Return the calendar day in China on which a moment falls."""
    return moment.astimezone(CHINA).date()


def advance(delta: timedelta) -> None:
    """Move the clock of a demo or a test; every process that shares its database obeys at once."""
    _refuse_real_clock()
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format('"offset" + '), [delta.total_seconds()])


def set_to(moment: datetime) -> None:
    """Set the clock of a demo or a test so that it shows `moment` now and runs on from there."""
    _refuse_real_clock()
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(""), [(moment - timezone.now()).total_seconds()])


def _offset() -> timedelta:
    with connection.cursor() as cursor:
        cursor.execute('SELECT "offset" FROM core_demomark WHERE id = 1')
        row = cursor.fetchone()
    return row[0] if row else timedelta(0)


def _refuse_real_clock() -> None:
    if not settings.CLOCK_MAY_MOVE:
        raise RuntimeError(
            "The clock moves only in a demo or a test: set DEMO=1 on a database marked as a demo."
        )
