"""Locks on things that have no row yet."""

from django.db import connection


def lock_name(name: str) -> None:
    """Hold others with the same name back until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
