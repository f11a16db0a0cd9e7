"""The tables of the faults: printed, and written to the file that REPORT names.

`python -m tests.faults.report` begins that file anew; each test adds its own table to it.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

_GIB = 2**30


def tell(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *notes: str) -> None:
    """Print a table with what is to be said of it, and add it to the report if one is wanted."""
    body = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    table = (f"| {' | '.join(str(cell) for cell in row)} |" for row in body)
    text = "\n".join([f"## {title}", "", *table, "", *(f"- {note}" for note in notes)]).rstrip() + "\n"
    print(f"\n{text}")
    if name := os.environ.get("REPORT"):
        with Path(name).open("a", encoding="utf-8") as report:
            report.write(f"\n{text}")


def begin() -> None:
    """Write the head of the report: what it is, when and on what machine it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    size = " ".join(f"{name}={os.environ.get(name, 'as in CI')}" for name in ("STORM", "SILENCE", "RACES"))
    head = (
        "# Faults",
        "",
        "Written by `make faults REPORT=docs/reference/faults.md`; what is struck and how is in `tests/faults/blows.py`,",
        "what is asserted of every record afterwards in `tests/faults/verdict.py`. CI runs the same with less in flight.",
        "",
        f"Run with {size} (full size, the default: STORM=1000 SILENCE=60 RACES=10000),",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores ({platform.machine()}) and {memory:.0f} GiB, "
        f"everything on one machine, load {os.getloadavg()[0]:.1f} before.",
        "",
    )
    Path(os.environ["REPORT"]).write_text("\n".join(head), encoding="utf-8")


if __name__ == "__main__":
    begin()
