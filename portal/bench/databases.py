"""The databases that are measured: one for each size, kept as a copy of the one that grows."""

from collections.abc import Callable, Mapping, Sequence

from django.core.management import call_command
from django.db import connection

from portal.bench import catalogue
from portal.bench.applications import Applications
from portal.bench.measure import at

Report = Callable[[str, int, int], None]
_GROWING = "bench_growing"


def named(what: str, sizes: Sequence[int]) -> dict[int, str]:
    """Return how the database of each size is called."""
    return {size: f"bench_{what}_{size}" for size in sorted(sizes)}


def prepare_matters(databases: Mapping[int, str], seed: int, report: Report) -> None:
    """Grow a catalogue without applications."""
    with _growing():
        call_command("migrate", interactive=False, verbosity=0)
        catalogue.begin()
        for size, database in databases.items():
            report(f"{size:,} 个事项", 0, 1)
            catalogue.grow(size, seed=seed)
            _keep(database, is_last=size == max(databases))
            report(f"{size:,} 个事项", 1, 1)


def prepare_applications(databases: Mapping[int, str], seed: int, report: Report) -> None:
    """Grow the demo's catalogue, people and applications."""
    with _growing():
        applications = Applications(seed=seed, report=report)
        for size, database in databases.items():
            applications.grow(size)
            _keep(database, is_last=size == max(databases))


class _growing:
    """An empty database of our own to grow in."""

    def __enter__(self) -> None:
        _ask(f'DROP DATABASE IF EXISTS "{_GROWING}"', f'CREATE DATABASE "{_GROWING}"')
        self._inside = at(_GROWING)
        self._inside.__enter__()

    def __exit__(self, *failure: object) -> None:
        connection.close()
        self._inside.__exit__(*failure)


def _keep(database: str, *, is_last: bool) -> None:
    """Keep what has grown under a name: a copy, and at last the thing itself."""
    connection.close()
    keep = (
        f'ALTER DATABASE "{_GROWING}" RENAME TO "{database}"'
        if is_last
        else f'CREATE DATABASE "{database}" TEMPLATE "{_GROWING}" STRATEGY FILE_COPY'
    )
    _ask(f'DROP DATABASE IF EXISTS "{database}"', keep)


def _ask(*statements: str) -> None:
    with at("postgres"):
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()
