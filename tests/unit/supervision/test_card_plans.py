"""The sweep of cards reads what has earned one and nothing else: each rule's questions, over tables full of other rows.

Rules and checks are found in their tables: a new one without a filling fails.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

import pytest

from applications.models import (
    Application,
    Case,
    Clock,
    Consultation,
    Suspension,
    Urging,
)
from applications.models.clocks import OF_APPLICATION, OF_TASK
from applications.services import (
    urging,
)
from core import clock
from core.calendar import END_OF_DAY
from core.clock import local_date
from supervision.breaches import CHECKS
from supervision.enums import Breach
from supervision.models import Card, CardRule
from supervision.sweeps import run_cards
from tests.crowds import FOOD, LATER, LONG_AGO, OF_CASES, Crowd, claimed, question

CHECKED, INSTANT = "XFJ-001", "SCJG-001"


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


SEEDED = import_module("supervision.migrations.0002_rules")
WORDINGS = {
    **{code: {} for code, *_ in SEEDED.CLOCKS},
    "promised-yellow": {"relative_to": "start", "offset": 5},
    "step-yellow": {"relative_to": "start", "offset": 1, "inclusive": True},
    "statutory-red": {"offset": 10},
}
"""The rules by clocks, some in a wording that is not the seeded one."""


def only(code: str, **wording: object) -> CardRule:
    """Leave one rule in force, so worded."""
    CardRule.objects.exclude(code=code).update(is_active=False)
    CardRule.objects.filter(code=code).update(**wording)
    return CardRule.objects.get(code=code)


def cards(crowd, rule: CardRule, application: Application, **of: object) -> None:
    """Have the rule given thousands of cards already."""
    Card.objects.create(
        rule=rule,
        code=rule.code,
        level=rule.level,
        application=application,
        department=application.cases.get().version.matter.department,
        fell_due_at=clock.now(),
        found_at=clock.now(),
        **of,
    )
    crowd.lay(Card, **({"clock_id": "{n}"} if "clock" in of else {"fact": f"'{rule.breach}:' || {{n}}"}))


def test_every_rule_is_tried(db):
    assert set(CardRule.objects.values_list("code", flat=True)) == {
        *WORDINGS,
        *(code for code, *_ in SEEDED.BREACHES),
    }


@pytest.mark.parametrize("code", WORDINGS)
def test_card_of_a_clock_is_read_by_when_it_falls_due(world, crowd, code):
    rule, now = only(code, **WORDINGS[code]), world.now()
    application = world.accepted(FOOD)
    case, task = application.cases.get(), world.task(application)
    Clock.objects.filter(application=application).delete()
    place = {"case": case, "task": task} if rule.clock_kind in OF_TASK else {"case": case}
    place = {} if rule.clock_kind in OF_APPLICATION else place
    said = {"kind": rule.clock_kind, "application": application, "value": 5, "unit": "workday", **place}
    ago = {days: now - timedelta(days=days) for days in (20, 40, 50, 60)}
    over = Clock.objects.create(**said, started_at=ago[60], stopped_at=ago[50], due_at=ago[40])
    Suspension.objects.create(
        case=case, kind="earlier", basis="据", reason="因", expected_days=1,
        started_at=ago[60], expected_end=ago[50], ended_at=ago[50],
    )  # fmt: skip
    due = datetime.combine(local_date(now), END_OF_DAY, tzinfo=clock.CHINA) if rule.warns else ago[20]
    Clock.objects.create(**said, started_at=ago[40], due_at=due)
    cards(crowd, rule, application, clock=over)
    crowd.lay(*OF_CASES, Suspension, started_at="now_", expected_end=LATER, ended_at="NULL")

    subject = {f"{name}_id": "{n}" for name in place}
    recent = "now_ - n * interval '1 second'"
    begun = recent if rule.relative_to == "start" else LONG_AGO
    for dates in (
        {"started_at": begun, "due_at": LATER, "stopped_at": "NULL"},
        {"started_at": LONG_AGO, "due_at": LATER, "stopped_at": "now_"},
        {"started_at": LONG_AGO, "due_at": LONG_AGO, "stopped_at": "now_ - interval '100 days'"},
    ):
        crowd.lay(*OF_CASES, Clock, **subject, **dates)
    if rule.offset > 0 and rule.relative_to == "due":
        crowd.lay(*OF_CASES, Clock, **subject, started_at=LONG_AGO, due_at=recent, stopped_at="NULL")

    assert crowd.require_narrow(lambda: run_cards(now=now)) == {code: 1}


def post_check(world, crowd) -> Application:
    application = world.accepted(CHECKED)
    world.road.finish_departments(application)
    task = world.task(application)
    said = {"kind": "'post_check'", "claimed_at": "NULL", "claimed_by_id": "NULL"}
    crowd.lay(*OF_CASES, **said, status="'open'", due_at=LATER)
    done = {"status": "'done'", "outcome": "'pass'", "completed_at": "now_"}
    crowd.lay(*OF_CASES, **said, **done, due_at=LONG_AGO)
    clock.set_to(task.due_at + timedelta(seconds=1))
    return application


def instant(world, crowd) -> Application:
    application = world.accepted(INSTANT)
    crowd.lay(Application, Case, started_at=LONG_AGO, promised_due_at=LATER)
    crowd.lay(Application, Case, started_at=LONG_AGO, promised_due_at=LONG_AGO, status="'granted'")
    world.pass_time(days=3)
    return application


def unanswered(world, crowd) -> Application:
    question(world, crowd)
    return Consultation.objects.earliest("pk").task.case.application


def urged(world, crowd) -> Application:
    task = claimed(world)
    urging.urge(task_id=task.pk, text="请办理。", workdays=1, by=world.supervisor, now=world.now())
    crowd.lay(*OF_CASES, Urging, answer_due_at=LATER)
    crowd.lay(*OF_CASES, Urging, answer_due_at=LONG_AGO)
    answered = {"answer": "'在办'", "answered_at": "now_", "answered_by_id": "asked_by_id"}
    crowd.lay(*OF_CASES, Urging, answer_due_at="now_ - n * interval '1 second'", **answered)
    world.pass_time(days=3)
    return task.case.application


FACTS = {
    Breach.POST_CHECK_MISSED: post_check,
    Breach.INSTANT_TOO_LONG: instant,
    Breach.CONSULTATION_UNANSWERED: unanswered,
    Breach.URGING_UNANSWERED: urged,
}


@pytest.mark.parametrize("breach", CHECKS)
def test_card_of_a_fact_is_read_by_its_day(world, crowd, breach):
    rule = only(CardRule.objects.get(breach=breach).code)
    cards(crowd, rule, FACTS[breach](world, crowd), fact=f"{breach}:0")
    assert crowd.require_narrow(lambda: run_cards(now=clock.now())) == {rule.code: 1}
