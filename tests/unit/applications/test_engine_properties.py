"""The engine as many people work it: legal and illegal acts in any order, lost messages, time that passes.

After every act the rules of tests/engine_rules.py hold; whatever was done, diligent people can bring everything to
its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from applications.acts import ACTS, TaskAct, offered
from applications.enums import LIVE_TASK
from applications.items import Item
from applications.models import Case, CorrectionItem, ReviewTask
from applications.permissions import STEP_ROLES
from applications.selectors.queue import queue_counts
from applications.services import (
    corrections,
    decisions,
    filing,
    intake,
    review,
    routing,
    supplying,
)
from applications.sweeps import SWEEPS, run_clocks
from core.errors import Refusal
from core.models import User
from delivery.services import results
from matters.enums import Role, StepKind
from portal.demo.papers import sample_paper
from tests import engine_clocks, engine_rules
from tests.engine_diligent import Diligent
from tests.engine_hall import FILED, PEOPLE, Hall
from tests.filled import WHY, NotTaken, do
from tests.points import fresh
from tests.proof import everything

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

EXAMPLES, WHILES = 30, 10
PAPER = sample_paper("土地出让合同")
ANY = st.integers(0, 10_000)
WHO = st.sampled_from(["right"] * 8 + [*PEOPLE, "appl"])
PRESSED = (
    *("work",) * 8,
    *("offered_act",) * 6,
    *("act_of_a_row",) * 3,
    *("claim", "claim_next", "put_back", "record", "complete", "decide"),
    *("accept", "ask", "answer", "withdraw", "hand_in_later", "hand_in_later"),
    *("time", "time", "workers_come_or_go"),
)
"""What somebody does next; the methods of this name."""


class Engine(Diligent, RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now: datetime = self.hall.now
        self.known: set[int] = set()
        self.ids: list[int] = []
        self.turn = 0
        self.workers = True

    @initialize(codes=st.lists(st.sampled_from(FILED), min_size=1, max_size=2, unique=True))
    def hand_in(self, codes: list[str]) -> None:
        self.ids = [self.hall.filed[code] for code in codes]
        for pk in self.ids:
            self.press("accept", lambda pk=pk: self.accept_one(pk))

    def accept_one(self, pk: int) -> object:
        return intake.accept(application_id=pk, by=self.hall.user("counter1"), now=self.now)

    # --- what is there, and pressing ------------------------------------------------------------------------------

    def press(self, name: str, act: Callable[[], object]) -> None:
        """Do an act, a second after the last. What it refuses, it refuses with a code and a sentence, and leaves no trace."""
        self.turn += 1
        self.now += timedelta(seconds=1)
        watched = self.turn % 10 == 0
        before = everything() if watched else {}
        refusal = None
        try:
            act()
        except Refusal as caught:
            refusal = caught
        if refusal is None:
            self.hall.done[name] += 1
            return
        self.hall.refused[refusal.code] += 1
        assert refusal.code, name
        assert refusal.message.endswith("。"), refusal.message
        assert not watched or everything() == before, f"{name}: {refusal.code} left a trace"

    def task(self, pick: int) -> ReviewTask | None:
        """Return some task; most of the time one that is live."""
        found = ReviewTask.objects.filter(case__application__in=self.ids).order_by("id")
        states = dict(found.values_list("pk", "status"))
        live = [pk for pk, status in states.items() if status in LIVE_TASK]
        among = live if live and pick % 5 else list(states)
        return fresh(ReviewTask(pk=among[pick % len(among)])) if among else None

    def application(self, pick: int) -> int:
        return self.ids[pick % len(self.ids)]

    def on_task(self, name: str, who: str, pick: int, act: Callable[..., object], **given: Any) -> None:
        task = self.task(pick)
        if task:
            by = self.hall.person(who, task)
            self.press(name, lambda: act(task_id=task.pk, by=by, now=self.now, **given))

    # --- everybody's acts -------------------------------------------------------------------------------------------

    @rule(acts=st.lists(st.tuples(st.sampled_from(PRESSED), WHO, ANY, ANY), min_size=4, max_size=12))
    def a_while_passes(self, acts: list[tuple[str, str, int, int]]) -> None:
        """Several people act, one after another; the rules are asked after each act that was done."""
        for act, who, pick, choice in acts:
            before = self.hall.done.total()
            getattr(self, act)(who, pick, choice)
            if self.workers:
                self.bring()
            if self.hall.done.total() > before:
                self.the_rules_hold()

    def time(self, who: str, pick: int, choice: int) -> None:
        """Clocks and sweeps run; what no worker has receipted is sent again, once."""
        minutes = (1, 30, 600, 24 * 60, 3 * 24 * 60)[choice % 5]
        self.now = min(self.now + timedelta(minutes=minutes), self.hall.now + timedelta(days=80))
        run_clocks(now=self.now)
        for sweep in SWEEPS:
            waiting = sweep.model.objects.awaiting_receipt(self.now).count()
            assert sweep.run(now=self.now) == waiting
            assert sweep.run(now=self.now) == 0
        self.hall.done["time"] += 1

    def workers_come_or_go(self, who: str, pick: int, choice: int) -> None:
        """While they are away messages are lost; when they come back everything is brought, some of it twice."""
        self.workers = not self.workers
        if self.workers:
            self.bring()
            self.bring()

    def bring(self) -> None:
        tasks = ReviewTask.objects.filter(case__application__in=self.ids, status="released")
        for pk in tasks.values_list("pk", flat=True):
            self.press("receipt", lambda pk=pk: routing.receipt_task(task_id=pk, now=self.now))
        cases = Case.objects.filter(application__in=self.ids, next_attempt_at__isnull=False)
        for pk in cases.values_list("pk", flat=True):
            self.press("result", lambda pk=pk: results.issue(case_id=pk, now=self.now))

    # --- the window -------------------------------------------------------------------------------------------------

    def accept(self, who: str, pick: int, choice: int) -> None:
        pk, by = self.application(pick), self.clerk_or(who)
        cases = list(Case.objects.filter(application=pk).values_list("pk", flat=True))
        refused = (
            {cases[choice % len(cases)]: intake.CaseRefusal("不属本区", "邻区")} if choice % 4 == 0 else {}
        )
        self.press("accept", lambda: intake.accept(application_id=pk, by=by, now=self.now, refusals=refused))

    def ask(self, who: str, pick: int, choice: int) -> None:
        pk, by, items = self.application(pick), self.clerk_or(who), [Item("身份证", "已过期")]
        self.press("ask", lambda: corrections.ask(application_id=pk, items=items, by=by, now=self.now))

    def answer(self, who: str, pick: int, choice: int) -> None:
        pk, by = self.application(pick), self.clerk_or(who)
        items = CorrectionItem.objects.filter(correction__application=pk) if choice % 5 else []
        given = {item.pk: "已换新" for item in items}
        self.press(
            "answer", lambda: corrections.answer(application_id=pk, answers=given, by=by, now=self.now)
        )

    def withdraw(self, who: str, pick: int, choice: int) -> None:
        pk, by = self.application(pick), self.clerk_or(who)
        if choice % 3 == 0:
            self.press(
                "withdraw", lambda: filing.withdraw(application_id=pk, reason="不办了", by=by, now=self.now)
            )

    def clerk_or(self, who: str) -> User:
        return self.hall.user(
            {"appl": "citizen1", "supe": "supervisor1", "deci": "scjg.decide"}.get(who, "counter1")
        )

    def hand_in_later(self, who: str, pick: int, choice: int) -> None:
        """Hand in afterwards what a simulated opinion lists, or say so without; somebody else tries now and then."""
        cases = list(Case.objects.filter(application=self.application(pick)).order_by("id"))
        simulated = [case for case in cases if case.status == "simulated"]
        case = (simulated or cases)[choice % len(simulated or cases)]
        by = self.clerk_or(who) if choice % 4 == 0 else self.hall.applicant
        if choice % 5:
            self.upload_what_is_missing(case, by)
        self.press("supply", lambda: supplying.supply(case_id=case.pk, by=by, now=self.now))

    # --- the departments ----------------------------------------------------------------------------------------------

    def claim(self, who: str, pick: int, choice: int) -> None:
        self.on_task("claim", who, pick, review.claim)

    def claim_next(self, who: str, pick: int, choice: int) -> None:
        if task := self.task(pick):
            by = self.hall.person(who, task)
            self.press("claim_next", lambda: review.claim_next(by=by, now=self.now))

    def put_back(self, who: str, pick: int, choice: int) -> None:
        self.on_task("put_back", who, pick, review.put_back)

    def record(self, who: str, pick: int, choice: int) -> None:
        self.on_task("record", who, pick, review.record, finding="看过。")

    def complete(self, who: str, pick: int, choice: int) -> None:
        outcome = ("pass", "pass", "object")[choice % 3]
        self.on_task("complete", who, pick, review.complete, outcome=outcome, opinion="意见。")

    def decide(self, who: str, pick: int, choice: int) -> None:
        outcome = ("granted", "granted", "denied", "")[choice % 4]
        self.on_task("decide", who, pick, decisions.decide, outcome=outcome, **WHY)

    def act_of_a_row(self, who: str, pick: int, choice: int) -> None:
        """Any act that has a row in the tables, as its page would do it."""
        if task := self.task(pick):
            self.press_row(ACTS[choice % len(ACTS)], task, self.hall.person(who, task))

    def press_row(self, act: TaskAct, task: ReviewTask, by: User) -> None:
        try:
            self.press(act.key, lambda: do(act, task=task, by=by, now=self.now))
        except NotTaken:
            self.hall.refused[f"{act.key}: form"] += 1

    def offered_act(self, who: str, pick: int, choice: int) -> None:
        """An act that the task's page offers to somebody."""
        if task := self.task(pick):
            people = ("head", "gove", "right", "supe")
            for name in (*people[pick % 4 :], *people[: pick % 4]):
                by = self.hall.person(name, task)
                if acts := offered(task=task, by=by):
                    self.press_row(acts[choice % len(acts)], task, by)
                    return

    def work(self, who: str, pick: int, choice: int) -> None:
        """Do what is to be done next on a live task, as diligent people do."""
        task = self.task(pick)
        if task and task.status in LIVE_TASK:
            self.advance(task, outcome="denied" if choice % 6 == 0 else "granted")

    # --- what holds ---------------------------------------------------------------------------------------------------

    @invariant()
    def the_rules_hold(self) -> None:
        rows = engine_rules.Rows(self.ids, self.hall.steps)
        engine_rules.states_only_by_table(rows)
        engine_rules.audited(rows)
        engine_rules.one_live_round(rows)
        self.known = engine_rules.released_only_when_open(rows, self.known)
        engine_rules.vetoes_hold(rows)
        engine_rules.nothing_forgotten(rows)
        engine_rules.messages_are_swept(rows)
        engine_rules.bundle_order(rows)
        engine_rules.ends(rows)
        engine_rules.one_decision(rows)
        engine_rules.simulated_opinions(rows)
        engine_rules.supplies_are_answered(rows)
        engine_rules.extended_once(rows)
        engine_clocks.clocks_are_due(rows, self.hall.days)
        engine_clocks.clocks_run_while_they_should(rows)
        engine_clocks.limits_run_since(rows)
        engine_clocks.whole_limits_run_since(rows)

    @invariant()
    def the_counts_match(self) -> None:
        if self.turn % 10:
            return
        head = self.hall.user("scjg.head")
        department = next(post.department_id for post in head.posts.all())
        there = ReviewTask.objects.filter(department=department)
        live = list(there.filter(status__in=["open", "claimed"]))
        theirs = [task for task in live if Role.HEAD in STEP_ROLES[StepKind(task.kind)]]
        for own_posts, seen in ((False, live), (True, theirs)):
            assert queue_counts(head, self.now, self.hall.now, own_posts=own_posts) == {
                "live": len(live),
                "work": len(theirs),
                "open": sum(task.status == "open" for task in seen),
                "late": sum(bool(task.due_at and task.due_at < self.now) for task in seen),
                "mine": sum(task.claimed_by_id == head.pk for task in live),
                "new": sum(task.receipted_at > self.hall.now for task in seen),
            }

    def teardown(self) -> None:
        """Whatever was done, everything can be brought to its end; then everything is undone."""
        try:
            self.bring_to_the_end()
        finally:
            self.atomic.__exit__(Undo, Undo(), None)


class Undo(Exception):
    """Ends a run."""


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker) -> Iterator[Hall]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Hall()
        transaction.set_rollback(True)


def test_the_rules_hold_whatever_is_done(hall, caplog):
    class OfThisHall(Engine):
        pass

    OfThisHall.hall = hall
    run_state_machine_as_test(
        OfThisHall,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=WHILES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[
                Phase.generate
            ],  # to shrink takes many times as long; the acts of a failure are few as they are
            report_multiple_bugs=False,
        ),
    )
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    print(f"\n{sum(hall.done.values())} acts done: {dict(hall.done.most_common())}")
    print(f"{sum(hall.refused.values())} refused: {dict(hall.refused.most_common())}")
    assert sum(hall.done.values()) > 500
    assert sum(hall.refused.values()) > 300
