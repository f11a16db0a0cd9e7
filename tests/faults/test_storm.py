"""A hall at its busiest while workers and broker are killed under it: nothing is lost and nothing is done twice.

`STORM=200` makes it a big one.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

import pytest

from tests.brokers import Broker, own_broker
from tests.faults.course import BREATH, STEPS, is_over, let_time_pass, progress
from tests.faults.people import Hall, Wish
from tests.faults.verdict import check_every_record, swept_models
from tests.workers import Crew, Worker, crew, cut_off_the_crew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
FILINGS = int(os.environ.get("STORM", "50"))
BLOWS = 8


def wishes() -> Iterator[Wish]:
    """B01, B08 and B11 in turn; every third by courier."""
    people = cycle([f"citizen{n}" for n in range(1, 7)])
    for index, bundle in zip(range(FILINGS), cycle(STEPS), strict=False):
        applicant = "company1" if bundle == "B01" else next(people)
        yield Wish(bundle, applicant, by_courier=index // 3 % 3 == 0)


@dataclass
class Storm:
    """What strikes, in turn."""

    processes: Crew
    broker: Broker
    workers: list[Worker]
    struck: list[str] = field(default_factory=list)

    def kill_a_worker(self) -> None:
        self.workers.pop(0).kill()
        self.workers.append(self.processes.worker("--all", ready=False))

    def kill_pool_processes(self) -> None:
        for worker in self.workers:
            for child in worker.children():
                os.kill(child, signal.SIGKILL)

    def kill_the_broker(self) -> None:
        self.broker.kill()
        self.broker.start()

    def cut_off_the_database(self) -> None:
        cut_off_the_crew()

    def lose_the_broker(self) -> None:
        """Everything it held is gone with it."""
        self.broker.kill()
        for leftover in self.broker.directory.glob("appendonlydir"):
            shutil.rmtree(leftover)
        self.broker.start()

    def everything_at_once(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.lose_the_broker()
        self.workers = [self.processes.worker("--all", ready=False) for _ in self.workers]

    def strike(self, progress: float) -> None:
        """Strike once for every ninth of the work that is done."""
        plan = (
            self.kill_pool_processes,
            self.kill_a_worker,
            self.kill_the_broker,
            self.cut_off_the_database,
            self.kill_a_worker,
            self.lose_the_broker,
            self.kill_pool_processes,
            self.everything_at_once,
        )
        if len(self.struck) < len(plan) and progress >= (len(self.struck) + 1) / (len(plan) + 1):
            blow = plan[len(self.struck)]
            blow()
            self.struck.append(f"{blow.__name__} at {progress:.0%}")


def ride_out(storm: Storm, hall: Hall) -> None:
    deadline = time.monotonic() + 840
    bundles = [wish.bundle for wish in wishes()]
    while not is_over(FILINGS):
        assert not hall.errors, hall.errors
        done = progress(bundles)
        assert time.monotonic() < deadline, f"{done:.0%} done, struck {storm.struck}"
        storm.strike(done)
        let_time_pass(FILINGS)
        hall.closing_time.wait(BREATH)


def test_nothing_is_lost_and_nothing_is_done_twice(world, tmp_path, monkeypatch):
    start = time.monotonic()
    hall = Hall(wishes())
    with (
        own_broker(tmp_path, keeps=True, set_variable=monkeypatch.setenv) as broker,
        crew(tmp_path, BROKER_URL=broker.url, CELERY_BROKER_URL=broker.url) as processes,
    ):
        storm = Storm(processes, broker, [processes.worker("--all", ready=False) for _ in range(2)])
        processes.beat()
        hall.open()
        try:
            ride_out(storm, hall)
        finally:
            hall.close()
        assert not hall.errors, hall.errors
        assert len(storm.struck) == BLOWS

    counts = check_every_record()
    sent_again = sum(sum(model.objects.values_list("attempts", flat=True)) for model in swept_models())
    print(f"\n{FILINGS} applications in {time.monotonic() - start:.0f} s; struck: {', '.join(storm.struck)}")
    print(f"{counts}; swept and sent again {sent_again} times; {len(hall.refusals)} came second")
    assert counts["Application"] == FILINGS
