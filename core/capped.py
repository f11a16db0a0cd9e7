"""Counts that people read: exact up to a thousand, and never a million rows read for one."""

from django.db.models import QuerySet

MOST_COUNTED = 999


def capped(rows: QuerySet, most: int = MOST_COUNTED) -> int:
    """Return how many rows there are, and `most` + 1 for any more."""
    return rows.order_by().values("pk")[: most + 1].count()


def said(count: int, most: int = MOST_COUNTED) -> str:
    """Return a capped count as people read it: 999+ for more than could be counted."""
    return f"{most}+" if count > most else str(count)
