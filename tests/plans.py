"""What a question reads: tables filled with copies of a row, and how many rows of them each question touches.

Plans are run and their rows counted; how long they take is never asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator

from django.db import connection, models

from core import clock
from portal.bench.measure import captured

FIRST = 1_000_000
"""The number from which copies are counted; in SQL `n` counts them and `now_` is the moment."""


def copy(
    model: type[models.Model],
    *,
    rows: int,
    with_copies: Collection[type[models.Model]] = (),
    start: int = FIRST,
    **said: str,
) -> None:
    """Lay copies of a table's last row beside it; they refer to copies of the models in `with_copies`,
    and of whatever belongs to one row alone.

    `said` are columns as SQL. Nothing is asked of what the copies refer to: it need not be there.
    """
    table, template = model._meta.db_table, model._default_manager.order_by("pk").last()
    assert template, f"there is no {model.__name__} to copy"
    fields = model._meta.concrete_fields
    values = [said.get(field.column) or _copied(field, start, with_copies) for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table}, "
            f"generate_series(1, {rows}) n, (SELECT %s::timestamptz AS now_) m WHERE {table}.id = %s",
            [clock.now(), template.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute(f"ANALYZE {table}")


def _copied(field: models.Field, start: int, with_copies: Collection[type[models.Model]]) -> str:
    if field.primary_key:
        return f"{start} + n"
    if field.is_relation and (field.unique or field.related_model in with_copies):
        return f'CASE WHEN "{field.column}" IS NOT NULL THEN {start} + n END'
    if field.unique:
        return f'left("{field.column}", 10) || ({start} + n)'
    return f'"{field.model._meta.db_table}"."{field.column}"'


def asked_by(act: Callable[[], object], *, of: Collection[type[models.Model]]) -> list[str]:
    """Return the questions that an act asks of some tables."""
    tables = [f'"{model._meta.db_table}"' for model in of]
    asked = captured(act)
    with connection.cursor() as cursor:
        found = [cursor.mogrify(sql, values).decode() for sql, values in asked]
    reads = [sql for sql in found if sql.startswith("SELECT")]
    return [sql for sql in reads if any(table in sql for table in tables)]


def touched(sql: str, *, of: Collection[type[models.Model]]) -> dict[str, int]:
    """Return how many rows of each of some tables, or entries of an index, a question reads."""
    tables, found = {model._meta.db_table for model in of}, dict[str, int]()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql.replace("%", "%%"), None)
        (plan,) = cursor.fetchone()
    for node in _nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]):
        if node.get("Relation Name") in tables or node["Node Type"] == "Bitmap Index Scan":
            name = node.get("Relation Name") or node["Index Name"]
            read = sum(node.get(key, 0) for key in READ)
            found[name] = found.get(name, 0) + int(read * node["Actual Loops"])
    return found


def counts_in(asked: Collection[str]) -> list[str]:
    """Return each count among some questions; those that are asked in one (`capped_each`) one by one."""
    found = [sql for sql in asked if "COUNT(" in sql.upper()]
    return [one for sql in found for one in re.findall(COUNTED, sql) or [sql]]


COUNTED = r"\(SELECT count\(\*\) FROM \((.*?)\) AS counted\)"
READ = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")


def _nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def wide(questions: Collection[str], *, of: Collection[type[models.Model]], most: int) -> str:
    """Return the questions that touch more rows than `most` of one table, with what they read; empty when none does."""
    found = {sql: touched(sql, of=of) for sql in questions}
    return "\n\n".join(
        f"{read}\n{sql}" for sql, read in found.items() if max(read.values(), default=0) > most
    )
