"""The storm, on servers of its own: it kills the database too, away from the one that the other tests run on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine_users import PROJECT, environment, own_var


@pytest.fixture
def var() -> Iterator[Path]:
    with own_var("storm-") as directory:
        yield directory


@pytest.mark.timeout(0)  # the storm has its own
def test_nothing_is_lost_and_nothing_is_done_twice_in_a_storm(var: Path) -> None:
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={var.parent / 'files'}"]
    command = [sys.executable, "-m", "pytest", "tests/faults/storm.py", *options]
    assert subprocess.run(command, cwd=PROJECT, env=environment(var)).returncode == 0
