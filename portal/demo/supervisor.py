"""The demo's processes: web, worker, beat and a department's own system, started together, watched, and stopped in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from portal.demo.environment import Door
from portal.demo.systems import setup_file
from portal.demo.watch import signal_group
from portal.engines.membership import PROJECT
from portal.engines.processes import die_with_parent

START_SECONDS = 120.0
STOP_SECONDS = 20.0
LONGEST_BACK_OFF = 30.0
LOG_LIMIT = 10_000_000


class DemoError(Exception):
    """The demo cannot go on; the text says why."""


@dataclass
class Service:
    """One of the demo's processes and everything it starts."""

    name: str
    command: list[str]
    log: Path
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    starts: int = 0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def back_off(self) -> float:
        """Return how many seconds to wait before the next start: longer each time it fails soon."""
        return float(min(2 ** max(self.starts - 1, 0), LONGEST_BACK_OFF))

    def start(self) -> int:
        """Start the process as leader of a group of its own, and return the group."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=PROJECT,
                pass_fds=self.pass_fds,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),  # no other thread runs
            )
        self.started_at = time.monotonic()
        self.starts += 1
        return self.process.pid

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it does and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, *, seconds: float) -> bool:
        """Wait for the process so many seconds, then kill whatever is left of its group; return whether it ended by itself."""
        if self.process is None:
            return True
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        finally:
            signal_group(self.process.pid, signal.SIGKILL)
        return True


def services(door: Door, *, logs: Path, files: Path) -> list[Service]:
    """Return the demo's services in the order in which they are stopped: the door first, the courier last."""
    python = sys.executable
    commands = {
        "web": [
            *(
                python,
                "-m",
                "gunicorn",
                "portal.wsgi:application",
                "--bind",
                f"fd://{door.listener.fileno()}",
            ),
            *(
                "--preload",
                "--workers",
                "2",
                "--threads",
                "4",
                "--graceful-timeout",
                "5",
                "--no-control-socket",
            ),
        ],
        "beat": [python, "manage.py", "beat", f"--schedule={files / 'beat'}"],
        "department": [python, "manage.py", "simulate_department", str(setup_file())],
        "worker": [python, "manage.py", "worker", "--all"],
    }
    return [
        Service(name, command, logs / f"{name}.log", (door.listener.fileno(),) if name == "web" else ())
        for name, command in commands.items()
    ]


@dataclass
class Supervisor:
    """Parent of the services. `tell` receives a sentence when something happens that a person should know."""

    services: list[Service]
    door: Door
    tell: Callable[[str], None]
    _watch: subprocess.Popen[str] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start everything and wait until the portal says it is healthy; raise DemoError when it does not."""
        self._watch = subprocess.Popen(
            [sys.executable, "-m", "portal.demo.watch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=PROJECT,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        for service in self.services:
            _cut_log(service.log)
            self._start(service)
        self._wait_until_healthy()

    def _start(self, service: Service) -> None:
        self._tell_watch(f"+{service.start()}")

    def _tell_watch(self, line: str) -> None:
        if self._watch is not None and self._watch.stdin is not None:
            self._watch.stdin.write(line + "\n")

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.status_of("/healthz/") != 200:
            self.restart_the_dead()
            if time.monotonic() > deadline:
                raise DemoError(self.last_words())
            time.sleep(0.2)

    def status_of(self, path: str) -> int:
        """Return the HTTP status of a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.door.local_url + path, timeout=10) as answer:  # noqa: S310 - our own
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def watch_over(self) -> None:
        """Start again whatever dies, until interrupted."""
        while True:
            self.restart_the_dead()
            time.sleep(0.5)

    def restart_the_dead(self) -> None:
        """Start each service that has ended, not sooner than its back-off allows."""
        now = time.monotonic()
        for service in self.services:
            if service.is_running:
                if now - service.started_at > 2 * LONGEST_BACK_OFF:
                    service.starts = 1
            elif service.process is not None and now - service.started_at > service.back_off:
                signal_group(service.process.pid, signal.SIGKILL)
                self._tell_watch(f"-{service.process.pid}")
                self.tell(
                    f"{service.name} 意外退出（{service.process.returncode}），正在重新启动，见 {service.log}"
                )
                self._start(service)

    def stop(self) -> None:
        """Stop everything in order: the door and the clock, then the worker, which finishes its task."""
        *first, last = self.services
        for group in (first, [last]):
            for service in group:
                service.ask_to_stop()
            for service in group:
                if not service.end(seconds=STOP_SECONDS):
                    self.tell(f"{service.name} {STOP_SECONDS:.0f} 秒内没有结束，已强制结束，见 {service.log}")
                if service.process is not None:
                    self._tell_watch(f"-{service.process.pid}")
        self.door.listener.close()
        if self._watch is not None:
            if self._watch.stdin is not None:
                self._watch.stdin.close()
            self._watch.wait()

    def last_words(self) -> str:
        """Return the end of every service's log."""
        ends = [
            [f"--- {service.log}", *service.log.read_text(errors="replace").splitlines()[-15:]]
            for service in self.services
            if service.log.exists()
        ]
        return "\n".join(line for end in ends for line in end)


def _cut_log(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_suffix(".log.1"))
