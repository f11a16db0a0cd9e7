"""Lists read what they show: among thousands of rows each page asks as many statements as among few, all by an index."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, Case
from core.capped import MOST_COUNTED
from core.models import Message
from core.prepared import in_full
from tests.crowds import FOOD, OF_CASES, ROWS_ARE_ALL_THAT_COSTS, Crowd
from tests.plans import counts_in, wide
from tests.world import World

ONE_PLAN = "plan_cache_mode = force_generic_plan"
"""What a session has planned once is read by that plan: the one that knows no values."""
SHOWN = 60
"""Rows that a page may read of one table for the 30 it shows at most, and for the first of the next page."""


def reviewers_queue(world: World, crowd: Crowd) -> tuple:
    world.accepted(FOOD)
    return world.reviewer("SCJG"), reverse("queue"), lambda: crowd.lay(*OF_CASES)


def one_task(world: World, crowd: Crowd) -> tuple:
    task = world.task(world.accepted(FOOD))
    return world.reviewer("SCJG"), reverse("task", args=[task.pk]), lambda: crowd.lay(*OF_CASES)


def own_applications(world: World, crowd: Crowd) -> tuple:
    world.submitted(FOOD)
    Message.objects.update(read_at=None)
    return (
        Application.objects.get().applicant.user,
        reverse("my-applications"),
        lambda: crowd.lay(Application, Case),
    )


def own_results(world: World, crowd: Crowd) -> tuple:
    closed = world.closed(FOOD)
    Message.objects.update(read_at=None)
    return (
        closed.applicant.user,
        reverse("my-applications"),
        lambda: crowd.lay(Application, Case),
    )


def window(world: World, crowd: Crowd) -> tuple:
    world.submitted(FOOD)
    return world.clerk, reverse("counter"), lambda: crowd.lay(Application, Case)


FEW_READ, MANY_READ = 2 * MOST_COUNTED, 5 * MOST_COUNTED
PAGES = {
    reviewers_queue: (20, FEW_READ),
    one_task: (40, FEW_READ),
    own_applications: (18, MANY_READ),  # so few are all joined to those that are counted
    own_results: (18, FEW_READ),
    window: (18, FEW_READ),
}
"""How many statements each asks at most, however many rows there are; how many rows each of its counts may read."""


@pytest.mark.parametrize(("filling", "most"), PAGES.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_a_page_asks_and_reads_no_more_among_thousands(world, filling, most):
    statements, counted = most
    crowd = Crowd()
    viewer, address, crowding = filling(world, crowd)
    client = world.client(viewer)
    client.get(address)
    assert len(_asked(client, address)[0]) <= statements

    crowding()
    tables = crowd.tables
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {setting}" for setting in (*ROWS_ARE_ALL_THAT_COSTS, ONE_PLAN)))
    for _ in range(3):
        asked, address = _asked(client, address)
        assert len(asked) <= statements
        reads = [sql for sql in asked if _reads(sql, tables)]
        assert any(sql.startswith("EXECUTE") for sql in reads)
        counts = [sql for sql in reads if _counts(sql)]
        found = wide([one for sql in counts for one in counts_in([sql]) or [sql]], of=tables, most=counted)
        assert not found, found
        found = wide(set(reads) - set(counts), of=tables, most=SHOWN)
        assert not found, found


def _counts(asked: str) -> bool:
    """Return whether a question counts, or finds as many rows as are counted."""
    sql = in_full(asked, range(999))[0]
    return bool(counts_in([sql])) or f"LIMIT {MOST_COUNTED + 1}" in sql


def _reads(asked: str, tables: Collection[type[Model]]) -> bool:
    """Return whether a statement, told in full or called by its name, is a question to one of the tables."""
    sql = in_full(asked, range(999))[0].lstrip("(")
    return sql.startswith("SELECT") and any(f'"{one._meta.db_table}"' in sql for one in tables)


def _asked(client, address: str) -> tuple[list[str], str]:
    """Return the statements of a page, and the address of the next one; its own where there is none."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    context = response.context
    cursor = context.get("next_cursor")
    following = context.get("next_url") or (f"?after={cursor}" if cursor else "")
    path = address.split("?")[0]
    return [query["sql"] for query in captured.captured_queries], path + following.removeprefix(
        path
    ) if following else address
