"""Appeal, withdrawal, confirmation: who may, until when, and that everything stays on record."""

from datetime import timedelta

import pytest

from core.selectors import inbox
from supervision.models import Appeal, Card, CardRule
from supervision.services import judging
from supervision.sweeps import run_cards
from tests.proof import press_together, refusals, refused


def appeal(world, card, by=None, reason="申请人请求暂缓。", now=None):
    judging.appeal(
        card_id=card.pk,
        reason=reason,
        evidence="7月3日函",
        by=by or world.head("SCJG"),
        now=now or world.now(),
    )
    card.refresh_from_db()


def decide(world, card, act, by=None, reason="情况属实。"):
    act(card_id=card.pk, reason=reason, by=by or world.supervisor, now=world.now())
    card.refresh_from_db()


def test_appeal_is_answered_by_the_supervisor_and_the_card_stays(world, yellow):
    appeal(world, yellow)
    assert (yellow.status, yellow.appeal.made_by) == ("appealed", world.head("SCJG"))
    assert inbox(world.supervisor).filter(title__startswith="申诉：").exists()

    decide(world, yellow, judging.withdraw)
    assert (yellow.status, yellow.decision, yellow.decided_by) == (
        "withdrawn",
        "情况属实。",
        world.supervisor,
    )
    assert inbox(world.head("SCJG")).filter(title__contains="已撤销").exists()
    run_cards(now=world.now())
    assert Card.objects.filter(clock=yellow.clock, code=yellow.code).count() == 1


def test_upheld_card_is_not_appealed_again(world, yellow):
    appeal(world, yellow)
    decide(world, yellow, judging.uphold)
    assert yellow.status == "upheld"
    with refused("cannot_appeal"):
        appeal(world, yellow)
    with refused("cannot_withdraw"):
        decide(world, yellow, judging.withdraw)


def test_appeal_is_the_own_departments_heads_alone(world, yellow):
    with refused("other_department"):
        appeal(world, yellow, world.head("GAJ"))
    for by in (world.reviewer("SCJG"), world.supervisor, world.clerk):
        with refused("post_required"):
            appeal(world, yellow, by)


def test_judging_is_the_supervisors_alone(world, yellow):
    appeal(world, yellow)
    for act in (judging.uphold, judging.withdraw):
        for by in (world.head("SCJG"), world.cast.user("auditor1")):
            with refused("post_required"):
                decide(world, yellow, act, by)


def test_appeal_within_five_working_days(world, yellow):
    until = judging.appeal_until(yellow)
    with refused("appeal_late"):
        appeal(world, yellow, now=until + timedelta(seconds=1))
    appeal(world, yellow, now=until)


def test_warning_is_not_appealed(world, late):
    warning = Card.objects.get(application=late, code="promised-warning")
    with refused("warning_only"):
        appeal(world, warning)


def test_reasons_are_demanded(world, yellow):
    with refused("reason_required"):
        appeal(world, yellow, reason=" ")
    with refused("reason_required"):
        decide(world, yellow, judging.withdraw, reason=" ")


def test_uphold_without_appeal_is_refused(world, yellow):
    with refused("cannot_uphold"):
        decide(world, yellow, judging.uphold)


@pytest.fixture
def proposed(world, late) -> Card:
    """A red card that waits for confirmation."""
    CardRule.objects.filter(code="statutory-red").update(way="confirmed")
    moment = late.cases.get().statutory_due_at + timedelta(seconds=1)
    run_cards(now=moment)
    return Card.objects.get(application=late, code="statutory-red")


def test_proposed_card_is_issued_or_dismissed_once(world, proposed):
    assert not inbox(world.head("SCJG")).filter(title__startswith="红牌").exists()
    with refused("post_required"):
        decide(world, proposed, judging.confirm, world.head("SCJG"))
    with refused("reason_required"):
        decide(world, proposed, judging.dismiss, reason=" ")
    decide(world, proposed, judging.confirm, reason="")
    assert (proposed.status, proposed.issued_at, proposed.decided_by) == (
        "issued",
        proposed.decided_at,
        world.supervisor,
    )
    assert inbox(world.head("SCJG")).filter(title__startswith="红牌").exists()
    with refused("cannot_dismiss"):
        decide(world, proposed, judging.dismiss)


def test_dismissed_card_stays_and_is_not_proposed_again(world, proposed):
    decide(world, proposed, judging.dismiss)
    run_cards(now=world.now() + timedelta(days=30))
    assert Card.objects.get(code="statutory-red", clock=proposed.clock).status == "dismissed"


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_the_same_instant_decide_once(world, yellow):
    appeal(world, yellow)
    results = press_together(
        [
            lambda: decide(world, yellow, judging.uphold),
            lambda: decide(world, Card.objects.get(pk=yellow.pk), judging.withdraw),
        ]
    )
    assert len(refusals(results)) == 1
    assert Card.objects.get(pk=yellow.pk).status in ("upheld", "withdrawn")
    assert Appeal.objects.count() == 1
