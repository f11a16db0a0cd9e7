"""The demo keeps away from databases that are not its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.models import DemoMark
from portal import engines
from portal.demo.guard import refuse_foreign_database


@pytest.fixture
def empty_database(db: None) -> Iterator[BaseDatabaseWrapper]:
    """Give a connection to a new database without a single table."""
    name = f"test_guard_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    empty = connections.create_connection("default")
    empty.settings_dict = {**connection.settings_dict, "NAME": name}
    try:
        yield empty
    finally:
        empty.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def test_refuse_foreign_database_lets_an_empty_one_pass(empty_database: BaseDatabaseWrapper) -> None:
    refuse_foreign_database(empty_database)


def test_refuse_foreign_database_refuses_somebody_elses_tables(empty_database: BaseDatabaseWrapper) -> None:
    with empty_database.cursor() as cursor:
        cursor.execute("CREATE TABLE their_payroll (name text)")
    with pytest.raises(CommandError, match="不是演示库") as refusal:
        refuse_foreign_database(empty_database)
    assert "is not a demo database" in str(refusal.value)


@pytest.mark.django_db
def test_refuse_foreign_database_refuses_a_portal_without_the_mark() -> None:
    DemoMark.objects.all().delete()
    with pytest.raises(CommandError, match="不是演示库"):
        refuse_foreign_database(connection)


@pytest.mark.django_db
def test_refuse_foreign_database_lets_a_marked_one_pass() -> None:
    DemoMark.objects.get_or_create(id=1)
    refuse_foreign_database(connection)


@pytest.mark.django_db
def test_refuse_foreign_database_lets_a_half_made_private_one_pass(
    empty_database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty_database.cursor() as cursor:
        cursor.execute("CREATE TABLE core_user (name text)")
    monkeypatch.setattr(engines, "is_our_database", lambda name: name == empty_database.settings_dict["NAME"])
    refuse_foreign_database(empty_database)
