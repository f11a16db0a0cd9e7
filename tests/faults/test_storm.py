"""The storm, on servers of its own: it kills the database too, away from the one that the other tests run on."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.engines import forget
from tests.engine_users import PROJECT, environment, processes_of, until


@pytest.fixture
def var() -> Iterator[Path]:
    """Give a directory for servers of this test's own, and see that nothing stays behind."""
    with tempfile.TemporaryDirectory(prefix="storm-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "var"
        until(lambda: not processes_of(Path(directory)))
        forget(Path(directory) / "var")


@pytest.mark.timeout(0)  # the storm has its own
def test_nothing_is_lost_and_nothing_is_done_twice_in_a_storm(var: Path) -> None:
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={var.parent / 'files'}"]
    command = [sys.executable, "-m", "pytest", "tests/faults/storm.py", *options]
    assert subprocess.run(command, cwd=PROJECT, env=environment(var)).returncode == 0
