"""Real worker, beat and web processes for tests: started, waited for by asking them, killed, and never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

import psycopg2
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import cursor as plain_cursor

from portal.celery import app
from portal.engines.processes import free_port
from tests.engine_users import PROJECT, until

PATIENCE = 120.0
Cursor = CursorWrapper | plain_cursor
CREW, WEB = "crew", "crew-web"  # how the sessions of our processes are known to the database


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of a process that shares this test's database, broker, keys and files."""
    where = connection.settings_dict
    secret = f":{quote(where['PASSWORD'], safe='')}" if where["PASSWORD"] else ""
    address = f"{where['HOST'] or '127.0.0.1'}:{where['PORT'] or 5432}"
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{where['USER']}{secret}@{address}/{where['NAME']}",
        "REDIS_PREFIX": settings.REDIS_PREFIX,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "VAR_DIR": str(Path(settings.MEDIA_ROOT).parent / "var"),
        "LOG_LEVEL": "INFO",
        "PGAPPNAME": CREW,
        **extra,
    }


@dataclass
class Process:
    """One process in a session of its own, its words in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def children(self) -> list[int]:
        """Return the pids of its living children."""
        return _living("--ppid", self.pid)

    def kill(self) -> None:
        """End it and its session at once, as a power cut would; a child being born at that moment too."""
        until(lambda: not self._strike())
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, and see that nothing of it is left."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"it did not end when asked:\n{self.words()}") from None
        until(lambda: not self._family())

    def words(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]

    def _strike(self) -> list[int]:
        family = self._family()
        for pid in family:
            _signal(pid, signal.SIGKILL)
        return family

    def _family(self) -> list[int]:
        return _living("-s", self.pid)


def _living(*which: object) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", *map(str, which)], capture_output=True, text=True
    ).stdout
    rows = (line.split() for line in listed.splitlines())
    return [int(pid) for pid, state in rows if not state.startswith("Z")]


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


@dataclass
class Worker(Process):
    """`manage.py worker`, known to Celery by its own name."""

    hostname: str

    def queues(self) -> set[str]:
        """Return the queues it says it consumes; empty while it does not answer."""
        answers = app.control.inspect(destination=[self.hostname], timeout=1.0).active_queues() or {}
        return {each["name"] for each in answers.get(self.hostname, [])}

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.words()
        return bool(self.queues())


@dataclass
class Web(Process):
    """`gunicorn portal.wsgi` on a port of its own."""

    port: int

    def status(self, path: str) -> int:
        """Return the status with which it answers; 0 while it does not."""
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as client:
                client.request("GET", path)
                return client.getresponse().status
        except (OSError, HTTPException):
            return 0


@dataclass
class Crew:
    """The processes of one test; all are ended when the test is."""

    directory: Path
    extra: dict[str, str] = field(default_factory=dict)
    members: list[Process] = field(default_factory=list)

    def worker(self, *options: str, ready: bool = True, **extra: str) -> Worker:
        """Start `manage.py worker` with these options and wait until it consumes its queues."""
        name = f"crew{os.getpid()}-{len(self.members)}"
        process, log = self._start([sys.executable, "manage.py", "worker", *options, "--name", name], extra)
        worker = Worker(process, log, f"{name}@{socket.gethostname()}")
        self.members.append(worker)
        if ready:
            until(worker.is_ready, seconds=PATIENCE)
        return worker

    def beat(self, *, seconds: float = 1.0) -> Process:
        """Start the beat, which has the rows without receipt swept every so many seconds."""
        schedule = str(self.directory / f"beat{len(self.members)}")
        command = [sys.executable, "manage.py", "beat", "--schedule", schedule]
        beat = Process(*self._start(command, {"SWEEP_SECONDS": str(seconds)}))
        self.members.append(beat)
        return beat

    def web(self, *, port: int = 0) -> Web:
        """Start the web server, on this port if one is said, and wait until it answers."""
        port = port or free_port()
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}"]
        options = ["--threads", "4", "--preload", "--no-control-socket"]
        web = Web(*self._start([*command, *options], {"PGAPPNAME": WEB}), port)
        self.members.append(web)
        until(lambda: web.status("/") == 200, seconds=PATIENCE)
        return web

    def end(self) -> None:
        for member in self.members:
            member.stop()

    def _start(self, command: list[str], extra: dict[str, str]) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.directory / f"{len(self.members)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=environment(**{**self.extra, **extra}),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        return process, log


@contextmanager
def crew(directory: Path, **extra: str) -> Iterator[Crew]:
    """Gather processes for the time of a block; whatever happens in it, none is left."""
    gathered = Crew(directory, extra)
    try:
        yield gathered
        gathered.end()
    finally:
        for member in gathered.members:
            if member.process.poll() is None:
                member.kill()


def blocked_backends(of: str = "%") -> int:
    """Return how many sessions of this database wait for a lock, all or those of an application (LIKE)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see the same answer for ever
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name LIKE %s AND cardinality(pg_blocking_pids(pid)) > 0",
            [of],
        )
        return cursor.fetchone()[0]


def cut_off_the_crew() -> int:
    """End every database session of our processes, as a restart of the database does; return how many."""
    with connection.cursor() as cursor:
        return _end_sessions(cursor, "application_name LIKE %s", f"{CREW}%")


@contextmanager
def database_that_refuses() -> Iterator[None]:
    """Have this test's database take no connection inside the block, and keep none but this test's own."""
    address = environment()["DATABASE_URL"].rpartition("/")[0] + "/postgres"
    with closing(psycopg2.connect(address)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            name = connection.settings_dict["NAME"]
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            try:
                cut_off_the_crew()
                yield
            finally:
                cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def end_other_sessions(cursor: Cursor) -> int:
    """End every session of the cursor's database but its own, wait until they are gone, return how many there were."""
    ended = _end_sessions(cursor, "pid <> pg_backend_pid()")
    until(lambda: _end_sessions(cursor, "pid <> pg_backend_pid()") == 0)
    return ended


def _end_sessions(cursor: Cursor, which: str, *parameters: str) -> int:
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        f"WHERE datname = current_database() AND backend_type = 'client backend' AND {which}",
        parameters,
    )
    return cursor.fetchone()[0]
