"""Of several beats one works; when it is gone, another takes over."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import connection

from applications.models import ReviewTask
from core import clock
from portal import leading
from tests.engine_users import until
from tests.integration.test_workers import accept
from tests.workers import cut_off_the_crew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


def leads(beat) -> bool:
    assert beat.process.poll() is None, beat.words()
    return '"leads"' in beat.words()


def stands_by(beat) -> bool:
    assert beat.process.poll() is None, beat.words()
    return '"stands_by"' in beat.words() and not leads(beat)


def swept(task) -> int:
    return ReviewTask.objects.get(pk=task.pk).attempts


def let_it_be_due(task) -> None:
    ReviewTask.objects.filter(pk=task.pk).update(next_attempt_at=clock.now())


def test_a_standby_takes_over_from_a_beat_that_was_killed(world, hall):
    hall.worker("--shared")
    first, second = hall.beat(), None
    until(lambda: leads(first), seconds=60)
    second = hall.beat()
    until(lambda: stands_by(second), seconds=60)

    task = ReviewTask.objects.get(case__application=accept(world))
    let_it_be_due(task)
    until(lambda: swept(task) == 1)
    first.kill()
    until(lambda: leads(second), seconds=60)
    let_it_be_due(task)
    until(lambda: swept(task) == 2)


def test_a_standby_takes_over_from_a_beat_that_hangs_which_then_ends(world, hall):
    hall.worker("--shared")
    first = hall.beat()
    until(lambda: leads(first), seconds=60)
    second = hall.beat()
    until(lambda: stands_by(second), seconds=60)

    os.kill(first.process.pid, signal.SIGSTOP)
    try:
        until(lambda: leads(second), seconds=60)
    finally:
        os.kill(first.process.pid, signal.SIGCONT)
    until(lambda: first.process.poll() is not None, seconds=60)
    assert '"lead_lost"' in first.words()


def test_a_beat_takes_the_lead_again_after_the_database_was_away(world, hall):
    hall.worker("--shared")
    beat = hall.beat()
    until(lambda: leads(beat), seconds=60)
    assert cut_off_the_crew() >= 1
    until(lambda: held() == 1, seconds=60)

    task = ReviewTask.objects.get(case__application=accept(world))
    let_it_be_due(task)
    until(lambda: swept(task) == 1)
    assert beat.process.poll() is None


@pytest.mark.parametrize(("setting", "seconds"), [("idle", "5"), ("interval", "2"), ("count", "3")])
def test_the_database_itself_asks_after_a_leader_whose_machine_is_gone(world, setting, seconds):
    session = leading.lead("portal.test")
    try:
        with session.cursor() as cursor:
            cursor.execute(f"SHOW tcp_keepalives_{setting}")
            assert cursor.fetchone()[0] == seconds
    finally:
        session.close()


def held() -> int:
    """Return how many sessions hold the lead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted AND application_name = 'crew' AND datname = current_database()"
        )
        return cursor.fetchone()[0]
