"""`python -m portal.bench`: measure every row on engines of its own, print the table, and fail where a limit is broken."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

MATTERS = (1_000, 100_000)
APPLICATIONS = {"": (10_000, 100_000), "city": (10_000, 100_000, 1_000_000)}
"""By SCALE."""


def main() -> int:
    """Prepare a database of our own, measure at each size, and return 1 where a limit is broken."""
    arguments = _arguments()
    if os.environ.get("DATABASE_URL"):
        raise SystemExit("DATABASE_URL 已设置：基准测试会清空数据库，只在自己的数据库上运行，请去掉它。")
    os.environ["VAR_DIR"] = str(Path(os.environ.get("VAR_DIR") or "var") / "bench")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.update(LOG_LEVEL="ERROR", DEBUG="", PLAIN_HTTP="1")
    from portal import engines

    engines.ensure()
    import django

    django.setup()
    from portal.bench.run import run

    return run(**vars(arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m portal.bench", description=__doc__)
    scale = APPLICATIONS[os.environ.get("SCALE", "")]
    parser.add_argument("--matters", type=int, nargs="*", default=MATTERS, help="numbers of matters, growing")
    parser.add_argument("--applications", type=int, nargs="*", default=scale, help="and of applications")
    parser.add_argument("--times", type=int, default=30, help="how often each is measured")
    parser.add_argument("--keep", action="store_true", help="measure what the last run has prepared")
    parser.add_argument("--report", type=Path, help="write the table to this file too")
    parser.add_argument("--seed", type=int, default=106, help="what chance begins with")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
