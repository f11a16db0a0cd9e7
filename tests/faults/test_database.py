"""The database server itself is killed, away from the one that the other tests run on."""

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
    """Give a directory for a server of this test's own, and see that nothing stays behind."""
    with tempfile.TemporaryDirectory(prefix="killed-database-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory) / "var"
        until(lambda: not processes_of(Path(directory)))
        forget(Path(directory) / "var")


@pytest.mark.timeout(240)
def test_nothing_is_lost_and_nothing_is_done_twice_when_the_database_is_killed(var: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/faults/killed_database.py",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
    ]
    run = subprocess.run(
        [*command, "-p", "no:xdist", f"--basetemp={var.parent / 'files'}"],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env=environment(var),
    )

    print(run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
