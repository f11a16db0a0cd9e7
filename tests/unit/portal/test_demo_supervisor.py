"""Services are started, watched, started again with patience, and ended with all that they started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from portal.demo.environment import Door, open_door
from portal.demo.supervisor import DemoError, Service, Supervisor
from tests.engine_users import until

HEALTHY = """
import http.server, socket, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz/" else 404)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Answer, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.serve_forever()
"""
WITH_CHILD = """
import subprocess, sys, signal
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(child.pid, flush=True)
signal.pause()
"""
IDLE = "import signal; signal.pause()"


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    return open_door([])


def service(tmp_path: Path, name: str, code: str, *arguments: str, pass_fds: tuple[int, ...] = ()) -> Service:
    return Service(name, [sys.executable, "-c", code, *arguments], tmp_path / f"{name}.log", pass_fds)


def supervisor(tmp_path: Path, door: Door, other: str) -> tuple[Supervisor, list[str]]:
    number = door.listener.fileno()
    told: list[str] = []
    web = service(tmp_path, "web", HEALTHY, str(number), pass_fds=(number,))
    return Supervisor([web, service(tmp_path, "worker", other)], door, told.append), told


def test_start_waits_until_healthy_and_stop_leaves_nobody(tmp_path: Path, door: Door) -> None:
    running, told = supervisor(tmp_path, door, IDLE)
    running.start()
    assert running.status_of("/healthz/") == 200
    assert running.status_of("/nowhere/") == 404
    running.stop()
    assert not any(one.is_running for one in running.services)
    assert running.status_of("/healthz/") == 0
    assert told == []


def test_stop_names_and_kills_what_does_not_end(tmp_path: Path, door: Door, monkeypatch) -> None:
    monkeypatch.setattr("portal.demo.supervisor.STOP_SECONDS", 1.0)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    running, told = supervisor(tmp_path, door, deaf)
    running.start()
    until(lambda: "deaf" in running.services[1].log.read_text())
    running.stop()
    assert not any(one.is_running for one in running.services)
    assert [line.partition(" ")[0] for line in told] == ["worker"]


def test_restart_the_dead_starts_a_service_again_and_says_so(tmp_path: Path, door: Door) -> None:
    running, told = supervisor(tmp_path, door, IDLE)
    running.start()
    worker = running.services[1]
    first = worker.process
    assert first is not None
    first.kill()
    first.wait()
    until(lambda: (running.restart_the_dead(), worker.is_running)[1])
    running.stop()
    assert worker.process is not first
    assert "worker 意外退出（-9）" in told[0]


def test_back_off_grows_to_a_limit(tmp_path: Path) -> None:
    one = service(tmp_path, "one", IDLE)
    waits = []
    for one.starts in (1, 2, 3, 4, 5, 6, 7, 50):
        waits.append(one.back_off)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_start_that_never_becomes_healthy_shows_the_last_words(
    tmp_path: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.demo.supervisor.START_SECONDS", 1.5)
    broken = service(tmp_path, "web", "import sys; sys.exit('no such setting')")
    idle = service(tmp_path, "worker", IDLE)
    running = Supervisor([broken, idle], door, tell=lambda text: None)
    door.listener.close()
    with pytest.raises(DemoError, match="no such setting"):
        running.start()
    running.stop()
    assert not idle.is_running


def test_end_kills_what_a_service_has_started(tmp_path: Path) -> None:
    parent = service(tmp_path, "parent", WITH_CHILD)
    parent.start()
    until(lambda: parent.log.read_text().strip().isdigit())
    child = int(parent.log.read_text())
    parent.ask_to_stop()
    parent.end(seconds=5)

    def is_gone() -> bool:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return True
        return "Z" in Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]

    until(is_gone)
