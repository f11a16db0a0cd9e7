"""The keeper: one small process beside each private server, its parent.

It starts the server, starts it again should it die, and stops it when the last process that uses it has gone.
Users hold a shared lock on the server's `users` file; locks go with their process, so it does not matter how
a user ends. `portal.engines.membership` runs `python -m portal.engines.keeper NAME CONTROL-DIRECTORY`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from portal.engines.errors import EngineError
from portal.engines.files import START_SECONDS, Files, State, write_privately
from portal.engines.locks import FileLock
from portal.engines.places import Place, find_place
from portal.engines.processes import die_with_parent, end_leftover, free_port
from portal.engines.servers import SERVERS, Server, clean_environment

POLL_SECONDS = 0.1
LOG_LIMIT = 5_000_000
RUNNING = "running\n"


class Keeper:
    """Parent of one server."""

    def __init__(self, files: Files, place: Place, server: Server) -> None:
        self.files = files
        self.place = place
        self.server = server
        self.users = FileLock(files.users)
        self.stopping = False
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """Start the server and wait until it answers; try again on another port, or when old backends end."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            end_leftover(
                self.server.pid_file, directory=self.server.directory, stop_signal=self.server.stop_signal
            )
            if self._start_once(self.port or free_port(), deadline):
                return
            time.sleep(0.3)
        self.stop()
        raise EngineError(
            f"{self.files.name} did not start within {START_SECONDS:.0f} s:\n{self._last_words()}"
        )

    def _start_once(self, port: int, deadline: float) -> bool:
        stop_signal = self.server.stop_signal
        with self.files.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.server.command(port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.server.directory,
                env=clean_environment(),
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(stop_signal),  # this process has one thread
                **self.place.run_as,
            )
        while self.process.poll() is None and time.monotonic() < deadline:
            if self.server.answers(port):
                self.port = port
                self._publish()
                return True
            time.sleep(0.05)
        return False

    def _publish(self) -> None:
        if self.process is None:
            return
        program = self.server.program
        state = State(self.server.url(self.port), self.process.pid, self.port, program.kind, program.major)
        write_privately(self.files.state, json.dumps(asdict(state)))

    def keep(self) -> None:
        """Watch over the server until nobody uses it, or until told to stop."""
        while not self.stopping and not self.users.try_exclusive():
            if self.process is None or self.process.poll() is not None:
                self.start()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop the server cleanly; with force when it does not listen."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.server.stop_signal)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.files.state.unlink(missing_ok=True)

    def _last_words(self) -> str:
        return "\n".join(self.files.log.read_text(errors="replace").splitlines()[-15:])


def take_up_post(files: Files, wanted: str | None) -> Keeper:
    """Find a place and a program, start the server, and return its keeper."""
    place = find_place(files.control)
    if not files.password.exists():
        write_privately(files.password, secrets.token_urlsafe(24))
    server: Server = SERVERS[files.name](place, files.password.read_text(), wanted)
    server.prepare()
    keeper = Keeper(files, place, server)
    keeper.start()
    return keeper


def serve(files: Files, report: int) -> None:
    """Be the keeper. Writes RUNNING to the descriptor `report`, or what is wrong."""
    post = FileLock(files.keeper)
    if not post.exclusive(seconds=40):
        os.write(report, b"another keeper does not go away\n")
        return
    try:
        keeper = take_up_post(files, os.environ.get("ENGINES") or None)
    except EngineError as error:
        os.write(report, f"{error}\n".encode())
        return
    signal.signal(signal.SIGTERM, lambda *_: setattr(keeper, "stopping", True))
    os.write(report, RUNNING.encode())
    os.close(report)
    try:
        keeper.keep()
    finally:
        keeper.stop()


def _cut_log(log: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.unlink()


def main(name: str, control: str) -> int:
    """Become two: the first waits for the keeper's report and ends, the second is the keeper."""
    files = Files(Path(control), name)
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as report:
            text = report.read()
        if text == RUNNING:
            return 0
        sys.stderr.write(text or f"The keeper of {name} ended unexpectedly; {files.log} says why.\n")
        return 1
    os.setsid()
    os.close(reading)
    _cut_log(files.log)
    log = os.open(files.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
        os.dup2(descriptor, target)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    serve(files, writing)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
