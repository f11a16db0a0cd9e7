"""Measuring every row at every size, and the tables of it."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from core.clock import local_date
from portal.bench import databases
from portal.bench.measure import Line, at, measure
from portal.bench.report import Part, cells, headings, report_text, throughput
from portal.bench.routing import routed
from portal.bench.rows import rows_of_applications, rows_of_matters
from portal.demo.progress import ProgressReport
from portal.engines import is_our_database

_ROWS = {"matters": rows_of_matters, "applications": rows_of_applications}
_PREPARED = {"matters": databases.prepare_matters, "applications": databases.prepare_applications}
_UNITS = {"matters": "个事项", "applications": "件申报"}


def run(
    *,
    matters: Sequence[int],
    applications: Sequence[int],
    times: int,
    seed: int,
    keep: bool,
    report: Path | None,
) -> int:
    """Measure at each size on databases of our own and print the tables; return 1 where a limit is broken."""
    if not is_our_database(connection.settings_dict["NAME"]):
        raise SystemExit("基准测试会清空数据库，只在自己启动的数据库上运行。")
    console = Console(width=132)
    sizes = {what: found for what, found in (("matters", matters), ("applications", applications)) if found}
    if not keep:
        with ProgressReport(console) as progress:
            for what, found in sizes.items():
                _PREPARED[what](databases.named(what, found), seed, progress)
    load = [os.getloadavg()[0]]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    parts = []
    for what, found in sizes.items():
        part = Part(what, _UNITS[what], sorted(found), _measured(what, found, times, seed))
        console.print(_table(part))
        for said in (*throughput(part), *part.notes):
            console.print(said)
        parts.append(part)
    load.append(os.getloadavg()[0])
    if report:
        report.write_text(report_text(parts, load=load, day=local_date(timezone.now())), "utf-8")
    broken = [line for part in parts for line in part.lines if line.faults]
    for line in broken:
        console.print(f"[red]{line.row.group} {line.row.title}：{'，'.join(line.faults)}")
    return 1 if broken else 0


def _measured(what: str, sizes: Sequence[int], times: int, seed: int) -> tuple[list[Line], list[str]]:
    """Return the lines of a part, and what else was measured, in words."""
    named, rows_at = databases.named(what, sizes), {}
    with override_settings(ROOT_URLCONF="portal.bench.pages"):
        for size, database in named.items():
            with at(database):
                caches["near"].clear()
                rows_at[size] = _ROWS[what](seed=seed)
        lines = [
            measure(dict(zip(named, row, strict=True)), named, times=times)
            for row in zip(*rows_at.values(), strict=True)
        ]
    if what != "applications":
        return lines, []
    try:
        with at(named[max(named)]):
            return lines, list(routed())
    except TimeoutError as error:  # what was measured before is worth its table
        return lines, [f"派发没有量成：{error}"]


def _table(part: Part) -> Table:
    table = Table(
        title=f"中位数，毫秒；下限 = 同一 SQL 直接问数据库，{part.sizes[-1]:,} {part.unit}",
        title_justify="left",
    )
    table.add_column("什么")
    for heading in (*headings(part.sizes), ""):
        table.add_column(heading, justify="right")
    group = ""
    for line in part.lines:
        if line.row.group != group:
            group = line.row.group
            table.add_section()
            table.add_row(f"[bold]{group}")
        table.add_row(f"  {line.row.title}", *cells(line, part.sizes), "[red]超限" if line.faults else "")
    return table
