"""Rules are data: what is seeded, who changes them, and from which day."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from core.clock import local_date
from core.models import AuditEntry
from supervision.enums import Breach, Recipient
from supervision.models import Card, CardRule
from supervision.services import rules
from supervision.sweeps import run_cards
from tests.proof import refused

RED_READERS = ["holder", "head", "supervisor", "auditor", "government"]


def change(world, code="promised-yellow", by=None, **changes):
    said = {
        "level": "yellow",
        "offset": 3,
        "relative_to": "due",
        "inclusive": False,
        "recipients": ["holder", "head", "supervisor"],
        "way": "automatic",
        "is_active": True,
        "in_force_from": local_date(world.now()),
        **changes,
    }
    return rules.change(code=code, by=by or world.supervisor, now=world.now(), **said)


def test_seeded_recipients_grow_with_severity(db):
    by_measure: dict[str, list[CardRule]] = {}
    for rule in CardRule.objects.exclude(clock_kind=""):
        by_measure.setdefault(rule.clock_kind, []).append(rule)
    for found in by_measure.values():
        found.sort(key=lambda rule: rule.severity)
        for milder, graver in pairwise(found):
            assert set(milder.recipients) < set(graver.recipients)
    assert {each for rule in CardRule.objects.all() for each in rule.recipients} == set(Recipient.values)


def test_every_breach_has_a_rule(db):
    assert set(CardRule.objects.exclude(breach="").values_list("breach", flat=True)) == set(Breach.values)


def test_change_applies_from_its_day_and_keeps_what_was(world, late):
    tomorrow = local_date(world.now()) + timedelta(days=1)
    before = Card.objects.get(application=late, code="promised-yellow")
    change(world, offset=5, in_force_from=tomorrow)

    today = CardRule.objects.on(local_date(world.now())).get(code="promised-yellow")
    assert today.offset == 0
    assert CardRule.objects.on(tomorrow).get(code="promised-yellow").offset == 5
    before.refresh_from_db()
    assert before.rule.offset == 0
    assert AuditEntry.objects.get(act="cardrule.change").detail["before"]["offset"] == 0
    run_cards(now=world.now() + timedelta(days=30))
    assert Card.objects.filter(application=late, code="promised-yellow", clock=before.clock).count() == 1


def test_change_measures_what_runs_from_its_day(world):
    application = world.accepted("SCJG-007")
    change(world, offset=1)
    due = application.cases.get().promised_due_at
    run_cards(now=due + timedelta(seconds=1))
    assert not Card.objects.filter(code="promised-yellow").exists()
    run_cards(now=due + timedelta(days=5))
    assert Card.objects.get(code="promised-yellow").rule.offset == 1


def test_change_is_the_supervisors_alone(world):
    for by in (world.head("SCJG"), world.cast.user("auditor1"), world.administrator):
        with refused("post_required"):
            change(world, by=by)


def test_change_refused_says_why(world):
    with refused("in_the_past"):
        change(world, in_force_from=local_date(world.now()) - timedelta(days=1))
    with refused("offset_range"):
        change(world, offset=61)
    with refused("before_start"):
        change(world, offset=-1, relative_to="start")
    with refused("recipients_required"):
        change(world, recipients=[])
    with refused("recipients_shrink"):
        change(world, recipients=["supervisor"])


def test_change_of_a_rule_that_has_given_cards_today_waits_for_tomorrow(world, late):
    change(world, code="step-yellow", offset=2)
    other = world.accepted("SCJG-007", applicant=world.other_citizen)
    run_cards(now=world.now())
    assert other.cards.count() == 0
    change(world, code="step-yellow", offset=3)
    assert CardRule.objects.filter(code="step-yellow").count() == 2
    change(world, offset=0)
    Card.objects.filter(code="promised-yellow").update(
        rule=CardRule.objects.on(local_date(world.now())).get(code="promised-yellow")
    )
    with refused("already_used"):
        change(world, offset=1)


def test_breach_rule_has_no_days(world):
    kept = change(world, code="instant-too-long", offset=4, inclusive=True, recipients=RED_READERS)
    assert (kept.offset, kept.inclusive, kept.breach) == (0, False, "instant_too_long")


def test_database_takes_a_rule_of_one_measure_only(db):
    rule = CardRule.objects.get(code="promised-yellow")
    rule.breach = "instant_too_long"
    with pytest.raises(IntegrityError, match="card_rule_measures_one_thing"), transaction.atomic():
        rule.save()
