"""What a proof needs: that a refusal leaves no trace, and threads that press at the same instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.errors import Refusal
from tests.world import empty_tables, tables

ALSO_WRITTEN = ("core_auditentry", "core_applicant")  # by acts, though the world begins with some


def everything() -> dict[str, str]:
    """Return a fingerprint of every table that acts write to: those the world leaves empty, and a few more."""
    with connection.cursor() as cursor:
        return {table: _fingerprint(cursor, table) for table in tables_of_acts(cursor)}


def tables_of_acts(cursor: CursorWrapper) -> dict[str, str]:
    """Return the tables that acts write to, with their columns."""
    written = {*empty_tables(cursor), *ALSO_WRITTEN}
    return {table: columns for table, columns in tables(cursor).items() if table in written}


def _fingerprint(cursor: object, table: str) -> str:
    cursor.execute(  # type: ignore[attr-defined]
        f"SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
    )
    return cursor.fetchone()[0]  # type: ignore[attr-defined]


class Moment:
    """What acts have written up to now, to go back to with real commits as often as is wanted: see `everything`."""

    def __enter__(self) -> Moment:
        with connection.cursor() as cursor:
            self.tables = tables_of_acts(cursor)
            for table, columns in self.tables.items():
                cursor.execute(f"CREATE TEMP TABLE then_{table} AS SELECT {columns} FROM {table}")
        return self

    def bring_back(self) -> None:
        """Make every table that acts write to what it was."""
        again = (
            f"DELETE FROM {table}; INSERT INTO {table} ({columns}) TABLE then_{table};"
            for table, columns in self.tables.items()
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # the audit trail refuses otherwise
            cursor.execute("".join(again))

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(f'then_{table}' for table in self.tables)}")


@dataclass
class Caught:
    """The refusal of a block, once the block has ended."""

    refusal: Refusal | None = None


@contextmanager
def refused(code: str) -> Iterator[Caught]:
    """Expect the block to be refused with this code and a sentence, and to leave every row as it was."""
    before, caught = everything(), Caught()
    with pytest.raises(Refusal) as raised:
        yield caught
    caught.refusal = raised.value
    assert raised.value.code == code, f"{raised.value.code}: {raised.value.message}"
    assert raised.value.message.endswith("。")
    after = everything()
    assert {table for table in after if after[table] != before[table]} == set()


def press_together(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Run the acts in threads of their own, started at one instant; return what each returned or was refused with.

    Anything that is not a Refusal fails the test.
    """
    results: list[object] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def press(index: int) -> None:
        try:
            gate.wait(30)
            results[index] = acts[index]()
        except Refusal as refusal:
            results[index] = refusal
        except Exception as error:  # shown by the assertion below, in the test's own thread
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    wrong = [each for each in results if isinstance(each, Exception) and not isinstance(each, Refusal)]
    assert not wrong, wrong
    assert not any(thread.is_alive() for thread in threads)
    return results


def refusals(results: Sequence[object]) -> list[str]:
    """Return the codes of the refusals among the results."""
    return [each.code for each in results if isinstance(each, Refusal)]
