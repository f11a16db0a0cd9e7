"""A question that is asked many times with other keys: Django writes its SQL once, and each session of the database plans it once.

Django writes the SQL of a query set anew each time it is asked, and PostgreSQL plans it anew. For a record that is read with
others beside it either takes several times as long as reading it, and comes to the same each time.

What is prepared belongs to the session: a pool of connections must hand out whole sessions, not transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError
from psycopg2.extensions import AsIs

Found = TypeVar("Found", bound=Model)
_ANY_KEY = 2**62  # stands for the first key while the SQL is written
_numbers = count(1)
_in_session: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # what each session has prepared
_by_name: dict[str, _Written] = {}


@dataclass(frozen=True)
class _Written:
    """What Django writes and knows of one question; `name` is what sessions know it by."""

    name: str
    sql: str
    values: Sequence[Any]
    converters: Sequence[tuple[int, tuple[Sequence[Callable], Any]]]
    own: slice
    columns: Sequence[str]
    related: Sequence[Any]
    annotations: Sequence[tuple[str, int]]


class Prepared(Generic[Found]):
    """A query set of models by keys: `ask` returns what it finds for other keys than those it was written with.

    `build` gets as many keys as `ask` and returns the query set; it may not look at them. Related records (`select_related`), annotations,
    order and row locks stand; what is fetched apart (`prefetch_related`) does not.
    """

    def __init__(self, build: Callable[..., QuerySet[Found]]) -> None:
        self._build = build
        self._written: _Written | None = None
        self._locks = False
        self._model: type[Found]

    def ask(self, *keys: int) -> list[Found]:
        """Return the records for these keys. Raises TransactionManagementError for a lock outside a transaction."""
        written = self._written or self._write(len(keys))
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row can be locked only in a transaction.")
        with connection.cursor() as cursor:
            _prepare(written)
            try:
                cursor.execute(_call(written.name, len(keys)), keys)
            except NotSupportedError:  # a column has another type than when it was planned
                self._written = None
                raise
            return [self._made(written, list(row)) for row in cursor.fetchall()]

    def first(self, *keys: int) -> Found | None:
        """Return the first record, or None."""
        return next(iter(self.ask(*keys)), None)

    def _write(self, many: int) -> _Written:
        found = self._build(*(_ANY_KEY + place for place in range(many)))
        query = found.query
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        fields = compiler.klass_info["select_fields"]
        own = slice(fields[0], fields[-1] + 1)
        written = _Written(
            name=f"portal_{next(_numbers)}",
            sql=sql,
            values=values,
            converters=list(compiler.get_converters([one[0] for one in compiler.select]).items()),
            own=own,
            columns=[one[0].target.attname for one in compiler.select[own]],
            related=get_related_populators(compiler.klass_info, compiler.select, found.db),
            annotations=list(compiler.annotation_col_map.items()),
        )
        self._model, self._locks = compiler.klass_info["model"], query.select_for_update
        self._written = _by_name[written.name] = written
        return written

    def _made(self, written: _Written, row: list[Any]) -> Found:
        for position, (converters, expression) in written.converters:
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        record = self._model.from_db(connection.alias, written.columns, row[written.own])
        for populator in written.related:
            populator.populate(row, record)
        for name, position in written.annotations:
            setattr(record, name, row[position])
        return record


def in_full(call: str, keys: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Return the SQL, with its values, that a statement calls by its name; any other statement as it is."""
    found = _by_name.get(call.removeprefix("EXECUTE ").partition("(")[0])
    return (found.sql, _filled(found, keys)) if found else (call, keys)


def _call(name: str, many: int) -> str:
    return f"EXECUTE {name}({', '.join(['%s'] * many)})"


def _prepare(written: _Written) -> None:
    """Have the session that Django uses now know a question."""
    known = _in_session.setdefault(connection.connection, set())
    if written.name in known:
        return
    numbered = _filled(written, [AsIs(f"${number}") for number in range(1, len(written.values) + 1)])
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"PREPARE {written.name} AS {written.sql}", numbered)
    known.add(written.name)


def _filled(written: _Written, keys: Sequence[Any]) -> list[Any]:
    return [keys[one - _ANY_KEY] if _stands_for_key(one) else one for one in written.values]


def _stands_for_key(value: Any) -> bool:
    return isinstance(value, int) and value >= _ANY_KEY
