"""Measuring every row at every size, and the table of it."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings
from rich.console import Console
from rich.table import Table

from core import clock
from core.clock import local_date
from portal.bench import catalogue
from portal.bench.measure import Line, at, measure
from portal.bench.report import cells, headings, report_text, throughput
from portal.bench.rows import rows
from portal.engines import is_our_database


def run(*, sizes: Sequence[int], times: int, seed: int, keep: bool, report: Path | None) -> int:
    """Measure at each size on databases of our own and print the table; return 1 where a limit is broken."""
    if not is_our_database(connection.settings_dict["NAME"]):
        raise SystemExit("基准测试会清空数据库，只在自己启动的数据库上运行。")
    console = Console(width=132)
    databases = {size: f"bench_{size}" for size in sorted(sizes)}
    if not keep:
        _prepare(databases, seed, console)
    load = [os.getloadavg()[0]]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
    with override_settings(ROOT_URLCONF="portal.bench.pages"):
        lines = _measured(databases, times, seed)
    load.append(os.getloadavg()[0])
    console.print(_table(lines, list(databases)))
    for said in throughput(lines):
        console.print(said)
    if report:
        report.write_text(
            report_text(lines, list(databases), load=load, day=local_date(clock.now())), "utf-8"
        )
    broken = [line for line in lines if line.faults]
    for line in broken:
        console.print(f"[red]{line.row.group} {line.row.title}：{'，'.join(line.faults)}")
    return 1 if broken else 0


def _measured(databases: Mapping[int, str], times: int, seed: int) -> list[Line]:
    rows_at = {}
    for size, database in databases.items():
        with at(database):
            rows_at[size] = rows(seed=seed)
    return [
        measure(dict(zip(databases, row, strict=True)), databases, times=times)
        for row in zip(*rows_at.values(), strict=True)
    ]


def _prepare(databases: Mapping[int, str], seed: int, console: Console) -> None:
    """Grow one catalogue, and keep a copy of its database at each size."""
    call_command("migrate", interactive=False, verbosity=0)
    catalogue.begin()
    for size, database in databases.items():
        began = time.perf_counter()
        catalogue.grow(size, seed=seed)
        _copy_to(database)
        console.print(f"{size:,} 个事项已备好（{time.perf_counter() - began:.0f} 秒）")


def _copy_to(database: str) -> None:
    source = connection.settings_dict["NAME"]
    connection.close()
    with at("postgres"):
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{database}"')
            cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{source}"')
        connection.close()


def _table(lines: Sequence[Line], sizes: Sequence[int]) -> Table:
    table = Table(
        title=f"中位数，毫秒；下限 = 同一 SQL 直接问数据库，{sizes[-1]:,} 个事项", title_justify="left"
    )
    table.add_column("什么")
    for heading in (*headings(sizes), ""):
        table.add_column(heading, justify="right")
    group = ""
    for line in lines:
        if line.row.group != group:
            group = line.row.group
            table.add_section()
            table.add_row(f"[bold]{group}")
        table.add_row(f"  {line.row.title}", *cells(line, sizes), "[red]超限" if line.faults else "")
    return table
