"""What was measured, in words and numbers."""

import os
from collections.abc import Iterator, Sequence
from datetime import date

from portal.bench.measure import Line

_GIB = 2**30


def headings(sizes: Sequence[int]) -> list[str]:
    """Return what stands above the numbers of a line."""
    smaller = [f"{size:,} 时" for size in sizes[:-1]]
    return ["耗时", "下限", "倍数", "限", *smaller, "增长", "限", "查询"]


def cells(line: Line, sizes: Sequence[int]) -> list[str]:
    """Return the numbers of a line, times in milliseconds."""
    row = line.row
    return [
        f"{line.last.value:.2f}",
        f"{line.last.floor:.2f}",
        f"{line.ratio:.2f}",
        f"{row.floor_limit:g}" if row.floor_limit else "",
        *(f"{line.at[size].value:.2f}" for size in sizes[:-1]),
        f"{line.growth:.2f}" if line.growth else "",
        f"{row.growth_limit:g}" if row.growth_limit else "",
        str(line.last.queries),
    ]


def throughput(lines: Sequence[Line]) -> Iterator[str]:
    """Say of whatever writes rows how many a second, beside its floor."""
    for line in lines:
        for size, one in line.at.items():
            if line.row.amount:
                rows, most = (line.row.amount / taken * 1000 for taken in (one.value, one.floor))
                yield (
                    f"{line.row.group}，已有 {size:,} 个事项：每秒 {rows:,.0f} 行，"
                    f"COPY 每秒 {most:,.0f} 行，为其 {rows / most:.2f} 倍"
                )


def report_text(lines: Sequence[Line], sizes: Sequence[int], *, load: Sequence[float], day: date) -> str:
    """Return the page of docs/reference about the speed: the table, when and on what it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    above = ["什么", *headings(sizes)]
    table = [above, ["---", *["---:"] * (len(above) - 1)]]
    group = ""
    for line in lines:
        if line.row.group != group:
            group = line.row.group
            table.append([f"**{group}**", *[""] * (len(above) - 1)])
        mark = " ✗" if line.faults else ""
        table.append([line.row.title + mark, *cells(line, sizes)])
    return "\n".join(
        [
            "# Speed",
            "",
            "Written by `make bench ARGS='--report docs/reference/speed.md'`; medians in milliseconds at "
            f"{sizes[-1]:,} matters made from the real names,",
            f"each beside its floor and beside its own time at {sizes[0]:,}. ✗ marks a broken limit.",
            "",
            f"Measured {day:%Y-%m-%d} on {os.cpu_count()} cores and {memory:.0f} GiB, PostgreSQL on the same "
            f"machine, load {load[0]:.1f} before and {load[-1]:.1f} after.",
            "Times rise with load; floors are asked in the same turns, so the ratios hold.",
            "",
            "The floor is the same SQL without the portal; for a guide, kept by its process, an empty page in the same frame, both through all "
            "middleware;",
            "for an import, COPY of the very same rows into the same tables with their indexes and triggers.",
            "",
            *(f"| {' | '.join(one)} |" for one in table),
            "",
            *(f"- {said}" for said in throughput(lines)),
            "",
        ]
    )
