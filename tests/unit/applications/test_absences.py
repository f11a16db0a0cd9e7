"""Being away: the deputy may do what the holder may, on these days only, by a post of their own, on record."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.models import Absence, StatusChange
from applications.permissions import stands_in_for
from applications.services import absences, decisions, handing, review
from applications.sweeps import run_clocks
from core import clock
from core.errors import Refusal
from core.models import AuditEntry
from matters.services.posts import give_post
from tests.proof import press_together, refusals, refused

FOOD = "SCJG-007"


def register(world, user, deputy, *, first=0, last=3, by=None, code="SCJG"):
    today = clock.local_date(world.now())
    return absences.register(
        user=user,
        department=world.department(code),
        first_day=today + timedelta(days=first),
        last_day=today + timedelta(days=last),
        deputy=deputy,
        by=by or user,
        now=world.now(),
    )


@pytest.fixture
def held(world):
    """A first review in the hands of the first reviewer of the market regulator."""
    task = world.task(world.accepted(FOOD))
    return review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())


def complete(world, task, by):
    return review.complete(task_id=task.pk, outcome="pass", opinion="齐全", by=by, now=world.now())


def put_back(world, task, by):
    return review.put_back(task_id=task.pk, by=by, now=world.now())


def transfer(world, task, by):
    return handing.transfer(task_id=task.pk, to=world.head("SCJG"), reason="调度", by=by, now=world.now())


# --- who may, when --------------------------------------------------------------------------------------------------
WHEN = {  # first and last day of the absence from today, and whether its deputy stands in
    "under way": (0, 3, True),
    "its only day": (0, 0, True),
    "to come": (1, 3, False),
    "none": None,
    "over": (0, 1, False),
    "ended early": (0, 3, False),
}
MAY = {  # who may complete, return and hand on a task that review1 holds and whose deputy is review2
    "holder": (True, True, True),
    "deputy": (True, True, True),
    "colleague": (False, False, False),
    "head": (False, True, True),
    "decider": (False, False, False),
    "other department": (False, False, False),
}


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("who", MAY)
def test_who_may_act_on_a_held_task(world, held, when, who):
    holder, deputy, colleague = world.reviewer("SCJG"), world.reviewer2("SCJG"), world.courier
    for person, role in ((world.head("SCJG"), "reviewer"), (colleague, "reviewer")):
        give_post(
            user=person,
            department=world.department("SCJG"),
            role=role,
            by=world.administrator,
            now=world.now(),
        )
    stands_in = False
    if WHEN[when]:
        first, last, stands_in = WHEN[when]
        absence = register(world, holder, deputy, first=first, last=last)
        if when == "over":
            world.pass_time(days=2)
            run_clocks(now=world.now())
        if when == "ended early":
            absences.end(absence_id=absence.pk, by=holder, now=world.now())
    person = {
        "holder": holder,
        "deputy": deputy,
        "colleague": colleague,
        "head": world.head("SCJG"),
        "decider": world.decider("SCJG"),
        "other department": world.reviewer("GAJ"),
    }[who]
    expected = MAY[who] if who != "deputy" or stands_in else (False, False, False)

    assert stands_in_for(person, held) is (who == "deputy" and stands_in)
    assert tuple(_allowed(world, held, person, act) for act in (complete, put_back, transfer)) == expected


def _allowed(world, task, person, act) -> bool:
    try:
        with transaction.atomic():
            act(world, task, person)
            raise _UndoneError
    except _UndoneError:
        return True
    except Refusal:
        return False


class _UndoneError(Exception):
    pass


def test_deputy_of_another_department_does_not_stand_in_here(world, held):
    holder, deputy = world.reviewer("SCJG"), world.reviewer2("SCJG")
    for person in (holder, deputy):
        give_post(
            user=person,
            department=world.department("GAJ"),
            role="reviewer",
            by=world.administrator,
            now=world.now(),
        )
    register(world, holder, deputy, code="GAJ")

    with refused("already_claimed"):
        complete(world, held, deputy)


# --- on record ------------------------------------------------------------------------------------------------------
def test_what_a_deputy_does_says_for_whom(world, held):
    holder, deputy = world.reviewer("SCJG"), world.reviewer2("SCJG")
    register(world, holder, deputy)
    complete(world, held, deputy)

    held.refresh_from_db()
    assert (held.claimed_by, held.completed_by, held.opinion) == (holder, deputy, "齐全")
    change = StatusChange.objects.get(task=held, act="complete")
    assert (change.by, change.note) == (deputy, f"代{holder.name}：齐全")
    assert AuditEntry.objects.get(act="task.record").detail["behalf"] == f"代{holder.name}"


def test_what_the_holder_does_while_away_says_nothing_more(world, held):
    register(world, world.reviewer("SCJG"), world.reviewer2("SCJG"))
    complete(world, held, world.reviewer("SCJG"))

    assert StatusChange.objects.get(task=held, act="complete").note == "齐全"


def test_an_inspection_still_needs_two_different_people(world):
    application = world.accepted(FOOD)
    world.road.work(world.task(application))
    world.carry()
    task = world.task(application, "inspect")
    holder, deputy = world.reviewer("SCJG"), world.reviewer2("SCJG")
    review.claim(task_id=task.pk, by=holder, now=world.now())
    register(world, holder, deputy)
    there = {"seen_at": world.now(), "place": "人民路8号"}
    review.record(task_id=task.pk, finding="现场合格", by=deputy, now=world.now(), **there)

    with refused("more_people_needed"):  # the deputy's second record is still one person's
        complete(world, task, deputy)
    review.record(task_id=task.pk, finding="看过", by=holder, now=world.now(), **there)
    assert complete(world, task, deputy).records.count() == 2


def test_a_deputy_never_decides_what_they_accepted(world):
    application = world.accepted("SCJG-001")
    clerk, decider = world.clerk, world.decider("SCJG")
    give_post(
        user=clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    task = world.task(application, "decide")
    review.claim(task_id=task.pk, by=decider, now=world.now())
    register(world, decider, clerk)

    with refused("decider_is_acceptor"):
        decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=clerk, now=world.now())


def test_a_deputy_decides_by_a_post_of_their_own(world):
    application = world.accepted("SCJG-001")
    decider, head = world.decider("SCJG"), world.head("SCJG")
    task = world.task(application, "decide")
    review.claim(task_id=task.pk, by=decider, now=world.now())
    register(world, decider, head)
    decisions.decide(task_id=task.pk, outcome="granted", reasons="", by=head, now=world.now())

    assert StatusChange.objects.get(task=task, act="complete").note == f"代{decider.name}：准予"


# --- entering -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"deputy": "scjg.review1"}, "deputy_is_oneself"),
        ({"deputy": "scjg.decide"}, "deputy_lacks_post"),
        ({"deputy": "gaj.review1"}, "deputy_lacks_post"),
        ({"user": "scjg.editor", "by": "scjg.head"}, "no_post"),
        ({"by": "scjg.review2"}, "not_their_head"),
        ({"by": "gaj.head"}, "not_their_head"),
        ({"first": 3, "last": 2}, "days_out_of_order"),
        ({"first": -3, "last": -1}, "day_past"),
        ({"first": -1, "last": 2}, "day_past"),
        ({"first": 12, "last": 12}, "absence_overlaps"),  # on the last day of what is entered already
        ({"user": "scjg.review2", "deputy": "scjg.review1", "first": 10, "last": 10}, "deputy_is_away"),
        ({"user": "scjg.review2", "deputy": "scjg.head", "first": 12, "last": 14}, "deputy_for_another"),
    ],
)
def test_register_with_wrong_input_is_refused(world, what, code):
    give_post(
        user=world.head("SCJG"),
        department=world.department("SCJG"),
        role="reviewer",
        by=world.administrator,
        now=world.now(),
    )
    register(world, world.reviewer("SCJG"), world.reviewer2("SCJG"), first=10, last=12)
    user = world.cast.user
    people = {name: user(what[name]) for name in ("user", "deputy", "by") if name in what}
    given = {"user": world.reviewer("SCJG"), "deputy": world.reviewer2("SCJG"), **what, **people}
    with refused(code):
        register(world, **given)


def test_register_by_the_head_for_a_colleague_and_again_after_the_first_is_over(world):
    holder, deputy = world.reviewer("SCJG"), world.reviewer2("SCJG")
    first = register(world, holder, deputy, by=world.head("SCJG"))
    register(world, holder, deputy, first=4, last=4)
    absences.end(absence_id=first.pk, by=world.head("SCJG"), now=world.now())

    assert register(world, holder, deputy, first=1, last=2).began_at is None


@pytest.mark.parametrize("by", ["scjg.review2", "gaj.head", "counter1"])
def test_end_by_somebody_else_does_not_exist(world, by):
    absence = register(world, world.reviewer("SCJG"), world.reviewer2("SCJG"))
    with refused("not_found"):
        absences.end(absence_id=absence.pk, by=world.cast.user(by), now=world.now())


def test_an_absence_begins_and_ends_by_the_day(world):
    absence = register(world, world.reviewer("SCJG"), world.reviewer2("SCJG"), first=1, last=2)
    seen = []
    for _ in range(4):
        run_clocks(now=world.now())
        seen.append(Absence.objects.under_way().exists())
        world.pass_time(days=1)
    absence.refresh_from_db()

    assert seen == [False, True, True, False]
    assert absence.ended_at is not None
    with refused("absence_over"):
        absences.end(absence_id=absence.pk, by=world.reviewer("SCJG"), now=world.now())


def test_the_database_refuses_overlapping_days(world):
    kept = register(world, world.reviewer("SCJG"), world.reviewer2("SCJG"))
    twin = {
        name: getattr(kept, name) for name in ("user", "department", "deputy", "recorded_at", "recorded_by")
    }
    for first, last in ((kept.last_day, kept.last_day), (kept.first_day, kept.first_day)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(**twin, first_day=first, last_day=last)
    after = kept.last_day + timedelta(days=1)
    Absence.objects.create(**twin, first_day=after, last_day=after)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(**{**twin, "deputy": kept.user}, first_day=after, last_day=after)


@pytest.mark.django_db(transaction=True)
def test_two_who_name_each_other_at_the_same_instant_make_no_circle(world):
    first, second = world.reviewer("SCJG"), world.reviewer2("SCJG")
    done = press_together([lambda: register(world, first, second), lambda: register(world, second, first)])

    assert len(refusals(done)) == 1
    assert Absence.objects.count() == 1
