"""What was measured, in words and numbers."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.bench.measure import Line

_GIB = 2**30
_FLOORS = {
    "matters": (
        "The floor is the same SQL without the portal; for a guide, kept by its process, an empty page in the same frame, both through all middleware;",
        "for an import, COPY of the very same rows into the same tables with their indexes and triggers.",
    ),
    "applications": (
        "Copies of applications that the services made, each with its whole history: most are over, seven in a hundred in flight, three of them in one",
        "department; one company in whose name three of a hundred are made. The floor of a page is its own SQL raw and an empty page in the same frame;",
        "of anything else, the same SQL raw. 目标 is what it should take on a quiet machine.",
    ),
}


@dataclass
class Part:
    """Rows of one kind of data, measured at growing sizes, and what else was measured, in words."""

    what: str
    unit: str
    sizes: Sequence[int]
    measured: tuple[list[Line], list[str]] = field(repr=False)

    @property
    def lines(self) -> list[Line]:
        return self.measured[0]

    @property
    def notes(self) -> list[str]:
        return self.measured[1]


def headings(sizes: Sequence[int]) -> list[str]:
    """Return what stands above the numbers of a line."""
    smaller = [f"{size:,} 时" for size in sizes[:-1]]
    return ["耗时", "目标", "下限", "倍数", "限", *smaller, "增长", "限", "查询"]


def cells(line: Line, sizes: Sequence[int]) -> list[str]:
    """Return the numbers of a line, times in milliseconds."""
    row = line.row
    return [
        f"{line.last.value:.2f}",
        f"{row.aim:g}" if row.aim else "",
        f"{line.last.floor:.2f}",
        f"{line.ratio:.2f}",
        f"{row.floor_limit:g}" if row.floor_limit else "",
        *(f"{line.at[size].value:.2f}" for size in sizes[:-1]),
        f"{line.growth:.2f}" if line.growth else "",
        f"{row.growth_limit:g}" if row.growth_limit else "",
        str(line.last.queries),
    ]


def throughput(part: Part) -> Iterator[str]:
    """Say of whatever writes rows how many a second, beside its floor."""
    for line in part.lines:
        for size, one in line.at.items():
            if line.row.amount:
                rows, most = (line.row.amount / taken * 1000 for taken in (one.value, one.floor))
                yield (
                    f"{line.row.group}，已有 {size:,} {part.unit}：每秒 {rows:,.0f} 行，"
                    f"下限每秒 {most:,.0f} 行，为其 {rows / most:.2f} 倍"
                )


def report_text(parts: Sequence[Part], *, load: Sequence[float], day: date) -> str:
    """Return the page of docs/reference about the speed: the tables, when and on what they were measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    return "\n".join(
        [
            "# Speed",
            "",
            "Written by `make bench ARGS='--report FILE'`; medians in milliseconds at the largest size, each beside its floor and beside its own time",
            "at the smaller ones. ✗ marks a broken limit.",
            "",
            f"Measured {day:%Y-%m-%d} on {os.cpu_count()} cores and {memory:.0f} GiB, PostgreSQL on the same "
            f"machine, load {load[0]:.1f} before and {load[-1]:.1f} after.",
            "Times rise with load; floors are asked in the same turns, so the ratios hold.",
            "",
            *(line for part in parts for line in _section(part)),
        ]
    )


def _section(part: Part) -> Iterator[str]:
    yield f"## {' and '.join(f'{size:,}' for size in part.sizes)} {part.what}"
    yield ""
    yield from _FLOORS[part.what]
    yield ""
    above = ["什么", *headings(part.sizes)]
    table = [above, ["---", *["---:"] * (len(above) - 1)]]
    group = ""
    for line in part.lines:
        if line.row.group != group:
            group = line.row.group
            table.append([f"**{group}**", *[""] * (len(above) - 1)])
        mark = " ✗" if line.faults else ""
        table.append([line.row.title + mark, *cells(line, part.sizes)])
    yield from (f"| {' | '.join(one)} |" for one in table)
    yield ""
    yield from (f"- {said}" for said in (*throughput(part), *part.notes))
    yield ""
