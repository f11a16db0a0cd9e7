"""From acceptance to decision: how many statements each act takes, and that the floors it is measured beside write the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application, Case, Clock, Decision, ReviewTask, StatusChange, TaskRecord
from core.models import AuditEntry, Message, OfficialDocument, Sms
from core.prepared import in_full
from portal.bench import life_cycle
from portal.bench.life_cycle import Hall, released
from portal.bench.life_cycle_floors import Plain, Raw
from portal.bench.measure import measure

pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN = (
    Application, Case, Clock, Decision, ReviewTask, StatusChange, TaskRecord, AuditEntry, Message, OfficialDocument, Sms,
)  # fmt: skip
MOST_QUERIES = 102
"""In all, what a process reads once included; without what begins and ends transactions."""


@pytest.fixture
def hall(world) -> Hall:
    return Hall()


def moves() -> int:
    """Return how often the state of a record has changed so far, the release of a task included."""
    return StatusChange.objects.count() + ReviewTask.objects.count()


def counted(act: Callable[..., None], *given: object) -> tuple[int, int]:
    """Return how many statements an act takes beside its lock and its transaction, and how many moves it makes."""
    before = moves()
    with CaptureQueriesContext(connection) as asked:
        act(*given)
    said = [in_full(one["sql"], range(999))[0] for one in asked if one["sql"] not in ("BEGIN", "COMMIT")]
    own = [sql for sql in said if not sql.endswith('FOR NO KEY UPDATE OF "applications_application"')]
    return len(own), moves() - before


def test_each_act_takes_few_statements(hall, record_property):
    hall.run()  # what each process reads once it has read now
    application = next(hall.submitted)
    acts = {"accept": counted(hall.accept, application)}
    *first, last = released(application)
    for task, step in (*first, last):
        acts["arrive"] = counted(hall.arrive, task)
        acts["claim"] = counted(hall.claim, task, step)
    for task, step in first:
        acts["complete"] = counted(hall.complete, task, step)
    acts["complete and join"] = counted(hall.complete, *last)
    ((task, step),) = released(application)
    hall.arrive(task)
    hall.claim(task, step)
    acts["decide"] = counted(hall.decide, task, step)

    for act, (statements, changes) in acts.items():
        record_property("measured", f"{act}: {statements} statements beside the lock, {changes} moves")
    # Five for a transition or a release at most; the last decision ends the application and sends its result out too.
    assert acts == {
        "accept": (13, 6),
        "arrive": (3, 1),
        "claim": (2, 1),
        "complete": (4, 1),
        "complete and join": (7, 2),
        "decide": (10, 2),
    }


@pytest.mark.parametrize("store", [Plain, Raw])
def test_a_floor_writes_the_rows_of_the_services(hall, store):
    assert added(hall.run) == added(hall.course(store()))


def test_the_ratios_to_the_floors_are_printed(world, record_property):
    database = connection.settings_dict["NAME"]
    for row in life_cycle.rows():
        line = measure({1: replace(row, times=5)}, {1: database}, times=5)
        told = f"{line.last.value:.1f} ms, {line.ratio:.2f} of its floor, {line.last.queries} queries"
        record_property("measured", f"{row.title}: {told}")
        assert line.last.queries <= MOST_QUERIES


def added(do: Callable[[], None]) -> dict[str, object]:
    """Return how many rows came into each table, and how the last application stands."""
    before = {model: model._default_manager.count() for model in WRITTEN}
    do()
    told: dict[str, object] = {
        model.__name__: model._default_manager.count() - before[model] for model in WRITTEN
    }
    decided = Decision.objects.latest("id").case
    running = decided.application.clocks.running().values_list("kind", "case")
    told["running"] = sorted((kind, case is None) for kind, case in running)
    told["acts"] = sorted(
        decided.application.status_changes.exclude(act="submit").values_list(
            "record", "act", "source", "target"
        )
    )
    told["states"] = (
        decided.application.status,
        decided.status,
        sorted(decided.tasks.values_list("status", "outcome")),
    )
    told["dates"] = [each.promised_due_at is None for each in (decided, decided.application)]
    return told
