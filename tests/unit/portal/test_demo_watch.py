"""The watch stops what its supervisor can no longer stop."""

from __future__ import annotations

import signal
import subprocess
import sys

from portal.demo.watch import end_groups, signal_group
from tests.engine_users import PROJECT, until

STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
while True:
    signal.pause()
"""


def leader(code: str = "print(flush=True); import signal; signal.pause()") -> subprocess.Popen[bytes]:
    """Start a process in a group of its own and wait until it runs."""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_watch_ends_the_groups_that_were_not_taken_back() -> None:
    with leader() as kept, leader() as left:
        watch = subprocess.Popen(
            [sys.executable, "-m", "portal.demo.watch"],
            stdin=subprocess.PIPE,
            cwd=PROJECT,
            start_new_session=True,
        )
        watch.communicate(f"+{kept.pid}\n+{left.pid}\n-{kept.pid}\n".encode())
        assert left.wait(timeout=5) == -signal.SIGTERM
        assert kept.poll() is None
        kept.kill()


def test_end_groups_kills_what_does_not_listen() -> None:
    with leader(STUBBORN) as stubborn:
        end_groups({stubborn.pid}, seconds=0.3)
        assert stubborn.wait(timeout=5) == -signal.SIGKILL


def test_signal_group_of_nobody_tells_so() -> None:
    with leader() as process:
        assert signal_group(process.pid, signal.SIGTERM)
        process.wait()
        until(lambda: not signal_group(process.pid, signal.SIGTERM))
