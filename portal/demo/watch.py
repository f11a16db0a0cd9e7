"""The watch: ends the demo's processes should their supervisor be killed without a chance to do so itself.

It reads process groups from its standard input (`+123`, `-123`). The input ends when the supervisor does,
however that happens; whatever has not been taken back by then is stopped.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 10.0


def main() -> None:
    """Read until the end of input, then stop the groups that are left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    end_groups(groups, seconds=GRACE_SECONDS)


def end_groups(groups: set[int], *, seconds: float) -> None:
    """Ask process groups to end, and kill what has not ended after so many seconds."""
    alive = {group for group in groups if signal_group(group, signal.SIGTERM)}
    deadline = time.monotonic() + seconds
    while alive and time.monotonic() < deadline:
        time.sleep(0.1)
        alive = {group for group in alive if signal_group(group, 0)}
    for group in alive:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, signal_number: int) -> bool:
    """Send a signal to a process group; tell whether there was anybody left to receive it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal_number)
        return True
    return False


if __name__ == "__main__":
    main()
