"""Processes of the tests that use private engines of their own, apart from those the tests run on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.engines import forget

PROJECT = Path(__file__).resolve().parent.parent
SET_FOR_US = (
    "DATABASE_URL",
    "REDIS_URL",
    "BROKER_URL",
    "REDIS_PREFIX",
    "SECRET_KEY",
    "FIELD_KEYS",
    "ENGINES",
)
NOBODY = [
    # Another user than root who can still read a Python that root keeps in its home.
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
]
USE_ENGINES = """
import os, sys
from portal import engines
try:
    engines.ensure()
except engines.EngineError as error:
    sys.exit(f"EngineError: {error}")
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
sys.stdin.read()
"""


def environment(var: Path, **extra: str) -> dict[str, str]:
    """Return an environment that names no engines and keeps everything under `var`."""
    kept = {name: value for name, value in os.environ.items() if name not in SET_FOR_US}
    return {**kept, "VAR_DIR": str(var), "PYTHONPATH": str(PROJECT), **extra}


@dataclass
class EngineUser:
    """A process that has joined the private engines and waits to be told to leave."""

    process: subprocess.Popen[str]
    database_url: str
    redis_url: str

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0
        self._close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def start_user(var: Path, *, prefix: list[str] | None = None, **extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*(prefix or []), sys.executable, "-c", USE_ENGINES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=environment(var, **extra),
    )


def joined(process: subprocess.Popen[str]) -> EngineUser:
    """Wait until the process uses the engines."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        _, errors = process.communicate()
        raise AssertionError(errors)
    database_url, redis_url = line.split()
    return EngineUser(process, database_url, redis_url)


@contextmanager
def engine_user(var: Path, *, prefix: list[str] | None = None, **extra: str) -> Iterator[EngineUser]:
    """Use the engines under `var` inside the block."""
    user = joined(start_user(var, prefix=prefix, **extra))
    try:
        yield user
    except BaseException:
        user.kill()
        raise
    if user.process.returncode is None:
        user.leave()


def processes_of(var: Path) -> list[str]:
    """Return the living processes whose command line or environment names the directory."""
    if sys.platform != "linux":
        listing = subprocess.run(["ps", "axeww", "-o", "command="], capture_output=True, text=True).stdout
        return [line for line in listing.splitlines() if str(var) in line]
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            command = (directory / "cmdline").read_bytes()
            about = command + (directory / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(var) in about and int(directory.name) != os.getpid():
            found.append(f"{directory.name} {command.replace(bytes(1), b' ').decode()}")
    return found


def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until something is so; fail when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.05)


@contextmanager
def own_var(prefix: str) -> Iterator[Path]:
    """Give a directory that everybody may enter, for servers of a test's own, and see that nothing stays behind."""
    with tempfile.TemporaryDirectory(prefix=prefix) as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "var"
        until(lambda: not processes_of(Path(directory)))
        forget(Path(directory) / "var")
