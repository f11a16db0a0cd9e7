"""Counts that people read: exact up to a thousand, and never a million rows read for one."""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST_COUNTED = 999


def capped(rows: QuerySet, most: int | None = None) -> int:
    """Return how many rows there are, and one more than `most` (MOST_COUNTED) for any more."""
    most = MOST_COUNTED if most is None else most
    return rows.order_by().values("pk")[: most + 1].count()


def capped_each(*rows: QuerySet) -> list[int]:
    """Return what `capped` returns for each of several query sets, asked at once."""
    parts, values = [], []
    for each in rows:
        try:
            sql, given = each.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
        else:
            parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - what Django writes
            values.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def said(count: int, most: int | None = None) -> str:
    """Return a capped count as people read it: 999+ for more than could be counted."""
    most = MOST_COUNTED if most is None else most
    return f"{most}+" if count > most else str(count)
