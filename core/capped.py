"""Counts that people read: exact up to a thousand, and never a million rows read for one."""

from django.db.models import QuerySet

MOST_COUNTED = 999


def capped(rows: QuerySet, most: int | None = None) -> int:
    """Return how many rows there are, and one more than `most` (MOST_COUNTED) for any more."""
    most = MOST_COUNTED if most is None else most
    return rows.order_by().values("pk")[: most + 1].count()


def said(count: int, most: int | None = None) -> str:
    """Return a capped count as people read it: 999+ for more than could be counted."""
    most = MOST_COUNTED if most is None else most
    return f"{most}+" if count > most else str(count)
