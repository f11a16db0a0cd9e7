"""What strikes a busy hall, one after the other, and what was seen of each."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction

from applications.locks import lock_application
from applications.models import Application, StatusChange
from core import clock, queue
from core.models import NumberSeries
from portal import engines
from portal.engines.files import Files, State, read_state
from tests.brokers import Broker
from tests.engine_users import until
from tests.faults.course import BREATH, in_flight, let_time_pass, progress
from tests.faults.people import AT_THE_WEB, Hall
from tests.faults.window import NO_ANSWER, Answer, Sending, Visitor
from tests.workers import PATIENCE, WEB, Crew, Web, Worker, blocked_backends, cut_off_the_crew
from tests.world import World

Moment = Callable[[Application, str], object]


@dataclass
class Storm:
    """What there is to strike, and the blows, each of which says what was seen."""

    world: World
    hall: Hall
    processes: Crew
    broker: Broker
    dead: str  # the department whose worker is dead throughout
    silence: float  # seconds for which the broker cannot be reached
    faster: int  # the hall's clock runs so many times faster than ours
    departments: tuple[str, ...] = ()
    workers: dict[str, Worker] = field(default_factory=dict)
    web: Web = field(init=False)
    struck: list[tuple[object, ...]] = field(default_factory=list)

    def set_up(self) -> None:
        """Start everything but the worker of the dead department."""
        self.options = {
            "departments": ("--departments", ",".join(self.departments)),
            "shared": ("--shared",),
        }
        for which in self.options:
            self._start_worker(which)
        self.processes.beat()
        self.web = self.processes.web()

    def _start_worker(self, which: str) -> None:
        self.workers[which] = self.processes.worker(*self.options[which], ready=False)

    def strike(self, blow: Callable[[Storm], str]) -> None:
        """Strike, and note when, how many were in flight, how long it took, and what was seen."""
        done, flying, start = progress(), in_flight(), time.monotonic()
        seen = blow(self)
        name = blow.__name__.replace("_", " ")
        self.struck.append((name, f"{done:.0%}", f"{flying:,}", f"{time.monotonic() - start:.1f} s", seen))
        print(*self.struck[-1], sep=" | ", flush=True)

    # --- workers ------------------------------------------------------------------------------------------------------

    def kill_the_pool_processes(self) -> str:
        children = [child for worker in self.workers.values() for child in worker.children()]
        for child in children:
            with _gone_already():
                os.kill(child, signal.SIGKILL)
        return f"{len(children)} killed"

    def kill_the_workers_of_departments(self) -> str:
        return self._kill_worker("departments")

    def kill_the_workers_of_shared_queues(self) -> str:
        return self._kill_worker("shared")

    def _kill_worker(self, which: str) -> str:
        self.workers[which].kill()
        self._start_worker(which)
        return "another started at once"

    # --- the broker ---------------------------------------------------------------------------------------------------

    def kill_the_broker_with_its_file(self) -> str:
        self.broker.kill()
        self.broker.start()
        return "all it had accepted came back"

    def kill_the_broker_without_its_file(self) -> str:
        self.broker.kill()
        for leftover in self.broker.directory.glob("appendonlydir"):
            shutil.rmtree(leftover)
        self.broker.start()
        return "all it held was lost"

    def silence_the_broker(self) -> str:
        """Nobody reaches it for a time, while everybody goes on; then it takes all that was sent to it meanwhile."""
        before, start, self.hall.longest_act = StatusChange.objects.count(), time.monotonic(), 0.0
        self.broker.fall_silent()
        while time.monotonic() - start < self.silence:
            let_time_pass(faster=self.faster, dead=self.dead)
            self.hall.closing_time.wait(BREATH)
        made = StatusChange.objects.count() - before
        self.broker.come_to()
        return f"{made} acts were done meanwhile, the longest took {self.hall.longest_act:.1f} s"

    # --- the database -------------------------------------------------------------------------------------------------

    def cut_the_database_sessions(self) -> str:
        return f"{cut_off_the_crew()} sessions ended"

    def kill_the_database(self) -> str:
        return self._end_the_database(signal.SIGKILL)

    def shut_the_database_down_at_once(self) -> str:
        return self._end_the_database(signal.SIGQUIT)

    def _end_the_database(self, how: signal.Signals) -> str:
        """End the server and wait until it answers again where it was."""
        before, start, said = _server(), time.monotonic(), set()
        connection.close()
        os.kill(before.pid, how)

        def is_back() -> bool:
            said.add(self.web.status("/"))
            return _server().pid != before.pid and self.web.status("/") == 200

        until(is_back, seconds=PATIENCE)
        assert (_server().port, _server().url) == (before.port, before.url)
        answers = ", ".join(str(status) for status in sorted(said))
        return f"back after {time.monotonic() - start:.1f} s; the web said {answers}"

    # --- the web ------------------------------------------------------------------------------------------------------

    def kill_the_web_before_it_writes(self) -> str:
        return self._kill_the_web(self._waiting_for_the_application)

    def kill_the_web_half_way_through(self) -> str:
        return self._kill_the_web(self._waiting_for_a_number)

    def kill_the_web_before_it_answers(self) -> str:
        return self._kill_the_web(self._written)

    def _kill_the_web(self, moment: Moment) -> str:
        """Kill it while an applicant submits, and again while a clerk accepts; each sends the form once more.

        The first time its process dies and the master brings another, the second time all of it dies.
        """
        applicant, clerk = self.world.citizen, self.world.clerk
        draft = self.world.road.draft(applicant, bundle=self.world.bundle("B11"), subject=AT_THE_WEB)
        account = self.world.cast.account_of(applicant)
        first = self._killed(draft, "submit", account, f"/drafts/{draft.pk}/check/", moment, promise="on")
        draft.refresh_from_db()
        path = f"/counter/applications/{draft.number}/"
        second = self._killed(draft, "accept", clerk, path, moment)
        said = " and ".join(str(answer.status) for answer in (first, second))
        return f"submitted and accepted in flight, each sent again, answered with {said}, done once"

    def _killed(
        self, draft: Application, act: str, by: object, path: str, moment: Moment, **fields: str
    ) -> Answer:
        visitor = Visitor(self.world, by)
        with moment(draft, act) as is_reached:
            sending = Sending(visitor, self.web, path, **fields)
            until(is_reached, seconds=PATIENCE)
            self._kill_web_processes(all_of_them=act == "accept")
            sending.join(PATIENCE)
        before = moment == self._written
        assert _made(draft, act) == before
        assert before or sending.answer == Answer(NO_ANSWER), sending.answer
        again = visitor.send(self.web, path, **fields)
        assert again.status in ((200, 302, 422) if before else (302,)), (act, again)
        assert _made(draft, act) == 1
        return again

    def _kill_web_processes(self, *, all_of_them: bool) -> None:
        if all_of_them:
            self.web.kill()
            self.web = self.processes.web(port=self.web.port)
            return
        killed = self.web.children()
        for child in killed:
            os.kill(child, signal.SIGKILL)
        until(lambda: self.web.children() and not set(self.web.children()) & set(killed))

    @contextmanager
    def _waiting_for_the_application(self, draft: Application, act: str) -> Iterator[Callable[[], bool]]:
        with transaction.atomic():
            lock_application(draft.pk)
            yield _web_waits

    @contextmanager
    def _waiting_for_a_number(self, draft: Application, act: str) -> Iterator[Callable[[], bool]]:
        """Hold the series of the paper that the act ends with: by then everything else is written."""
        with transaction.atomic():
            kind = {"submit": "receipt", "accept": "acceptance"}[act]
            assert list(NumberSeries.objects.select_for_update().filter(series__endswith=f".{kind}"))
            yield _web_waits

    @contextmanager
    def _written(self, draft: Application, act: str) -> Iterator[Callable[[], bool]]:
        with nullcontext():
            yield lambda: _made(draft, act) == 1

    # --- the clock, and all of it -------------------------------------------------------------------------------------

    def let_a_week_pass(self) -> str:
        """Everything under way is sent again, limits end, cards are given."""
        clock.advance(timedelta(days=7))
        queue.enqueue("supervision.run_cards", queue=queue.CLOCK)
        return "from one second to the next"

    def kill_everything_at_once(self) -> str:
        for worker in self.workers.values():
            worker.kill()
        self.web.kill()
        self.kill_the_broker_without_its_file()
        for which in self.options:
            self._start_worker(which)
        self.web = self.processes.web(port=self.web.port)
        return "workers, web and all that the broker held"


BLOWS = (
    Storm.kill_the_pool_processes,
    Storm.kill_the_web_before_it_writes,
    Storm.kill_the_workers_of_departments,
    Storm.kill_the_broker_with_its_file,
    Storm.cut_the_database_sessions,
    Storm.kill_the_web_half_way_through,
    Storm.kill_the_broker_without_its_file,
    Storm.shut_the_database_down_at_once,
    Storm.silence_the_broker,
    Storm.let_a_week_pass,
    Storm.kill_the_workers_of_shared_queues,
    Storm.kill_the_web_before_it_answers,
    Storm.kill_the_pool_processes,
    Storm.kill_the_database,
    Storm.kill_the_broker_with_its_file,
    Storm.kill_everything_at_once,
)
OUTLET_OPENS_AFTER = 12  # blows; until then nothing leaves the hall


@contextmanager
def _gone_already() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


def _web_waits() -> bool:
    return blocked_backends(WEB) > 0


def _made(application: Application, act: str) -> int:
    return StatusChange.objects.filter(application=application, record="application", act=act).count()


def _server() -> State:
    state = read_state(Files(engines.var_directory() / "engines", "postgres"))
    assert state is not None
    return state
