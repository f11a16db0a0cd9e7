"""A question that is asked many times with other keys: Django writes its SQL once, and each session of the database plans it once.

Django writes the SQL of a query set anew each time it is asked, and PostgreSQL plans it anew. For a record that is read with
others beside it either takes several times as long as reading it, and comes to the same each time. So it is with a
statement that writes many rows: `execute`.

What is prepared belongs to the session: a pool of connections must hand out whole sessions, not transactions.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection
from django.db.backends.signals import connection_created
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.query import ModelIterable, get_related_populators
from django.db.transaction import TransactionManagementError
from django.dispatch import receiver
from psycopg2.extensions import AsIs

Found = TypeVar("Found")
_ANY_KEY = 2**62  # stands for the first key while the SQL is written
_MOST = 100  # what one session keeps, some 25 MB: of more, what was asked longest ago is planned again when it comes
_in_session: WeakKeyDictionary[Any, OrderedDict[str, bool]] = WeakKeyDictionary()  # False: to be planned anew
_by_name: dict[str, _Statement] = {}
_by_sql: dict[str, _Statement] = {}


@dataclass(frozen=True)
class _Statement:
    """SQL with its values, some of which stand for keys; `name` is what sessions know it by."""

    name: str
    sql: str
    values: Sequence[Any]


@dataclass(frozen=True)
class _Written:
    """What Django writes and knows of one question."""

    statement: _Statement
    converters: Sequence[tuple[int, tuple[Sequence[Callable], Any]]]
    own: slice | None
    columns: Sequence[str]
    related: Sequence[Any]
    annotations: Sequence[tuple[str, int]]


class Prepared(Generic[Found]):
    """A query set of models by keys: `ask` returns what it finds for other keys than those it was written with.

    `build` gets as many keys as `ask` and returns the query set; it may not look at them. Related records (`select_related`), annotations,
    order and row locks stand; what is fetched apart (`prefetch_related`) does not (`core.whole`). A key may be a list (`Among`).
    Of a query set of values (`values_list`) it returns the rows.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Found]]) -> None:
        self._build = build
        self._written: _Written | None = None
        self._locks = False
        self._model: type[Model]

    def ask(self, *keys: int | Sequence[int]) -> list[Found]:
        """Return the records for these keys. Raises TransactionManagementError for a lock outside a transaction."""
        written = self._written or self._write(len(keys))
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row can be locked only in a transaction.")
        with connection.cursor() as cursor:
            _call(cursor, written.statement, keys)
            return [self._made(written, list(row)) for row in cursor.fetchall()]

    def first(self, *keys: int | Sequence[int]) -> Found | None:
        """Return the first record, or None."""
        return next(iter(self.ask(*keys)), None)

    def _write(self, many: int) -> _Written:
        found = self._build(*(_ANY_KEY + place for place in range(many)))
        query = found.query
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        own = None
        if issubclass(found._iterable_class, ModelIterable):
            fields = compiler.klass_info["select_fields"]
            own = slice(fields[0], fields[-1] + 1)
        written = _Written(
            statement=_known(sql, values),
            converters=list(compiler.get_converters([one[0] for one in compiler.select]).items()),
            own=own,
            columns=[one[0].target.attname for one in compiler.select[own]] if own else (),
            related=get_related_populators(compiler.klass_info, compiler.select, found.db) if own else (),
            annotations=list(compiler.annotation_col_map.items()) if own else (),
        )
        self._model, self._locks = found.model, query.select_for_update
        self._written = written
        return written

    def _made(self, written: _Written, row: list[Any]) -> Any:
        for position, (converters, expression) in written.converters:
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        if written.own is None:
            return tuple(row)
        record = self._model.from_db(connection.alias, written.columns, row[written.own])
        for populator in written.related:
            populator.populate(row, record)
        for name, position in written.annotations:
            setattr(record, name, row[position])
        return record


class Among(Func):
    """Whether a column is one of the keys of a list: as SQL the same for any number of them, which `IN` is not."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, keys: Any) -> None:
        super().__init__(F(column), Value(keys))


def execute(cursor: Any, sql: str, values: Sequence[Any]) -> None:
    """Have a statement done whose SQL comes again and again with other values, each of a type that its place tells."""
    statement = _by_sql.get(sql)
    if statement is None:
        statement = _by_sql[sql] = _known(sql, [_ANY_KEY + place for place in range(len(values))])
    _call(cursor, statement, values)


def in_full(call: str, keys: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Return the SQL, with its values, that a statement calls by its name; any other statement as it is."""
    found = _by_name.get(call.removeprefix("EXECUTE ").partition("(")[0])
    return (found.sql, _filled(found, keys)) if found else (call, keys)


@receiver(connection_created)
def _one_plan(connection: Any, **_: Any) -> None:
    """Have a session keep one plan for each question: all are asked by keys, so that the values cannot tell a better one."""
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")


def _known(sql: str, values: Sequence[Any]) -> _Statement:
    """Return a statement under a name that means it and nothing else, in whichever process and session."""
    name = f"portal_{blake2b(repr((sql, values)).encode(), digest_size=8).hexdigest()}"
    statement = _Statement(name, sql, values)
    _by_name[statement.name] = statement
    return statement


def _call(cursor: Any, statement: _Statement, keys: Sequence[Any]) -> None:
    """Ask the session that Django uses now, which plans what it does not know."""
    planned = _in_session.setdefault(connection.connection, OrderedDict())
    is_new = not planned.get(statement.name)
    if is_new:
        _prepare(statement, planned)
    planned.move_to_end(statement.name)
    try:
        cursor.execute(f"EXECUTE {statement.name}({', '.join(['%s'] * len(keys))})", keys)
    except NotSupportedError:  # a column has another type than when it was planned
        planned[statement.name] = False
        if is_new or connection.in_atomic_block:
            raise
        _call(cursor, statement, keys)


def _prepare(statement: _Statement, planned: OrderedDict[str, bool]) -> None:
    numbered = _filled(statement, [AsIs(f"${number}") for number in range(1, len(statement.values) + 1)])
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        leaves = statement.name if statement.name in planned else next(iter(planned), None)
        if leaves == statement.name or len(planned) >= _MOST:
            cursor.execute(f"DEALLOCATE {leaves}")
            del planned[leaves]
        cursor.execute(f"PREPARE {statement.name} AS {statement.sql}", numbered)
    planned[statement.name] = True


def _filled(statement: _Statement, keys: Sequence[Any]) -> list[Any]:
    return [keys[one - _ANY_KEY] if _stands_for_key(one) else one for one in statement.values]


def _stands_for_key(value: Any) -> bool:
    return isinstance(value, int) and value >= _ANY_KEY
