"""Lists read what they show: among thousands of rows each page asks as many statements as among few, all by an index."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, Case
from core.capped import MOST_COUNTED
from core.models import Message
from tests.crowds import FOOD, OF_CASES, ROWS_ARE_ALL_THAT_COSTS, Crowd
from tests.plans import wide
from tests.world import World

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


def window(world: World, crowd: Crowd) -> tuple:
    world.submitted(FOOD)
    return world.clerk, reverse("counter"), lambda: crowd.lay(Application, Case)


PAGES = {reviewers_queue: 32, one_task: 41, own_applications: 23, window: 23}
"""How many statements each asks at most, however many rows there are."""


@pytest.mark.parametrize(
    ("filling", "statements"), PAGES.items(), ids=lambda one: getattr(one, "__name__", "")
)
def test_a_page_asks_and_reads_no_more_among_thousands(world, filling, statements):
    crowd = Crowd()
    viewer, address, crowding = filling(world, crowd)
    client = world.client(viewer)
    client.get(address)
    assert len(_asked(client, address)[0]) <= statements

    crowding()
    tables = crowd.tables
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {setting}" for setting in ROWS_ARE_ALL_THAT_COSTS))
    for _ in range(3):
        asked, address = _asked(client, address)
        assert len(asked) <= statements
        reads = [
            sql
            for sql in asked
            if sql.startswith("SELECT") and any(f'"{one._meta.db_table}"' in sql for one in tables)
        ]
        counts = {sql for sql in reads if "COUNT(" in sql}
        assert not wide(counts, of=tables, most=5 * MOST_COUNTED)
        found = wide(set(reads) - counts, of=tables, most=SHOWN)
        assert not found, found


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
