"""A real broker of a test's own: killed, silent, started again on the same port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kombu import pools

from core import queue
from portal.celery import app
from portal.engines.places import find_place
from portal.engines.processes import free_port
from portal.engines.programs import find_redis
from tests.engine_users import until


class Broker:
    """A broker of the test's own, which may be killed and started again on the same port."""

    def __init__(self, directory: Path, *, keeps: bool) -> None:
        self.directory, self.keeps, self.port = directory, keeps, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; with `keeps` it has everything it had accepted."""
        control = self.directory / "control"
        control.mkdir(exist_ok=True)
        program = find_redis(find_place(control), os.environ.get("ENGINES") or None)
        self.process = subprocess.Popen(
            [
                str(program.path),
                *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory)),
                *("--save", "", "--appendonly", "yes" if self.keeps else "no", "--appendfsync", "always"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(self.answers)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def fall_silent(self) -> None:
        """Take what is sent and answer nothing, as behind a broken network."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def come_to(self) -> None:
        """Go on, with all that was sent meanwhile."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once; what it only held in memory is lost."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def own_broker(directory: Path, *, keeps: bool, set_variable: Callable[[str, str], None]) -> Iterator[Broker]:
    """Have this process and its crew use a broker of the test's own inside the block."""
    broker = Broker(directory, keeps=keeps)
    broker.start()
    before = os.environ.get("CELERY_BROKER_URL")
    set_variable("CELERY_BROKER_URL", broker.url)
    _connect_anew()
    try:
        yield broker
    finally:
        broker.kill()
        if before is None:
            del os.environ["CELERY_BROKER_URL"]
        else:
            os.environ["CELERY_BROKER_URL"] = before
        _connect_anew()


def _connect_anew() -> None:
    """Forget the connections to a broker that this process no longer uses, and that it was away."""
    pools.reset()
    app._pool = app.amqp._producer_pool = None
    queue._broker_rests_until = 0.0
