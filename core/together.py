"""Several changes of rows in one statement: one way to the database and back, where each `save` takes its own.

The parts are those of a `WITH`: all see the rows as they were before it, so none may change a row that another
changes too. What the database refuses (a constraint, a trigger) refuses all of it, with the exception that `save` raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from core import prepared


class Together:
    """What is to be written, gathered part by part and written by `run`."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []
        self._asked: list[str] = []
        self._asked_with: list[Any] = []

    def insert(self, row: Model, **worked_out: str) -> str:
        """Add a new row; return the name of the part (`id_of`). `worked_out` are columns told in SQL."""
        return self._insert(row, "", worked_out)

    def upsert(self, row: Model, *, unique: Iterable[str], changes: Iterable[str]) -> str:
        """Add a row or, where one stands with the same `unique` columns, make the `changes` to that one; as `insert`."""
        columns = {field.name: f'"{field.column}"' for field in row._meta.concrete_fields}
        changed = ", ".join(f"{columns[name]} = EXCLUDED.{columns[name]}" for name in changes)
        among = ", ".join(columns[name] for name in unique)
        return self._insert(row, f" ON CONFLICT ({among}) DO UPDATE SET {changed}", {})

    def id_of(self, part: str) -> str:
        """Return the SQL for the id of the row that a part adds."""
        return f"(SELECT id FROM {part})"  # noqa: S608 - a name of our own

    def update(self, row: Model, columns: Iterable[str]) -> None:
        """Change these columns of a row to what the record says."""
        sql, fields = _change(type(row), tuple(columns))
        self._add(sql, [*(_value_of(field, row) for field in fields), row.pk])

    def also(self, sql: str, *values: Any) -> str:
        """Do another change; return the name under which what it returns can be asked."""
        return self._add(sql, values)

    def ask(self, sql: str, *values: Any) -> None:
        """Have `run` return the value of an expression too."""
        self._asked.append(sql)
        self._asked_with.extend(values)

    def run(self) -> tuple[Any, ...]:
        """Write all of it; return what was asked, in its order. Where there is nothing to write nothing is asked."""
        if not self._parts:
            return ()
        parts = ", ".join(f"{_name(position)} AS ({sql})" for position, sql in enumerate(self._parts))
        with connection.cursor() as cursor:
            prepared.execute(
                cursor,
                f"WITH {parts} SELECT {', '.join(self._asked) or 'NULL'}",
                [*self._values, *self._asked_with],
            )
            answers: tuple[Any, ...] = cursor.fetchone()
            return answers

    def _insert(self, row: Model, on_conflict: str, worked_out: Mapping[str, str]) -> str:
        sql, fields = _insertion(type(row))
        told = [worked_out.get(field.name, "%s") for field in fields]
        values = [_value_of(field, row) for field in fields if field.name not in worked_out]
        return self._add(f"{sql} VALUES ({', '.join(told)}){on_conflict} RETURNING id", values)

    def _add(self, sql: str, values: Iterable[Any]) -> str:
        self._parts.append(sql)
        self._values.extend(values)
        return _name(len(self._parts) - 1)


def add(*rows: Model) -> None:
    """Add new rows in one statement; each gets its id."""
    written = Together()
    for row in rows:
        written.ask(written.id_of(written.insert(row)))
    are_added(rows, written.run())


def are_added(rows: Iterable[Model], ids: Iterable[int]) -> None:
    """Have records know that they are rows now, of these ids."""
    for row, pk in zip(rows, ids, strict=True):
        row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def _name(position: int) -> str:
    return f"part_{position}"


def _value_of(field: Field, row: Model) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)


@cache
def _insertion(model: type[Model]) -> tuple[str, list[Field]]:
    fields = [one for one in model._meta.concrete_fields if not (one.generated or one.primary_key)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns})', fields


@cache
def _change(model: type[Model], columns: tuple[str, ...]) -> tuple[str, list[Field]]:
    fields = [model._meta.get_field(name) for name in columns]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE "id" = %s', fields  # noqa: S608 - names of our own
