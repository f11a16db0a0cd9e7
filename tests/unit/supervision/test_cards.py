"""Giving cards: when they are earned, once, to whom, and never while the clock stands still."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.models import Clock, StatusChange
from applications.services import review, special_procedures
from core import clock as time_machine
from core.clock import CHINA, local_date
from core.models import AuditEntry, Message
from core.selectors import inbox
from supervision.enums import CardStatus
from supervision.models import Card, CardRule
from supervision.services import issuing
from supervision.sweeps import run_cards
from supervision.words import day_words
from tests.proof import press_together

FOOD = "SCJG-007"
WARNING, YELLOW, RED = "promised-warning", "promised-yellow", "statutory-red"


def cards(application, *codes):
    found = Card.objects.filter(application=application, code__in=codes) if codes else application.cards.all()
    return list(found.order_by("id"))


def clock_of(application, kind, **which) -> Clock:
    return Clock.objects.get(application=application, kind=kind, case__isnull=False, **which)


def sweep_at(moment) -> dict[str, int]:
    return run_cards(now=moment)


@pytest.fixture
def food(world):
    """A food licence whose first review is in the hands of the first reviewer."""
    application = world.accepted(FOOD)
    review.claim(task_id=world.task(application).pk, by=world.reviewer("SCJG"), now=world.now())
    return application


@pytest.fixture
def promised(food):
    return clock_of(food, "promised")


@pytest.fixture
def step(food):
    return clock_of(food, "step")


def test_card_falls_due_at_its_moment_and_once(food, promised):
    sweep_at(promised.due_at)
    assert not cards(food, YELLOW)
    assert len(cards(food, WARNING)) == 1

    later = promised.due_at + timedelta(seconds=1)
    sweep_at(later)
    (card,) = cards(food, YELLOW)
    assert (card.status, card.level, card.fell_due_at, card.issued_at) == ("issued", "yellow", later, later)
    assert (card.clock, card.case, card.department.code) == (promised, promised.case, "SCJG")
    assert not sum(sweep_at(later).values())
    assert sum(sweep_at(later + timedelta(days=1)).values()) == 0


def test_card_says_why_in_words_with_its_dates(food, promised):
    sweep_at(promised.due_at + timedelta(seconds=1))
    (card,) = cards(food, YELLOW)
    assert f"{promised.value}个工作日" in card.measured
    assert f"{day_words(local_date(promised.due_at))}到期" in card.measured
    assert "到期日过后" in card.measured
    assert card.measured.endswith("应发黄牌。")
    assert "00:00" not in card.measured


def test_every_issue_is_a_transition_of_the_one_table(food, promised):
    sweep_at(promised.due_at + timedelta(seconds=1))
    (card,) = cards(food, YELLOW)
    change = StatusChange.objects.get(record="card", application=food, note__startswith="黄牌“超过承诺时限”")
    assert (change.act, change.source, change.target, change.by) == ("issue", "proposed", "issued", None)
    assert AuditEntry.objects.filter(act="card.issue", record_id=str(card.pk)).exists()


def test_staff_read_in_a_line_which_card_was_given_and_for_what(world, food, promised):
    sweep_at(promised.due_at + timedelta(seconds=1))
    page = world.client(world.reviewer("SCJG")).get(f"/queue/{world.task(food).pk}/").content.decode()

    ended = day_words(local_date(promised.due_at))
    assert "监察牌：发牌" in page
    assert f"黄牌“超过承诺时限”：承诺办结时限{promised.value}个工作日，{ended}到期" in page


def test_recipients_grow_with_severity(world, food, step, promised):
    statutory = clock_of(food, "statutory")
    world.pass_time(days=1)
    assert statutory.due_at >= promised.due_at
    sweep_at(step.due_at - timedelta(hours=1))
    sweep_at(statutory.due_at + timedelta(seconds=1))
    told = {
        code: set(
            Message.objects.filter(link=f"/supervision/cards/{Card.objects.get(code=code).pk}/").values_list(
                "user", flat=True
            )
        )
        for code in ("step-warning", "step-yellow", RED)
    }
    holder, head, supervisor = world.reviewer("SCJG").pk, world.head("SCJG").pk, world.supervisor.pk

    assert told["step-warning"] == {holder, head}
    assert told["step-yellow"] == {holder, head, supervisor}
    # a limit of the whole case has no holder; the whole region's watchers learn of it
    assert {head, supervisor, world.cast.user("auditor1").pk} <= told[RED]


def test_message_names_number_matter_limit_and_how_late(world, food, step):
    sweep_at(step.due_at + timedelta(days=3))
    body = inbox(world.reviewer("SCJG")).get(title__startswith="黄牌：环节超时").body
    assert food.cases.get().number in body
    assert food.cases.get().version.name in body
    assert "已超期" in body
    assert "个工作日" in body


def test_warning_comes_before_the_end_or_not_at_all(food, promised):
    sweep_at(promised.due_at + timedelta(seconds=1))
    assert not cards(food, WARNING, "step-warning")
    assert cards(food, YELLOW)


def test_ended_in_time_gets_nothing_and_ended_late_does(world, food, step):
    """A sweep that was away must not hide lateness, nor invent it."""
    task = step.task
    review.complete(
        task_id=task.pk, outcome="pass", opinion="同意", by=world.reviewer("SCJG"), now=step.due_at
    )
    late = step.due_at + timedelta(days=1)
    sweep_at(late)
    assert not cards(food, "step-yellow")

    other = world.accepted(FOOD, applicant=world.other_citizen)
    theirs = clock_of(other, "step")
    review.claim(task_id=theirs.task.pk, by=world.reviewer("SCJG"), now=world.now())
    late = theirs.due_at + timedelta(seconds=5)
    review.complete(
        task_id=theirs.task.pk, outcome="pass", opinion="同意", by=world.reviewer("SCJG"), now=late
    )
    sweep_at(late + timedelta(hours=1))
    (card,) = cards(other, "step-yellow")
    assert card.clock == theirs


def test_moved_end_moves_the_card(food, promised):
    before = promised.due_at + timedelta(seconds=1)
    Clock.objects.filter(pk=promised.pk).update(due_at=promised.due_at + timedelta(days=7))
    sweep_at(before)
    assert not cards(food, YELLOW)
    sweep_at(before + timedelta(days=7))
    assert len(cards(food, YELLOW)) == 1


def test_a_special_procedure_begun_too_late_holds_no_card_off(world, food, step):
    time_machine.set_to(step.due_at + timedelta(seconds=1))
    special_procedures.suspend(
        task_id=step.task_id,
        kind="testing",
        reason="送检",
        days=20,
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    sweep_at(step.due_at + timedelta(days=7))
    assert [card.clock for card in cards(food) if card.level != "warning" and card.task] == [step]


def test_suspended_clock_gets_no_card(world, food, step):
    special_procedures.suspend(
        task_id=step.task_id,
        kind="testing",
        reason="须送检",
        days=5,
        by=world.reviewer("SCJG"),
        now=world.now(),
    )
    Clock.objects.filter(application=food, stopped_at=None).update(due_at=world.now() + timedelta(hours=1))
    sweep_at(world.now())
    assert not cards(food)  # not even the warning that it would have earned
    task = special_procedures.resume(task_id=step.task_id, by=world.reviewer("SCJG"), now=world.now()).task
    sweep_at(task.case.statutory_due_at + timedelta(days=30))
    assert cards(food, RED)


def test_promise_of_one_matter_is_not_measured_twice(food, promised):
    sweep_at(promised.due_at + timedelta(seconds=1))
    assert Clock.objects.filter(application=food, kind="promised", stopped_at=None).count() == 2
    assert len(cards(food, YELLOW)) == 1


def test_rule_that_is_switched_off_gives_nothing(food, promised):
    CardRule.objects.filter(code=YELLOW).update(is_active=False)
    sweep_at(promised.due_at + timedelta(seconds=1))
    assert not cards(food, YELLOW)
    assert cards(food, "step-yellow")


def test_rule_that_asks_for_confirmation_proposes(world, food, promised):
    CardRule.objects.filter(code=YELLOW).update(way="confirmed")
    sweep_at(promised.due_at + timedelta(seconds=1))
    (card,) = cards(food, YELLOW)
    assert (card.status, card.issued_at) == (CardStatus.PROPOSED, None)
    assert inbox(world.supervisor).filter(title__startswith="待确认黄牌").exists()
    assert not inbox(world.head("SCJG")).filter(title__contains="超过承诺时限").exists()


def test_database_takes_no_second_card_for_one_clock(food, promised):
    sweep_at(promised.due_at + timedelta(seconds=1))
    (card,) = cards(food, YELLOW)
    card.pk = None
    with pytest.raises(IntegrityError, match="card_once_for_a_clock"), transaction.atomic():
        card.save(force_insert=True)


def test_the_same_day_of_the_next_month_is_another_day(world):
    """What ends on the 21st of two months is found in each of them, after 20 days of sweeps and after none."""
    first, second = (
        clock_of(world.accepted(FOOD, applicant=person), "promised")
        for person in (world.citizen, world.other_citizen)
    )
    ends = datetime(2026, 9, 21, 23, 59, 59, tzinfo=CHINA)
    Clock.objects.filter(pk=first.pk).update(due_at=ends)
    Clock.objects.filter(pk=second.pk).update(due_at=ends.replace(month=10))

    def carded() -> set[int]:
        return set(Card.objects.filter(code=YELLOW).values_list("clock", flat=True))

    run_cards(now=ends)
    assert carded() == set()
    run_cards(now=ends + timedelta(seconds=1))
    assert carded() == {first.pk}
    run_cards(now=ends.replace(month=10))
    assert carded() == {first.pk}
    run_cards(now=ends.replace(month=10) + timedelta(seconds=1))
    assert carded() == {first.pk, second.pk}


def test_sweep_reads_as_much_for_three_as_for_one(world, food, promised):
    """Clocks that have no card to come cost nothing each."""

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            sweep_at(world.now())
        return len(captured)

    queries()
    before = queries()
    for _ in range(2):
        world.accepted(FOOD, applicant=world.other_citizen)
    assert queries() == before


def test_sweep_finds_clocks_by_index(world, promised):
    """Nothing but what has come is touched, whatever has ended in time before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO applications_clock (kind, application_id, case_id, started_at, value, unit, due_at, stopped_at)"
            " SELECT kind, application_id, case_id, started_at, value, unit, due_at, started_at FROM applications_clock,"
            " generate_series(1, 20000) WHERE id = %s",
            [promised.pk],
        )
        cursor.execute("ANALYZE applications_clock")
    rule = CardRule.objects.get(code=YELLOW)
    running = issuing.running_clocks(rule, issuing.working_days_around(world.now()), world.now())
    for found in (running, issuing.ended_late(rule, world.now())):
        assert "Seq Scan on applications_clock" not in found.explain()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_the_same_instant_give_one_card_each(world):
    application = world.accepted(FOOD)
    moment = clock_of(application, "statutory").due_at + timedelta(days=1)
    results = press_together([lambda: run_cards(now=moment)] * 3)

    given = sum(sum(each.values()) for each in results)
    assert given == Card.objects.count() == Card.objects.values("code", "clock").distinct().count()
    assert Message.objects.filter(user=world.head("SCJG")).count() == given
