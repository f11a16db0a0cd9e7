"""Giving tasks out: by a head, and by rule when they arrive; never to who is away, never a decision to its acceptor."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.enums import AssignmentWay
from applications.models import AssignmentRule, ReviewTask, StatusChange
from applications.services import absences, assigning, handing, review, routing
from core import clock
from matters.services.posts import end_post, give_post
from tests.plans import asked_by, copy, wide
from tests.proof import everything, press_together, refusals, refused

FOOD = "SCJG-007"


def rule(world, way="pool", *, kind="", matter=None, person=None, code="SCJG"):
    return assigning.add_rule(
        department=world.department(code),
        kind=kind,
        matter=world.version(matter).matter if matter else None,
        way=way,
        person=person,
        by=world.head(code),
        now=world.now(),
    )


def away(world, user, deputy, *, days=3, code="SCJG"):
    today = clock.local_date(world.now())
    return absences.register(
        user=user,
        department=world.department(code),
        first_day=today,
        last_day=today + timedelta(days=days),
        deputy=deputy,
        by=user,
        now=world.now(),
    )


def holder(world, application, key=None):
    return world.task(application, key).claimed_by


# --- by a head ------------------------------------------------------------------------------------------------------
def test_assign_gives_an_open_task_to_a_person_and_keeps_who_gave_it(world):
    task = world.task(world.accepted(FOOD))
    due = task.due_at
    handing.assign(
        task_id=task.pk, to=world.reviewer("SCJG"), reason="熟悉餐饮", by=world.head("SCJG"), now=world.now()
    )

    task.refresh_from_db()
    assert (task.status, task.claimed_by, task.due_at) == ("claimed", world.reviewer("SCJG"), due)
    change = StatusChange.objects.get(task=task, act="assign")
    assert (change.by, change.source) == (world.head("SCJG"), "open")
    assert "熟悉餐饮" in change.note


@pytest.mark.parametrize(
    ("by", "to", "code"),
    [
        ("scjg.review1", "scjg.review2", "post_required"),
        ("gaj.head", "scjg.review2", "other_department"),
        ("scjg.head", "gaj.review1", "not_a_colleague"),
        ("scjg.head", "scjg.decide", "not_a_colleague"),
    ],
)
def test_assign_is_for_heads_and_to_colleagues_with_the_post(world, by, to, code):
    task, user = world.task(world.accepted(FOOD)), world.cast.user
    with refused(code):
        handing.assign(task_id=task.pk, to=user(to), reason="", by=user(by), now=world.now())


def test_assign_of_a_claimed_task_and_to_somebody_away_is_refused(world):
    first, second, head = world.reviewer("SCJG"), world.reviewer2("SCJG"), world.head("SCJG")
    task = world.task(world.accepted(FOOD))
    away(world, first, second)
    with refused("not_a_colleague"):
        handing.assign(task_id=task.pk, to=first, reason="", by=head, now=world.now())

    review.claim(task_id=task.pk, by=second, now=world.now())
    with refused("cannot_assign"):
        handing.assign(task_id=task.pk, to=second, reason="", by=head, now=world.now())


def test_page_of_assigning_offers_colleagues_in_their_place(world):
    task = world.task(world.accepted(FOOD))
    away(world, world.reviewer2("SCJG"), world.reviewer("SCJG"))
    client = world.client(world.head("SCJG"))
    page = client.get(f"/queue/{task.pk}/assign/").content.decode()

    assert world.reviewer("SCJG").name in page
    assert f">{world.reviewer2('SCJG').name}</option>" not in page
    assert client.post(f"/queue/{task.pk}/assign/", {"to": world.reviewer("SCJG").pk}).url == "/queue/"
    task.refresh_from_db()
    assert task.claimed_by == world.reviewer("SCJG")


# --- by rule --------------------------------------------------------------------------------------------------------
def test_without_a_rule_tasks_stay_in_the_queue(world):
    assert world.task(world.accepted(FOOD)).status == "open"


def test_the_most_specific_rule_counts(world):
    first, second, head = world.reviewer("SCJG"), world.reviewer2("SCJG"), world.head("SCJG")
    rule(world, "person", person=first)
    assert holder(world, world.accepted(FOOD)) == first

    rule(world, "person", kind="review", person=second)
    assert holder(world, world.accepted(FOOD)) == second

    rule(world, "pool", matter=FOOD)
    assert holder(world, world.accepted(FOOD)) is None

    both = rule(world, "person", kind="review", matter=FOOD, person=first)
    assert holder(world, world.accepted(FOOD)) == first

    assigning.remove_rule(rule_id=both.pk, by=head, now=world.now())
    assert holder(world, world.accepted(FOOD)) is None


def test_among_thousands_of_rules_only_those_of_the_department_are_read(world):
    """Of the rules of every department and matter, the one that fits is found by index, and locked: two questions."""
    rule(world, "in_turn")
    first = world.road.accept(world.submitted(FOOD))
    few = asked_by(
        lambda: routing.receipt_task(task_id=world.task(first).pk, now=world.now()), of=(AssignmentRule,)
    )
    copy(AssignmentRule, rows=5000, department_id="1000000 + n / 10", matter_id="1000000 + n")

    second = world.road.accept(world.submitted(FOOD, applicant=world.other_citizen))
    many = asked_by(
        lambda: routing.receipt_task(task_id=world.task(second).pk, now=world.now()), of=(AssignmentRule,)
    )
    assert len(many) == len(few) == 2
    assert wide(many, of=(AssignmentRule,), most=5) == ""
    assert holder(world, second) not in (None, holder(world, first))


def test_least_load_gives_to_who_holds_the_fewest(world):
    first, second = world.reviewer("SCJG"), world.reviewer2("SCJG")
    for _ in range(2):
        review.claim(task_id=world.task(world.accepted(FOOD)).pk, by=first, now=world.now())
    rule(world, "least_load", kind="review")

    assert [holder(world, world.accepted(FOOD)) for _ in range(3)] == [second, second, first]


def test_in_turn_remembers_the_last_and_passes_over_who_is_away(world):
    first, second = world.reviewer("SCJG"), world.reviewer2("SCJG")
    rule(world, "in_turn", kind="review")
    assert [holder(world, world.accepted(FOOD)) for _ in range(3)] == [first, second, first]

    away(world, second, first)
    assert [holder(world, world.accepted(FOOD)) for _ in range(2)] == [first, first]


def test_a_named_person_who_is_away_is_followed_by_their_deputy(world):
    first, second = world.reviewer("SCJG"), world.reviewer2("SCJG")
    rule(world, "person", kind="review", person=first)
    away(world, first, second)

    assert holder(world, world.accepted(FOOD)) == second


@pytest.mark.parametrize("way", AssignmentWay.values)
def test_no_rule_gives_a_decision_to_its_acceptor(world, way):
    clerk = world.clerk
    give_post(
        user=clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    rule(world, way, kind="decide", person=clerk if way == "person" else None)

    assert {holder(world, world.accepted("SCJG-001"), "decide") == clerk for _ in range(3)} == {False}


def test_no_rule_gives_a_decision_to_a_deputy_who_accepted_it(world):
    clerk, decider = world.clerk, world.decider("SCJG")
    give_post(
        user=clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    rule(world, "person", kind="decide", person=decider)
    away(world, decider, clerk)

    task = world.task(world.accepted("SCJG-001"), "decide")
    assert (task.status, task.claimed_by) == ("open", None)


def test_a_person_who_has_left_the_post_is_given_nothing(world):
    left = world.reviewer("SCJG")
    rule(world, "person", kind="review", person=left)
    end_post(post=left.posts.get(), by=world.administrator, now=world.now())

    assert world.task(world.accepted(FOOD)).status == "open"


def test_receipt_of_a_second_message_gives_nothing_out_again(world):
    rule(world, "in_turn", kind="review")
    task = world.task(world.accepted(FOOD))
    before = everything()

    assert routing.receipt_task(task_id=task.pk, now=world.now()) is False
    assert everything() == before


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"way": "person"}, "person_required"),
        ({"way": "person", "person": "gaj.review1"}, "not_a_colleague"),
        ({"way": "dance"}, "unknown_way"),
        ({"by": "scjg.review1"}, "post_required"),
        ({"by": "gaj.head"}, "other_department"),
        ({"kind": "review"}, "rule_exists"),
    ],
)
def test_add_rule_with_wrong_input_is_refused(world, what, code):
    rule(world, kind="review")
    named = {name: world.cast.user(what[name]) for name in ("person", "by") if name in what}
    given = {"kind": "decide", "way": "pool", "person": None, "by": world.head("SCJG"), **what, **named}
    with refused(code):
        assigning.add_rule(department=world.department("SCJG"), matter=None, now=world.now(), **given)


def test_the_database_keeps_one_rule_for_each_scope_with_its_person(world):
    kept = rule(world)
    same = {
        "department": kept.department,
        "way": "pool",
        "made_at": world.now(),
        "made_by": world.head("SCJG"),
    }
    for wrong in ({}, {"kind": "review", "way": "person"}, {"kind": "review", "person": world.clerk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AssignmentRule.objects.create(**{**same, **wrong})


def test_remove_rule_of_another_department_does_not_exist(world):
    kept = rule(world)
    with refused("not_found"):
        assigning.remove_rule(rule_id=kept.pk, by=world.head("GAJ"), now=world.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["in_turn", "least_load"])
def test_tasks_that_arrive_together_are_shared_out_evenly_and_once(world, way):
    rule(world, way, kind="review")
    tasks = [world.task(world.road.accept(world.submitted(FOOD))).pk for _ in range(4)]
    now = world.now()

    done = press_together(
        [lambda pk=pk: routing.receipt_task(task_id=pk, now=now) for pk in [*tasks, *tasks]]
    )

    assert sorted(done) == [False] * 4 + [True] * 4
    held = list(ReviewTask.objects.filter(pk__in=tasks).values_list("claimed_by__username", flat=True))
    assert sorted(held) == ["scjg.review1"] * 2 + ["scjg.review2"] * 2
    assert StatusChange.objects.filter(task__in=tasks, act="assign").count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_head_and_a_reviewer_who_press_together_give_it_to_one(world):
    now, head, first, second = (
        world.now(),
        world.head("SCJG"),
        world.reviewer("SCJG"),
        world.reviewer2("SCJG"),
    )
    for _ in range(3):
        pk = world.task(world.accepted(FOOD)).pk
        done = press_together(
            [
                lambda pk=pk: handing.assign(task_id=pk, to=first, reason="", by=head, now=now),
                lambda pk=pk: review.claim(task_id=pk, by=second, now=now),
            ]
        )
        assert len(refusals(done)) == 1
        assert StatusChange.objects.filter(task=pk, target="claimed").count() == 1


@pytest.mark.parametrize("way", ["pool", "least_load", "in_turn", "person"])
def test_rule_for_steps_that_run_by_themselves_is_refused(world, way):
    with refused("nobody_takes"):
        rule(world, way, kind="special", person=world.reviewer("SCJG"))


@pytest.mark.parametrize(
    ("who", "kind", "code"),
    [
        ("decider", "review", "not_their_work"),
        ("reviewer", "decide", "not_their_work"),
        ("decider", "decide", None),
        ("reviewer", "review", None),
        ("decider", "", None),
    ],
)
def test_rule_for_a_person_whose_work_such_steps_are_not_is_refused(world, who, kind, code):
    person = getattr(world, who)("SCJG")
    if code:
        with refused(code):
            rule(world, "person", kind=kind, person=person)
    else:
        assert rule(world, "person", kind=kind, person=person).person == person


def test_form_of_a_rule_offers_no_steps_that_run_by_themselves(world):
    page = world.client(world.head("SCJG")).get("/queue/rules/").content.decode()

    assert 'value="review"' in page
    assert 'value="special"' not in page
