"""Crowds: tables full of rows that are not due, and one row that is, for sweeps to find (`tests.plans`)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from applications.models import Application, Case, Consultation, ReviewTask
from applications.services import consulting, review
from tests.plans import FIRST, asked_by, copy, wide
from tests.world import World

ROWS, FEW, MOST = 3000, 40, 30
LATER = "now_ + interval '1 year' + n * interval '1 minute'"
LONG_AGO = "now_ - interval '1 year' - n * interval '1 minute'"
A_YEAR_ON, A_YEAR_AGO = "now_::date + 365", "now_::date - 365"
FOOD = "SCJG-007"
OF_CASES = (Application, Case, ReviewTask)
ROWS_ARE_ALL_THAT_COSTS = (
    "enable_seqscan = off",
    "enable_bitmapscan = off",  # counts what other tests have rolled back
    "seq_page_cost = 0",
    "random_page_cost = 0",
)


class Crowd:
    """Copies of rows, laid in throngs: in each, what belongs together has the same number."""

    def __init__(self) -> None:
        self.tables: set[type] = set()
        self.start = 0

    def lay(self, *among: type, **said: str) -> None:
        """Lay ROWS copies of each table's last row; of the last table, the columns said are what the SQL says.

        In it `{n}` is the number that the copies of one throng share. Further throngs of a table are FEW: the planner takes
        columns for independent, and much that is over would have it believe that much that waits is due.
        """
        rows = FEW if among[-1] in self.tables else ROWS
        self.start += FIRST
        number = f"({self.start} + n)"
        for model in among:
            columns = (
                {name: sql.replace("{n}", number) for name, sql in said.items()} if model is among[-1] else {}
            )
            copy(model, rows=rows, with_copies=among, start=self.start, **columns)
        self.tables |= set(among)

    def require_narrow(self, act: Callable[[], object]) -> object:
        """Have an act read no more than MOST rows of a crowded table by any question, and return what it returns.

        Thousands are few enough to be read whole, so the planner is held to rows and indexes: what is proved is that an
        index knows the answer.
        """
        returned = []
        asked = asked_by(lambda: returned.append(act()), of=self.tables)
        assert asked
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL {setting}" for setting in ROWS_ARE_ALL_THAT_COSTS))
        found = wide(asked, of=self.tables, most=MOST)
        assert not found, found
        return returned[0]


def claimed(world: World) -> ReviewTask:
    """Return a task of a food licence in the hands of its first reviewer."""
    task = world.task(world.accepted(FOOD))
    return review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())


def question(world: World, crowd: Crowd) -> None:
    """Have a question whose day has passed among thousands that wait, and that lapsed long ago."""
    consulting.ask(
        task_id=claimed(world).pk,
        question="有无意见？",
        days=1,
        department=world.department("GAJ"),
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    crowd.lay(*OF_CASES, Consultation, due_at=LATER)
    crowd.lay(*OF_CASES, Consultation, due_at=LONG_AGO, status="'lapsed'")
    world.pass_time(days=2)
