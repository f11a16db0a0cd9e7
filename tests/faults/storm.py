"""A hall at its busiest, struck sixteen times: nothing is lost, nothing is done twice, and one department's dead worker delays only what is its own.

It kills the private PostgreSQL under VAR_DIR, with whoever else uses it. Therefore no run of all tests collects it:
`test_storm.py` runs it with a VAR_DIR of its own. STORM says how many applications are in flight when the first blow
falls, SILENCE for how many seconds the broker cannot be reached.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice

import pytest

from applications.enums import ApplicationStatus, TaskStatus
from applications.models import Application, ReviewTask
from core import clock
from matters.models import Department
from portal.operations import queues
from tests.brokers import own_broker
from tests.faults.blows import BLOWS, OUTLET_OPENS_AFTER, Storm
from tests.faults.course import (
    BREATH,
    at_rest,
    in_flight,
    is_over,
    let_time_pass,
    progress,
    steps,
    steps_done,
)
from tests.faults.people import DESKS, Hall, Wish
from tests.faults.report import tell
from tests.faults.verdict import check_every_record, filed, swept_models
from tests.faults.window import Visitor
from tests.workers import crew

FILINGS = int(os.environ.get("STORM", "20"))
SILENCE = float(os.environ.get("SILENCE", "12"))  # longer than anybody waits for the broker's answer
PATIENCE = 300 + 6 * FILINGS  # seconds
FASTER = 12 if FILINGS < 200 else 4
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(8 * PATIENCE)]

DEAD = "YBJ"  # insures the newborn of B08 once they are registered; their card waits for it
BUNDLE_OF_THE_DEAD = "B08"
NEWCOMERS = 2  # who file while a blow falls
A_SWEEPERS_LONGEST_WAIT = ReviewTask.LONGEST_WAIT
AT_THE_WEB = 3  # who file and are accepted over the web, while it is killed
ALL = FILINGS + NEWCOMERS * len(BLOWS) + AT_THE_WEB
ALL_BUT_THE_DEAD = 0.78  # about the share of all steps that are done when only the dead department's are left


def wishes() -> Iterator[Wish]:
    """B01, B08 and B11 in turn; every third by courier."""
    people = cycle([f"citizen{n}" for n in range(1, 7)])
    for index, bundle in enumerate(cycle(("B01", "B08", "B11"))):
        applicant = "company1" if bundle == "B01" else next(people)
        yield Wish(bundle, applicant, by_courier=index // 3 % 3 == 0)


class Day:
    """The day of the storm."""

    def __init__(self, storm: Storm) -> None:
        self.storm, self.hall, self.start, self.wishes = storm, storm.hall, time.monotonic(), wishes()
        self.told: list[str] = []

    def file(self) -> None:
        """Have so many in flight before anybody works on them."""
        self.hall.come(islice(self.wishes, FILINGS))
        self.hall.open("applicants", "intake")
        self._wait(lambda: in_flight() == FILINGS)
        self.note(f"{FILINGS:,} bundle applications filed and accepted")

    def ride_out(self) -> None:
        """Have the departments work, strike whenever so much more is done, and have newcomers file under each blow.

        However long a blow takes, they do no more than leads to the next one.
        """
        shares = [ALL_BUT_THE_DEAD * number / (len(BLOWS) + 1) for number in range(1, len(BLOWS) + 2)]
        self._rest_at(shares[0])
        self.hall.open("departments")
        for number, blow in enumerate(BLOWS):
            if number == OUTLET_OPENS_AFTER:
                self.hall.open("outlet", "courier")
            self._wait(lambda: steps_done() >= self.hall.most_steps or at_rest(DEAD))
            self.hall.come(islice(self.wishes, NEWCOMERS))
            self._rest_at(shares[number + 1])
            self.storm.strike(blow)
        self.hall.most_steps = sys.maxsize
        clock.advance(A_SWEEPERS_LONGEST_WAIT)

    def _rest_at(self, share: float) -> None:
        self.hall.most_steps = math.ceil(share * steps())

    def wait_for_all_but_the_dead(self) -> None:
        """Everything closes but what needs the department without a worker; that is released, and operations shows it."""
        self._wait(lambda: filed().count() == ALL and at_rest(DEAD) and self._parcels_are_in())
        left = Application.objects.filter(status=ApplicationStatus.ACCEPTED)
        waiting = ReviewTask.objects.filter(status=TaskStatus.RELEASED)
        assert set(waiting.values_list("department__code", flat=True)) == {DEAD}
        assert set(left.values_list("bundle__code", flat=True)) == {BUNDLE_OF_THE_DEAD}
        assert left.count() == waiting.count() == filed().filter(bundle__code=BUNDLE_OF_THE_DEAD).count()
        shown = {each.department: each.not_arrived for each in queues(clock.now()) if each.not_arrived}
        assert shown == {DEAD: waiting.count()}
        page = Visitor(self.storm.world, self.storm.world.administrator).open(
            self.storm.web, "/desk/operations/"
        )
        assert page.status == 200
        self.note(
            f"everything closed but the {left.count():,} that wait for {DEAD}, whose worker was dead throughout; "
            f"operations shows its {waiting.count():,} tasks as not arrived"
        )

    def bring_the_dead_back(self) -> None:
        """Start its worker; what was lost meanwhile is sent again, and all closes."""
        dead = self.storm.processes.worker("--departments", DEAD)
        clock.advance(A_SWEEPERS_LONGEST_WAIT)
        self._wait(lambda: is_over(ALL), dead="")
        assert dead.process.poll() is None
        self.note("a worker for it started, and all was closed")

    def note(self, what: str) -> None:
        self.told.append(f"{time.monotonic() - self.start:,.0f} s: {what}.")
        print(self.told[-1], flush=True)

    def _parcels_are_in(self) -> bool:
        return not Application.objects.filter(delivery__status="in_transit").exists()

    def _wait(self, happened: Callable[[], bool], *, dead: str = DEAD) -> None:
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert not self.hall.errors, "\n".join(self.hall.errors)
            assert time.monotonic() < deadline, f"{progress():.0%} done, {self.told}, {self.storm.struck}"
            let_time_pass(faster=FASTER, dead=dead)
            self.hall.closing_time.wait(BREATH)


def test_nothing_is_lost_and_nothing_is_done_twice(world, tmp_path, monkeypatch):
    codes = Department.objects.filter(is_active=True).exclude(code=DEAD).values_list("code", flat=True)
    hall = Hall()
    with (
        own_broker(tmp_path, keeps=True, set_variable=monkeypatch.setenv) as broker,
        crew(tmp_path, BROKER_URL=broker.url, CELERY_BROKER_URL=broker.url) as processes,
    ):
        storm = Storm(world, hall, processes, broker, DEAD, SILENCE, FASTER, tuple(codes))
        storm.set_up()
        day = Day(storm)
        try:
            day.file()
            day.ride_out()
            day.wait_for_all_but_the_dead()
            day.bring_the_dead_back()
        finally:
            broker.come_to()
            hall.close()
        assert not hall.errors, "\n".join(hall.errors)

    counts = check_every_record()
    assert (counts["Application"], len(storm.struck)) == (ALL, len(BLOWS))
    sent_again = sum(sum(model.objects.values_list("attempts", flat=True)) for model in swept_models())
    actors = sum(number for number, _ in DESKS.values())
    tell(
        f"{ALL:,} bundle applications under {len(storm.struck)} blows",
        ["blow", "steps done", "in flight", "took", "what was seen"],
        storm.struck,
        *day.told,
        f"{actors} actors at once; {len(hall.refusals):,} times somebody else was first, {hall.turned_away:,} turns ended at a "
        f"database that was away; {sent_again:,} messages sent again by the sweeps.",
        "Every record checked: " + ", ".join(f"{name} {number:,}" for name, number in counts.items()) + ".",
    )
