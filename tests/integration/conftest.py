"""Real processes for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers import Crew, crew


@pytest.fixture
def hall(transactional_db: None, world: object, tmp_path: Path) -> Iterator[Crew]:
    """A crew of processes on this test's database and key prefix; gone before the database is emptied."""
    with crew(tmp_path) as gathered:
        yield gathered
