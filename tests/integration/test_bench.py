"""The bench itself, small: every row is measured, and the applications it copies hang together."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.engine_users import PROJECT, engine_user, environment, own_var

SIZE = 10_000  # a thousand of some kinds of work, which the sweeps want
REFERENCES = """
SELECT t.relname, c.attname, r.relname, k.attname
FROM pg_constraint f
JOIN pg_class t ON t.oid = f.conrelid JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = f.conkey[1]
JOIN pg_class r ON r.oid = f.confrelid JOIN pg_attribute k ON k.attrelid = f.confrelid AND k.attnum = f.confkey[1]
WHERE f.contype = 'f' AND cardinality(f.conkey) = 1 AND t.relnamespace = 'public'::regnamespace
"""
LOST = 'SELECT count(*) FROM {0} t WHERE t."{1}" IS NOT NULL AND NOT EXISTS (SELECT FROM {2} r WHERE r."{3}" = t."{1}")'
GROUPS = ("页面", "扫描所问，几乎无到期", "扫描，一千项到期", "从受理到决定（四个部门并联审查、汇合、决定）")

pytestmark = pytest.mark.timeout(900)


def test_every_row_is_measured_and_no_copy_refers_to_what_is_not_there(record_property):
    with own_var("bench-") as var, engine_user(var / "bench") as engines:
        table = measured(var)
        lost = lost_in(urlsplit(engines.database_url)._replace(path=f"/bench_applications_{SIZE}").geturl())

    assert lost == {}
    rows = [line.split("|") for line in table.splitlines() if line.startswith("|")]
    assert {cells[1].strip() for cells in rows} >= {f"**{group}**" for group in GROUPS}
    said = [line.removeprefix("- ") for line in table.splitlines() if line.startswith("- ")]
    assert [word in "".join(said) for word in ("受理到任务进入部门队列", "个进程派发")] == [True, True]
    for cells in rows:
        title, taken, aim, floor, ratio, *_ = (cell.strip() for cell in cells[1:])
        if ratio.replace(".", "").isdigit():
            told = f"{taken} ms, {ratio} of its floor ({floor} ms)" + (f", aim {aim} ms" if aim else "")
            record_property("measured", f"{title.removesuffix(' ✗')}: {told}")
    for one in said:
        record_property("measured", one)


def measured(var: Path) -> str:
    """Run the bench and return its report; a limit that is broken on a busy machine fails nothing here."""
    report = var.parent / "report.md"
    options = ["--matters", "--applications", str(SIZE), "--times", "3", "--report", str(report)]
    done = subprocess.run(
        [sys.executable, "-m", "portal.bench", *options],
        cwd=PROJECT,
        env=environment(var),
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stdout
    return report.read_text("utf-8")


def lost_in(database: str) -> dict[str, int]:
    """Return the references of a database that lead nowhere: those of copies are not checked as they are written."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        references = cursor.fetchall()
        assert len(references) > 100
        lost = {}
        for reference in references:
            cursor.execute(LOST.format(*reference))
            lost[".".join(reference[:2])] = cursor.fetchone()[0]
    return {name: count for name, count in lost.items() if count}
