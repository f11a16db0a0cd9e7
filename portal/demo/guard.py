"""Keep the demonstration away from databases that are not its own."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper

from core.models import DemoMark
from portal import engines


def refuse_foreign_database(connection: BaseDatabaseWrapper) -> None:
    """Raise CommandError unless the database is private, empty of tables, or carries the mark of the demo."""
    tables = connection.introspection.table_names()
    if not tables or engines.is_our_database(str(connection.settings_dict["NAME"])):
        return
    if DemoMark._meta.db_table in tables and DemoMark.objects.using(connection.alias).exists():
        return
    name = connection.settings_dict["NAME"]
    raise CommandError(
        f"数据库“{name}”中已有数据表，且不是演示库，演示未启动，也未作任何改动。"
        "请把 DATABASE_URL 指向一个空数据库，或不设置它以使用自带的数据库。\n"
        f"The database “{name}” holds tables and is not a demo database. "
        "The demo did not start and changed nothing. "
        "Point DATABASE_URL at an empty database, or leave it out to use a private one."
    )
