"""The back office pressed at the same instant, with real commits: joins of every policy, and acts that exclude each other."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from applications.locks import lock_application
from applications.models import (
    Application,
    Case,
    Clock,
    Decision,
    DecisionDraft,
    Extension,
    ReviewTask,
    StatusChange,
    Urging,
)
from applications.services import (
    absences,
    decisions,
    drafting,
    extensions,
    handing,
    review,
    routing,
    steering,
    urging,
)
from core import calendar, clock
from core.errors import Refusal
from core.models import Message, OfficialDocument, User
from delivery.models import Certificate
from matters.services.posts import give_post
from supervision.models import Appeal, Card
from supervision.services import judging
from supervision.sweeps import run_cards
from tests.engine_users import until
from tests.faults.report import tell
from tests.proof import Moment, press_together, refusals
from tests.workers import blocked_backends

RACES = int(os.environ.get("RACES", "300"))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1200 + 2 * RACES)]
ROUNDS = range(4)


@dataclass(frozen=True)
class Join:
    """Two steps of a matter that end at the same moment, and what may become of them.

    `first` and `second` are their keys with the outcomes that are pressed; `before` are steps finished already. `ends` says
    how the two may stand afterwards, in the order in which they were pressed or in the other.
    """

    matter: str
    first: tuple[str, str]
    second: tuple[str, str]
    ends: frozenset[tuple[str, str]]
    before: tuple[str, ...] = ()


BOTH, FIRST, SECOND = ("done", "done"), ("done", "cancelled"), ("cancelled", "done")
JOINS = {
    "all": Join("ZRZY-001", ("tax", "pass"), ("housing", "object"), frozenset({BOTH})),
    "any": Join("RSJ-002", ("data", "pass"), ("village", "pass"), frozenset({FIRST, SECOND})),
    "veto, one objects": Join(
        "RFB-001", ("plan", "object"), ("drawings", "pass"), frozenset({FIRST, BOTH}), ("review",)
    ),
    "veto, both object": Join(
        "RFB-001", ("plan", "object"), ("drawings", "object"), frozenset({FIRST, SECOND}), ("review",)
    ),
    "lead": Join("ZRZY-009", ("review", "pass"), ("roads", "object"), frozenset({BOTH}), ("water",)),
}


def last_two(world, join: Join) -> tuple[Application, list[Callable[[], object]]]:
    """Bring an application to where two steps of a join are held and nothing else is left; return the acts that end them."""
    application = world.road.accept(world.submitted(join.matter))
    world.carry()
    for key in join.before:
        world.road.work(world.task(application, key))
        world.carry()
    acts = []
    for key, outcome in (join.first, join.second):
        task, now = world.task(application, key), clock.now()
        by = world.reviewer(task.department.code)
        review.claim(task_id=task.pk, by=by, now=now)
        acts.append(
            partial(review.complete, task_id=task.pk, outcome=outcome, opinion="意见。", by=by, now=now)
        )
    return application, acts


def stand(application: Application, join: Join) -> tuple[str, ...]:
    """Return how the two steps stand; nothing may be released twice, and the decision must be released once."""
    tasks = list(ReviewTask.objects.filter(case__application=application).select_related("step"))
    assert Counter(task.step.key for task in tasks)["decide"] == 1
    states = {task.step.key: task.status for task in tasks}
    return states[join.first[0]], states[join.second[0]]


def told(join: Join, stood: tuple[str, ...]) -> list[str]:
    """Return what the one who was spared is told."""
    return ["cannot_complete"] * stood.count("cancelled")


# --- forced interleavings ---------------------------------------------------------------------------------------------


class Pressed(threading.Thread):
    """One act in a thread, in a transaction that stays open until it is told to commit."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act, self.acted, self.commit = act, threading.Event(), threading.Event()
        self.refused: list[str] = []
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.act()
                self.acted.set()
                assert self.commit.wait(60)
        except Refusal as refusal:
            plain = refusal.message.endswith("。")
            self.refused.append(refusal.code if plain else f"{refusal.code}: {refusal.message}")
        except Exception as error:  # shown in the test's own thread
            self.error = error
        finally:
            connection.close()

    def finish(self) -> list[str]:
        self.commit.set()
        self.join(60)
        assert not self.is_alive()
        assert self.error is None, self.error
        return self.refused


@pytest.fixture(params=[(0, 1), (1, 0)], ids=["first first", "second first"])
def order(request) -> tuple[int, int]:
    return request.param


def queued_at_one_lock(application: Application, acts: list[Callable[[], object]]) -> list[list[str]]:
    """Have the acts wait at the application's lock in this order, then let them go; return what each was refused with."""
    pressed = []
    with transaction.atomic():
        lock_application(application.pk)
        for act in acts:
            pressed.append(Pressed(act))
            until(lambda: blocked_backends() == len(pressed))
        for each in pressed:
            each.commit.set()
    return [each.finish() for each in pressed]


def before_the_first_commits(application: Application, acts: list[Callable[[], object]]) -> list[list[str]]:
    """Do the first act and have the second come before it is committed; return what each was refused with."""
    early = Pressed(acts[0])
    assert early.acted.wait(30)
    late = Pressed(acts[1])
    until(lambda: blocked_backends() == 1)
    assert not late.acted.is_set()
    return [early.finish(), late.finish()]


@pytest.fixture(params=[queued_at_one_lock, before_the_first_commits], ids=lambda way: way.__name__)
def interleave(request) -> Callable[[Application, list[Callable[[], object]]], list[list[str]]]:
    return request.param


@pytest.mark.parametrize("name", JOINS)
def test_the_last_two_steps_end_at_one_instant(world, name, order, interleave):
    join = JOINS[name]
    application, acts = last_two(world, join)

    early, late = interleave(application, [acts[index] for index in order])

    stood = stand(application, join)
    assert early == []
    assert stood in join.ends
    assert late == told(join, stood)


def test_many_races_of_the_last_two_steps(world):
    """Whoever is first: the decision is released once, and nobody is left waiting."""
    stood: Counter[tuple[str, tuple[str, ...]]] = Counter()
    start = time.monotonic()
    for name, join in JOINS.items():
        application, acts = last_two(world, join)
        with Moment() as moment:
            for _ in range(RACES // len(JOINS)):
                done = press_together(acts)
                ended = stand(application, join)
                assert refusals(done) == told(join, ended)
                stood[name, ended] += 1
                moment.bring_back()
                assert not ReviewTask.objects.filter(
                    case__application=application, step__key="decide"
                ).exists()

    took = time.monotonic() - start
    tell(
        "The last two steps of a join, ended at one instant",
        ["join", "first", "second", "races"],
        [(name, *ended, number) for (name, ended), number in sorted(stood.items())],
        f"{stood.total():,} races in {took:,.0f} s: each released the decision once, and refused the one whom it spared.",
    )
    assert stood.total() == RACES // len(JOINS) * len(JOINS)
    assert {(name, ended) for name, ended in stood} <= {
        (name, ended) for name, join in JOINS.items() for ended in join.ends
    }


# --- acts that contradict each other, in both orders ------------------------------------------------------------------


def second_head(world, code: str) -> User:
    """Have the second reviewer of a department be its head too."""
    by = world.reviewer2(code)
    give_post(
        user=by, department=world.department(code), role="head", by=world.administrator, now=world.now()
    )
    return User.objects.get(pk=by.pk)


def test_two_heads_extend_one_case(world, order, interleave):
    application = world.accepted("SCJG-007")
    task, now = world.task(application), clock.now()
    acts = [
        partial(extensions.extend, task_id=task.pk, days=days, reason=reason, by=by, now=now)
        for days, reason, by in (
            (4, "须核实", world.head("SCJG")),
            (7, "须会商", second_head(world, "SCJG")),
        )
    ]
    before = Clock.objects.get(case=task.case, kind="statutory")

    early, late = interleave(application, [acts[index] for index in order])

    assert (early, late) == ([], ["already_extended"])
    extension = Extension.objects.get(case=task.case)
    assert extension.days == (4, 7)[order[0]]
    moved = Clock.objects.get(pk=before.pk)
    assert moved.due_at == calendar.due_at(before.started_at, before.value + extension.days, before.unit)
    assert Case.objects.get(pk=task.case_id).statutory_due_at == moved.due_at
    notices = OfficialDocument.objects.filter(kind="extension")
    assert [each.pk for each in notices] == [extension.document_id]
    assert Message.objects.filter(applicant=application.applicant, title="办理时限依法延长").count() == 1


SIGNED, EDITED = (
    {"outcome": "denied", "facts": facts, "reasons": "不符合合理布局。", "basis": "《办法》第十三条"}
    for facts in ("门店距学校42米。", "门店距学校41米。")
)


def at_decision(world, code: str) -> ReviewTask:
    """Bring an application to its decision, in the hands of the department's decider."""
    application = world.accepted(code)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    return review.claim(task_id=task.pk, by=world.decider(task.department.code), now=clock.now())


@pytest.mark.parametrize("sent", [True, False], ids=["sent again", "kept as a draft"])
def test_countersign_against_an_edit(world, order, interleave, sent):
    """Whoever is first: the head has signed the text they read or none, and no other text is issued."""
    task, now = at_decision(world, "YCJ-001"), clock.now()
    about = {"task_id": task.pk, "now": now}
    drafter, head, decider = world.reviewer("YCJ"), world.head("YCJ"), world.decider("YCJ")
    read = drafting.Text.of(drafting.draft(by=drafter, send=True, **about, **SIGNED)).mark
    acts = [
        partial(drafting.countersign, seen=read, by=head, **about),
        partial(drafting.draft, by=drafter, send=sent, **about, **EDITED),
    ]

    early, late = interleave(task.case.application, [acts[index] for index in order])

    too_late = ["draft_changed" if sent else "cannot_countersign"]
    assert (early, late) == ([], [] if order[0] == 0 else too_late)
    kept = DecisionDraft.objects.get(case=task.case)
    assert (kept.facts, kept.countersigned_by) == (EDITED["facts"], None)
    for text in (SIGNED, EDITED):
        with pytest.raises(Refusal) as why:
            decisions.decide(by=decider, **about, **text)
        assert why.value.code == "countersign_required"

    drafting.draft(by=drafter, send=True, **about, **EDITED)
    drafting.countersign(seen=drafting.Text(**EDITED).mark, by=head, **about)
    decision = decisions.decide(by=decider, **about, **EDITED)
    kept.refresh_from_db()
    assert (kept.status, kept.countersigned_by) == ("issued", head)
    assert drafting.Text(decision.outcome, decision.facts, decision.reasons, decision.basis) == drafting.Text(
        **EDITED
    )


def test_countersign_against_the_decision(world, order, interleave):
    """A decision that comes before its countersignature is refused; after it, it says what was signed."""
    task, now = at_decision(world, "YCJ-001"), clock.now()
    about = {"task_id": task.pk, "now": now}
    written = drafting.draft(by=world.reviewer("YCJ"), send=True, **about, **SIGNED)
    acts = [
        partial(drafting.countersign, seen=drafting.Text.of(written).mark, by=world.head("YCJ"), **about),
        partial(decisions.decide, by=world.decider("YCJ"), **about, **SIGNED),
    ]
    signed_first = order[0] == 0
    way = interleave if signed_first else queued_at_one_lock  # what is refused has nothing left to commit

    refused = way(task.case.application, [acts[index] for index in order])

    assert refused == [[], []] if signed_first else [["countersign_required"], []]
    issued = Decision.objects.filter(case=task.case).values_list("facts", flat=True)
    assert list(issued) == [SIGNED["facts"]] * signed_first


def test_two_officers_decide_contrary(world, order, interleave):
    """The holder grants while whoever stands in for them denies: one decision, and one paper of it."""
    task, now = at_decision(world, "SCJG-001"), clock.now()
    today, decider, deputy = clock.local_date(now), world.decider("SCJG"), world.head("SCJG")
    days = {"first_day": today, "last_day": today}
    absences.register(user=decider, department=task.department, deputy=deputy, by=decider, now=now, **days)
    officers = (("granted", decider), ("denied", deputy))
    why = {"facts": "住所已由他人登记。", "reasons": "依法。"}
    acts = [
        partial(decisions.decide, task_id=task.pk, outcome=outcome, by=by, now=now, **why)
        for outcome, by in officers
    ]

    early, late = interleave(task.case.application, [acts[index] for index in order])

    outcome, by = officers[order[0]]
    assert (early, late) == ([], ["cannot_grant"])
    decision = Decision.objects.get(case=task.case)
    assert (decision.outcome, decision.decided_by) == (outcome, by)
    task.refresh_from_db()
    assert (task.status, task.completed_by, task.case.status) == ("done", by, outcome)
    world.carry()
    assert Certificate.objects.filter(case=task.case).count() == 1
    about_it = Message.objects.filter(applicant=task.case.application.applicant, title__startswith="“")
    assert [each.title for each in about_it] == [
        f"“{task.case.version.name}”{task.case.get_status_display()}"
    ]


def test_appeal_against_the_withdrawal_of_one_card(world, order, interleave):
    """A card that is withdrawn is not appealed against; an appeal that comes first is answered by the withdrawal."""
    application = world.accepted("SCJG-007")
    promised = Clock.objects.get(application=application, case__isnull=False, kind="promised")
    now = promised.due_at + timedelta(seconds=1)
    run_cards(now=now)
    card = Card.objects.get(code="promised-yellow", application=application)
    about = {"card_id": card.pk, "now": now}
    acts = [
        partial(judging.appeal, reason="申请人请求暂缓。", evidence="", by=world.head("SCJG"), **about),
        partial(judging.withdraw, reason="情况属实。", by=world.supervisor, **about),
    ]

    early, late = interleave(application, [acts[index] for index in order])

    card.refresh_from_db()
    appealed = order[0] == 0
    assert (early, late) == ([], [] if appealed else ["cannot_appeal"])
    assert (card.status, card.decided_by) == ("withdrawn", world.supervisor)
    assert Appeal.objects.filter(card=card).exists() == appealed
    made = StatusChange.objects.filter(record="card", note__in=["情况属实。", "申请人请求暂缓。"])
    assert list(made.order_by("id").values_list("act", flat=True)) == ["appeal"] * appealed + ["withdraw"]


# --- acts that exclude each other -----------------------------------------------------------------------------------


def consultation(world, *, held: bool = True) -> ReviewTask:
    """Bring a consultation, which a finished review has led to, to its department; held by the first reviewer."""
    application = world.accepted("QXJ-001")
    world.road.work(world.task(application))
    world.carry()
    task = world.task(application, "countersign")
    if held:
        review.claim(task_id=task.pk, by=world.reviewer("QXJ"), now=clock.now())
    return task


def pressed(task: ReviewTask, *acts: Callable[..., object]) -> tuple[list[str], list[str]]:
    """Press acts on a task together; return the codes of what was refused, and the acts on record from then on."""
    before = StatusChange.objects.order_by("-id").values_list("id", flat=True).first()
    done = press_together([partial(act, task_id=task.pk, now=clock.now()) for act in acts])
    changes = StatusChange.objects.filter(task=task, id__gt=before).order_by("id")
    return refusals(done), list(changes.values_list("act", flat=True))


def people(world) -> tuple[User, User, User]:
    return world.reviewer("QXJ"), world.reviewer2("QXJ"), world.head("QXJ")


def test_claim_against_assign(world):
    rev1, rev2, head = people(world)
    for _ in ROUNDS:
        task = consultation(world, held=False)
        refused, made = pressed(
            task,
            partial(review.claim, by=rev1),
            partial(handing.assign, to=rev2, reason="", by=head),
        )
        task.refresh_from_db()
        assert (refused, made, task.claimed_by) in (
            (["cannot_assign"], ["claim"], rev1),
            (["already_claimed"], ["assign"], rev2),
        )


def test_complete_against_send_back(world):
    rev1, _, _ = people(world)
    for _ in ROUNDS:
        task = consultation(world)
        refused, made = pressed(
            task,
            partial(review.complete, outcome="pass", opinion="合格。", by=rev1),
            partial(steering.send_back, step="review", reason="图纸不符", by=rev1),
        )
        assert refused == ["cannot_complete"]
        live = ReviewTask.objects.filter(case=task.case, status="released").values_list("step__key", "round")
        assert (made, list(live)) in (
            (["complete"], [("decide", 1)]),
            (["send_back"], [("review", 2)]),
        )


def test_complete_against_skip_and_re_route(world):
    rev1, _, head = people(world)
    for _ in ROUNDS:
        task = consultation(world)
        refused, made = pressed(
            task,
            partial(review.complete, outcome="pass", opinion="合格。", by=rev1),
            partial(steering.skip, reason="上月已核查", by=head),
            partial(steering.reroute, to=world.department("WJJ"), reason="属该局职责", by=head),
        )
        assert len(refused) == 2
        assert set(refused) <= {"cannot_complete", "cannot_skip", "cannot_reroute"}
        live = ReviewTask.objects.filter(case=task.case, status="released").values_list("step__key", "round")
        assert list(live) == ([("countersign", 2)] if made == ["reroute"] else [("decide", 1)])


def test_transfer_against_put_back(world):
    rev1, rev2, head = people(world)
    for _ in ROUNDS:
        task = consultation(world)
        refused, made = pressed(
            task,
            partial(handing.transfer, to=rev2, reason="休假", by=head),
            partial(review.put_back, by=rev1),
        )
        task.refresh_from_db()
        assert (refused, made, task.status) in (
            (["cannot_transfer"], ["put_back"], "open"),
            (["post_required"], ["transfer"], "claimed"),
        )


def test_urged_twice(world):
    for _ in ROUNDS:
        task = consultation(world, held=False)
        refused, _ = pressed(
            task, *[partial(urging.urge, text="请尽快", workdays=1, by=world.supervisor)] * 3
        )
        assert refused == ["already_urged"] * 2
        assert Urging.objects.filter(task=task).count() == 1


def test_a_message_that_arrives_three_times(world):
    for _ in ROUNDS:
        task = world.task(world.road.accept(world.submitted("SCJG-007")))
        done = press_together([partial(routing.receipt_task, task_id=task.pk, now=clock.now())] * 3)
        assert sorted(done) == [False, False, True]
        assert StatusChange.objects.filter(task=task, act="receipt").count() == 1
