"""Processes that are really ours."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> None:
    """Ask the kernel to signal this process when the thread that started it ends (Linux; elsewhere nothing).

    To be called between fork and exec, after any change of user.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal_number)


def command_line(pid: int) -> str:
    """Return the command line of a living process; empty for a zombie or when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if sys.platform == "linux":
            return ""
    listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S607
    return listing.stdout.strip()


def end_leftover(pid_file: Path, *, directory: Path, stop_signal: signal.Signals) -> None:
    """End the server that a pid file names, but only if it works in our directory; drop a stale pid file.

    A pid file outlives a crash, and its number may by now belong to anybody.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        pid_file.unlink(missing_ok=True)
        return
    for attempt_signal, seconds in ((stop_signal, 10.0), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + seconds
        if str(directory) in command_line(pid):
            os.kill(pid, attempt_signal)
        while str(directory) in command_line(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def free_port() -> int:
    """Return a loopback port that the operating system says is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
