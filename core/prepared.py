"""A question that is asked many times with other keys, whose SQL Django writes once.

Django writes the SQL of a query set anew each time it is asked. For a record that is read with seven tables beside it this
takes several times as long as the database takes to answer, and it is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

Found = TypeVar("Found", bound=Model)
_ANY_NUMBER, _ANY_TEXT = 2**62, "\ue000"  # stand for the first key while the SQL is written


@dataclass(frozen=True)
class _Written:
    """What Django writes and knows of one question."""

    sql: str
    values: Sequence[tuple[Any, int | None]]  # each with the place of the key that it stands for
    converters: Sequence[tuple[int, tuple[Sequence[Callable], Any]]]
    own: slice
    columns: Sequence[str]
    related: Sequence[Any]
    annotations: Sequence[tuple[str, int]]


class Prepared(Generic[Found]):
    """A query set of models by keys, numbers or texts: `ask` returns what it finds for other keys than those it was written with.

    `build` gets as many keys as `ask` and returns the query set; it may not look at them. Related records (`select_related`), annotations,
    order and row locks stand; what is fetched apart (`prefetch_related`) does not.
    """

    def __init__(self, build: Callable[..., QuerySet[Found]]) -> None:
        self._build = build
        self._written: _Written | None = None
        self._locks = False
        self._model: type[Found]

    def ask(self, *keys: int | str) -> list[Found]:
        """Return the records for these keys. Raises TransactionManagementError for a lock outside a transaction."""
        written = self._written or self._write(keys)
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row can be locked only in a transaction.")
        values = [one if place is None else keys[place] for one, place in written.values]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, values)
            return [self._made(written, list(row)) for row in cursor.fetchall()]

    def first(self, *keys: int | str) -> Found | None:
        """Return the first record, or None."""
        return next(iter(self.ask(*keys)), None)

    def _write(self, keys: Sequence[int | str]) -> _Written:
        stand_ins = [
            _ANY_NUMBER + place if isinstance(key, int) else _ANY_TEXT + str(place)
            for place, key in enumerate(keys)
        ]
        found = self._build(*stand_ins)
        query = found.query
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        fields = compiler.klass_info["select_fields"]
        own = slice(fields[0], fields[-1] + 1)
        written = _Written(
            sql=sql,
            values=[(one, stand_ins.index(one) if one in stand_ins else None) for one in values],
            converters=list(compiler.get_converters([one[0] for one in compiler.select]).items()),
            own=own,
            columns=[one[0].target.attname for one in compiler.select[own]],
            related=get_related_populators(compiler.klass_info, compiler.select, found.db),
            annotations=list(compiler.annotation_col_map.items()),
        )
        self._model, self._locks = compiler.klass_info["model"], query.select_for_update
        self._written = written
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
