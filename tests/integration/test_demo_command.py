"""`python manage.py demo`: it starts, says when it runs already, and leaves nothing behind however it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.engine_users import PROJECT, environment, own_var, processes_of, until

DEMO = [sys.executable, "manage.py", "demo"]
NOT_INHERITED = ("DEMO", "PLAIN_HTTP", "CLOCK_MAY_MOVE", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE")


@pytest.fixture
def var() -> Iterator[Path]:
    with own_var("demo test ") as directory:
        yield directory


def settings(var: Path) -> dict[str, str]:
    return {name: value for name, value in environment(var).items() if name not in NOT_INHERITED}


@contextmanager
def running_demo(var: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the demo and give it with the address it prints; it does not outlive the block."""
    process = subprocess.Popen(
        DEMO,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=settings(var),
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # the tests may run under nohup
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"http://[\d.]+:\d+", said)
        assert found, said
        yield process, found.group()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def status_at_the_end(process: subprocess.Popen[str], var: Path) -> int:
    """Wait for a demo that was told to stop, and return its status; if it goes on, fail with what is still there."""
    assert process.stdout is not None
    try:
        return process.wait(timeout=90)
    except subprocess.TimeoutExpired:
        left = processes_of(var)
        process.kill()
        logs = [f"--- {log}\n{log.read_text(errors='replace')[-2000:]}" for log in var.rglob("*.log")]
        return pytest.fail("\n".join(["The demo goes on.", *left, process.stdout.read(), *logs]))


@pytest.mark.timeout(600)
def test_demo_starts_and_leaves_no_process_behind_however_it_ends(var: Path) -> None:
    checked = subprocess.run(
        [*DEMO, "--check"], capture_output=True, text=True, cwd=PROJECT, env=settings(var)
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert not processes_of(var)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with running_demo(var) as (process, address):
            second = subprocess.run(DEMO, capture_output=True, text=True, cwd=PROJECT, env=settings(var))
            assert (second.returncode, address in second.stdout) == (0, True), second.stdout + second.stderr
            process.send_signal(number)
            assert status_at_the_end(process, var) == 0
        assert not processes_of(var)

    with running_demo(var) as (process, _):
        process.kill()
        until(lambda: not processes_of(var))
