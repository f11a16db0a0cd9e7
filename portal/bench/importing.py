"""An import of new matters beside its floor: COPY of the very same rows into the same tables, indexes and triggers."""

import io
import json
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Max, Model

from core import clock
from core.models import AuditEntry
from matters.models import Material, Matter, MatterVersion, SearchEntry, Step
from matters.services.catalogue_import import import_catalogue
from portal.bench.catalogue import CATALOGUE, unused
from portal.bench.measure import Row

MATTERS = 2_000
SLOWEST = 0.3  # of what COPY writes in a second
# What an import of matters fills, in an order that the triggers take: parts of a version before it stands published.
_FILLED: list[type[Model]] = [AuditEntry, Matter, Material, Step, MatterVersion, SearchEntry]


def row(*, seed: int) -> Row:
    """Return the row of an import of MATTERS new matters; nothing of it stays."""
    text = _catalogue(seed)
    written, rows = _written(text)
    return Row(
        "导入",
        f"{MATTERS:,} 个新事项（{rows:,} 行）",
        _rolled_back(lambda: import_catalogue(text=text, by=None, now=clock.now())),
        floor=_rolled_back(lambda: _copy(written)),
        floor_limit=round(1 / SLOWEST, 2),
        growth_limit=None,
        clean=_vacuum,
        times=3,
        amount=rows,
    )


def _catalogue(seed: int) -> str:
    real = {one["code"]: one for one in json.loads(CATALOGUE.read_text("utf-8"))["matters"]}
    made = [
        real[of] | {"code": code, "name": name, "everyday_name": everyday}
        for code, of, name, everyday, _ in unused(MATTERS, seed=seed)
    ]
    return json.dumps({"matters": made}, ensure_ascii=False)


def _written(text: str) -> tuple[list[tuple[str, str]], int]:
    """Return what an import writes, by COPY statements with their lines, and how many rows."""
    before = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in _FILLED}
    copies, rows = [], 0
    with transaction.atomic(), connection.cursor() as cursor:
        import_catalogue(text=text, by=None, now=clock.now())
        for model, last in before.items():
            table, lines = model._meta.db_table, io.StringIO()
            fields = (field for field in model._meta.concrete_fields if not field.generated)
            columns = ", ".join(f'"{field.column}"' for field in fields)
            cursor.copy_expert(
                f"COPY (SELECT {columns} FROM {table} WHERE id > {last} ORDER BY id) TO STDOUT",  # noqa: S608
                lines,
            )
            rows += cursor.rowcount
            copies.append((f"COPY {table} ({columns}) FROM STDIN", lines.getvalue()))
        transaction.set_rollback(True)
    _vacuum()
    return copies, rows


def _copy(copies: list[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        for statement, lines in copies:
            cursor.copy_expert(statement, io.StringIO(lines))


def _rolled_back(act: Callable[[], object]) -> Callable[[], object]:
    """Return an act with all that its commit would check, of which nothing stays."""

    def acted() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            act()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)

    return acted


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {', '.join(model._meta.db_table for model in _FILLED)}")
