"""The database server is killed twice in the middle of a busy hall; nothing is lost and nothing is done twice.

It kills the private PostgreSQL under VAR_DIR, with whoever else uses it. Therefore no run of all tests collects it:
`test_database.py` runs it with a VAR_DIR of its own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import TypeVar
from urllib.parse import quote

import pytest
from django.db import InterfaceError, OperationalError, connection

from portal import engines
from portal.engines.files import Files, State, read_state
from tests.engine_users import until
from tests.faults.course import BREATH, STEPS, is_over, let_time_pass, progress
from tests.faults.people import Hall
from tests.faults.verdict import check_every_record, swept_models
from tests.workers import Web, crew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200)]
FILINGS = 6
BLOWS = (0.25, 0.6)  # the shares of the work that are done when the server is killed
PAGE = "/search/?q=" + quote("登记")
Answer = TypeVar("Answer")


def server() -> State:
    state = read_state(Files(engines.var_directory() / "engines", "postgres"))
    assert state is not None
    return state


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Return the answer of the database, however often it has to be asked."""
    answers: list[Answer] = []

    def answered() -> bool:
        try:
            answers.append(ask())
        except (OperationalError, InterfaceError):
            connection.close()
        return bool(answers)

    until(answered)
    return answers[0]


def kill_the_database(web: Web) -> str:
    """Kill it; return when it answers again where it was, how long that took, and what the web said meanwhile."""
    before, start, said = server(), time.monotonic(), set()
    os.kill(before.pid, signal.SIGKILL)

    def is_back() -> bool:
        said.add(web.status(PAGE))
        return server().pid != before.pid and web.status(PAGE) == 200

    until(is_back)
    assert (server().port, server().url) == (before.port, before.url)
    return f"{time.monotonic() - start:.1f} s, web said {sorted(said)}"


def blows(web: Web, bundles: list[str]) -> Iterator[str]:
    """Strike whenever so much is done; yield what came of it, or nothing."""
    struck = iter(BLOWS)
    next_blow = next(struck, None)
    while True:
        told = ""
        if next_blow is not None and (done := patiently(lambda: progress(bundles))) >= next_blow:
            told = f"killed at {done:.0%}: {kill_the_database(web)}"
            next_blow = next(struck, None)
        yield told


def test_the_hall_goes_on_after_the_database_was_killed(world, tmp_path):
    bundles = [bundle for bundle, _ in zip(cycle(STEPS), range(FILINGS), strict=False)]
    for bundle in bundles:
        applicant = world.company if bundle == "B01" else world.citizen
        world.submitted(bundle, applicant=applicant, by_courier=bundle == "B08")
    start, told, hall = time.monotonic(), [], Hall(patient=True)
    with crew(tmp_path) as processes:
        workers = [processes.worker("--all", ready=False) for _ in range(2)]
        processes.beat()
        web = processes.web()
        hall.open()
        try:
            for blow in blows(web, bundles):
                told += [blow] if blow else []
                if patiently(lambda: is_over(FILINGS)):
                    break
                assert not hall.errors, hall.errors
                assert time.monotonic() - start < 150, f"{progress(bundles):.0%} done; {told}"
                patiently(lambda: let_time_pass(FILINGS, faster=12))
                hall.closing_time.wait(BREATH)
        finally:
            hall.close()
        assert len(told) == len(BLOWS)
        assert all(each.process.poll() is None for each in (*workers, web))

    counts = check_every_record()
    sent_again = sum(sum(model.objects.values_list("attempts", flat=True)) for model in swept_models())
    print(f"\n{FILINGS} applications in {time.monotonic() - start:.0f} s; {'; '.join(told)}")
    print(
        f"{counts}; swept and sent again {sent_again} times; {hall.turned_away} turns ended at the dead database"
    )
    assert counts["Application"] == FILINGS
