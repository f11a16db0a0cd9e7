"""Every act on a task, at every point of a task's life, for every post: done, or refused with which code.

The tables are read across: a kind of step and a state of the task, then one answer for each person. `yes` means the act
is done; every other word is the refusal's code, short for some (WORDS). An act without a table fails the test, as
does a kind or a state without a row; the failure prints the rows as the code answers now, to be judged and not copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.db import transaction

from applications.acts import ACTS, TaskAct
from applications.enums import LIVE_TASK
from applications.models import ReviewTask
from applications.services import decisions, review
from core.errors import Refusal
from matters.enums import StepKind
from tests.act_tables import EXPECTED
from tests.filled import FILLED, do
from tests.points import EXTRA, PEOPLE, STATES, UNREACHED, Points, fresh
from tests.proof import everything

pytestmark = pytest.mark.django_db

WORDS = {
    "post": "post_required",
    "dept": "other_department",
    "held": "already_claimed",
    "auto": "runs_by_itself",
    "same": "decider_is_acceptor",
    "idle": "not_claimed",
    "two": "more_people_needed",
    "deci": "decide_instead",
    "kind": "not_a_decision",
    "over": "task_ended",
    "noUr": "may_not_urge",
    "urgd": "already_urged",
    "none": "not_urged",
    "many": "people_demanded",
    "noMo": "not_a_payout",
    "pays": "pay_instead",
    "nAsk": "nothing_asked",
    "nRes": "nothing_to_resolve",
    "nCon": "nothing_to_confirm",
    "site": "not_on_site",
    "own": "own_record",
    "noDr": "no_draft",
    "noSi": "not_simulated",
    "noPu": "not_published",
    "noPo": "not_a_post_check",
    "noRe": "result_not_issued",
}
"""`late` besides: any refusal of the machine, because the state is not one from which the act may start."""


@pytest.fixture(scope="module")
def points(django_db_setup: None, django_db_blocker) -> Iterator[Points]:
    """Build the points once; every test undoes what it does, and the module ends without a trace."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Points()
        transaction.set_rollback(True)


# --- the acts ---------------------------------------------------------------------------------------------------------


class Act(NamedTuple):
    """One act: what asks whether it may be done (None where only the service does), and what does it."""

    check: Callable[..., object] | None
    serve: Callable[..., object]


def complete(*, task_id, by, now):
    return review.complete(task_id=task_id, outcome="pass", opinion="同意。", by=by, now=now)


def decide(*, task_id, by, now):
    return decisions.decide(task_id=task_id, outcome="granted", reasons="", by=by, now=now)


def record(*, task_id, by, now):
    return review.record(task_id=task_id, finding="看过。", by=by, now=now, seen_at=now, place="人民路8号")


DIRECT = {
    "claim": Act(review.check_claim, review.claim),
    "put_back": Act(review.check_put_back, review.put_back),
    "record": Act(review.check_record, record),
    "complete": Act(None, complete),
    "decide": Act(None, decide),
}


def of_row(act: TaskAct) -> Act:
    def serve(*, task_id, by, now):
        return do(act, task=fresh(ReviewTask(pk=task_id)), by=by, now=now)

    return Act(act.check, serve)


def acts() -> dict[str, Act]:
    return DIRECT | {act.key: of_row(act) for act in ACTS}


# --- asking and answering ---------------------------------------------------------------------------------------------


def answer(call: Callable[[], object]) -> str:
    """Do something, undo it, and return `yes` or the short word of the refusal."""
    try:
        with transaction.atomic():
            call()
            transaction.set_rollback(True)
    except Refusal as refusal:
        if not refusal.message.endswith("。"):
            return f"{refusal.code}：{refusal.message}"  # stands in no table
        if refusal.code.startswith("cannot_"):
            return "late"
        return next((word for word, code in WORDS.items() if code == refusal.code), refusal.code)
    return "yes"


def answers(points: Points, act: Act, task: ReviewTask) -> list[str]:
    """Ask for everybody; whoever is allowed does it, and one of all who are refused alike is refused by the service too."""
    given, told = [], set()
    for person in points.people[task.kind].values():
        serve = lambda by=person: act.serve(task_id=task.pk, by=by, now=points.now)  # noqa: E731
        check = lambda by=person: act.check(task=task, by=by)  # noqa: E731
        said = answer(check if act.check else serve)
        if act.check and said not in told:
            assert answer(serve) == said
        told |= {said} - {"yes"}
        given.append(said)
    return given


def rows(table: str) -> dict[tuple[str, str], list[str]]:
    """Read a table; each kind and state stands in it once."""
    found: dict[tuple[str, str], list[str]] = {}
    header, *lines = table.strip().splitlines()
    assert header.split() == ["kind", "state", *PEOPLE]
    for line in lines:
        kinds, states, *said = line.split()
        assert len(said) == len(PEOPLE), line
        for kind in kinds.split(","):
            for state in states.split(","):
                assert (kind, state) not in found, f"{kind} {state} stands twice"
                found[kind, state] = said
    return found


def written(found: dict[tuple[str, str], list[str]]) -> str:
    """Write answers as a table, rows with equal answers together."""
    grouped: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for (kind, state), said in found.items():
        grouped.setdefault(tuple(said), {}).setdefault(kind, []).append(state)
    lines = [("kind", "state", *PEOPLE)]
    for said, kinds in grouped.items():
        together: dict[str, list[str]] = {}
        for kind, states in kinds.items():
            together.setdefault(",".join(states), []).append(kind)
        lines += [(",".join(names), states, *said) for states, names in together.items()]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def test_every_act_has_a_table_and_something_to_fill_in():
    assert set(EXPECTED) == set(acts())
    assert set(FILLED) == {act.key for act in ACTS}


@pytest.mark.parametrize("key", sorted({*DIRECT, *(act.key for act in ACTS)}))
def test_every_act_for_every_post_at_every_point(points, key):
    act, found = acts()[key], {}
    before = everything()
    for kind in StepKind.values:
        for state in (*STATES, *(extra for extra, keys in EXTRA.items() if key in keys)):
            if (kind, state) not in UNREACHED:
                with points.at(kind, state) as task:
                    assert state not in LIVE_TASK or task.status == state
                    found[kind, state] = answers(points, act, task)
    assert everything() == before
    expected = rows(EXPECTED[key]) if key in EXPECTED else {}
    assert found == expected, f"{key} is answered so now:\n\n{written(found)}"
