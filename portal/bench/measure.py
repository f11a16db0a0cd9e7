"""Measuring: what is asked of the portal beside its floor, which is the same SQL without the portal unless a row has its own."""

import gc
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg2
from django.db import DEFAULT_DB_ALIAS, connection, connections

from core.prepared import in_full

WARM = 3
_LIST = re.compile(r"%s(, %s)+")
_wrappers: dict[str, Any] = {}


@dataclass(frozen=True)
class Row:
    """One line of the table: what is asked, how many times its floor it may take, and how far it may grow.

    `growth_limit` compares the time at the largest size with that at the smallest; None where it may grow as it must.
    `clean` is done after each, beside the time taken, `end` after the last; `times` is for what takes seconds; `amount` of rows are written.
    `aim` is how many milliseconds it should take on a quiet machine: it is said, and breaks nothing. `beside` is how many queries
    may be left out, because what they would read beside the rows is not there: only such as are asked once.
    """

    group: str
    title: str
    ask: Callable[[], object]
    floor_limit: float | None = 3.0
    growth_limit: float | None = 2.0
    floor: Callable[[], object] | None = None
    clean: Callable[[], object] | None = None
    times: int | None = None
    amount: int = 0
    aim: float | None = None
    end: Callable[[], object] | None = None
    beside: int = 0


@dataclass
class Measured:
    """Medians in milliseconds of one row at one size, and how many queries it took; `again` are those asked more than once."""

    value: float
    floor: float
    queries: int
    again: int = 0


@dataclass
class Line:
    """One row with what was measured at each size."""

    row: Row
    at: dict[int, Measured] = field(default_factory=dict)

    @property
    def last(self) -> Measured:
        return self.at[max(self.at)]

    @property
    def ratio(self) -> float:
        """How many times its floor the row takes at the largest size."""
        return self.last.value / self.last.floor

    @property
    def growth(self) -> float | None:
        """How many times as long it takes at the largest size as at the smallest."""
        return self.last.value / self.at[min(self.at)].value if len(self.at) > 1 else None

    @property
    def faults(self) -> list[str]:
        """What limit is broken."""
        faults = []
        if self.row.floor_limit is not None and self.ratio > self.row.floor_limit:
            faults.append(f"超过下限的 {self.row.floor_limit:g} 倍")
        if self.row.growth_limit is not None and (self.growth or 0) > self.row.growth_limit:
            faults.append(f"增长超过 {self.row.growth_limit:g} 倍")
        queries = [one.queries for one in self.at.values()]
        if max(queries) - min(queries) > self.row.beside or len({one.again for one in self.at.values()}) > 1:
            faults.append("查询次数随规模变化")
        return faults


def measure(rows: Mapping[int, Row], databases: Mapping[int, str], *, times: int) -> Line:
    """Return the medians of a row and of its floor at each size.

    Row and floor are asked in turn, at one size after the other, so that what else the machine does falls on all.
    """
    line = Line(rows[max(rows)])
    warm, times = (WARM, times) if line.row.times is None else (1, line.row.times)
    with ExitStack() as stack:
        asked, floors_at = {}, {}
        for size, row in rows.items():
            with at(databases[size]):
                for _ in range(2):  # what a process reads once it has read by then
                    asked[size] = captured(row.ask)
                    if row.clean:
                        row.clean()
                floors_at[size] = row.floor or partial(
                    _ask_raw, stack.enter_context(_raw_cursor()), asked[size]
                )
        taken: dict[int, tuple[list[float], list[float]]] = {size: ([], []) for size in rows}
        gc.collect()
        gc.disable()
        for turn in range(warm + times):
            for size, row in rows.items():
                with at(databases[size]):
                    pair = _milliseconds(row.ask, row.clean), _milliseconds(floors_at[size], row.clean)
                if turn >= warm:
                    for kept, one in zip(taken[size], pair, strict=True):
                        kept.append(one)
        gc.enable()
    for size, row in rows.items():
        if row.end:
            with at(databases[size]):
                row.end()
    for size, (values, floors) in taken.items():
        line.at[size] = Measured(
            statistics.median(values), statistics.median(floors), len(asked[size]), asked_again(asked[size])
        )
    return line


def asked_again(asked: Iterable[tuple[str, Any]]) -> int:
    """Return how many queries are of a kind that is asked more than once, whatever their values and however long their lists."""
    kinds = Counter(_LIST.sub("%s", sql) for sql, _ in asked)
    return sum(times for times in kinds.values() if times > 1)


@contextmanager
def at(database: str) -> Iterator[None]:
    """Have Django ask another database of the same server."""
    kept = connections[DEFAULT_DB_ALIAS]
    if database not in _wrappers:
        _wrappers[database] = kept.copy()
        _wrappers[database].settings_dict["NAME"] = database
    connections[DEFAULT_DB_ALIAS] = _wrappers[database]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = kept


def captured(ask: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the SQL that a row asks, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        asked.append(in_full(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return asked


@contextmanager
def _raw_cursor() -> Iterator[Any]:
    parameters = connections[DEFAULT_DB_ALIAS].get_connection_params()
    raw = psycopg2.connect(**parameters | {"cursor_factory": None})
    raw.autocommit = True
    try:
        with raw.cursor() as cursor:
            yield cursor
    finally:
        raw.close()


def _ask_raw(cursor: Any, asked: list[tuple[str, Any]]) -> None:
    for sql, params in asked:
        cursor.execute(sql, params)
        cursor.fetchall()


def _milliseconds(do: Callable[[], object], clean: Callable[[], object] | None) -> float:
    began = time.perf_counter()
    do()
    taken = (time.perf_counter() - began) * 1000
    if clean:
        clean()
    return taken
