"""File locks: they vanish with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class FileLock:
    """One lock file, held shared (by many) or exclusively (by one) by this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def _take(self, operation: int) -> bool:
        if self._file is None:
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(self._file, operation)
        except BlockingIOError:
            return False
        return True

    def share(self) -> None:
        """Wait until nobody holds the lock exclusively, then hold it together with others."""
        self._take(fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        """Take the lock alone if nobody else holds it. A failed try from a shared hold may lose that hold."""
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def exclusive(self, *, seconds: float) -> bool:
        """Take the lock alone within so many seconds, or return False."""
        deadline = time.monotonic() + seconds
        while not self.try_exclusive():
            if time.monotonic() > deadline:
                self.release()
                return False
            time.sleep(0.05)
        return True

    def release(self) -> None:
        """Let go, also for processes forked from this one."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._file.close()
            self._file = None


def is_held_alone(path: Path) -> bool:
    """Tell whether a living process holds the lock exclusively, without disturbing others who ask."""
    probe = FileLock(path)
    held = not probe._take(fcntl.LOCK_SH | fcntl.LOCK_NB)
    if held:
        probe._file.close()  # type: ignore[union-attr]
    else:
        probe.release()
    return held


@contextmanager
def alone(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold the lock exclusively inside the block; raise TimeoutError when it cannot be had in time."""
    lock = FileLock(path)
    if not lock.exclusive(seconds=seconds):
        raise TimeoutError(f"{path} has been held by another process for {seconds:.0f} seconds.")
    try:
        yield
    finally:
        lock.release()
