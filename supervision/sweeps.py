"""What time alone brings about in this room: cards. Run once a minute, not with the other sweeps."""

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from core import queue
from core.clock import local_date
from supervision.breaches import CHECKS
from supervision.models import Card, CardRule
from supervision.services import issuing

BATCH = 500


def run_cards(*, now: datetime) -> dict[str, int]:
    """Give every card that has fallen due, at most BATCH of each rule; return how many each rule gave.

    Safe to run again and by several at once. One card that fails is logged with its key and tried by the next sweep.
    """
    days = issuing.working_days_around(now)
    rules = [rule for rule in CardRule.objects.on(local_date(now)) if rule.is_active]
    return {
        rule.code: _by_clocks(rule, days, now) if rule.clock_kind else _by_facts(rule, now) for rule in rules
    }


def _by_clocks(rule: CardRule, days: list, now: datetime) -> int:
    return queue.run_each(
        issuing.earned(rule=rule, days=days, now=now),
        lambda found: issuing.give_for_clock(
            rule=rule, clock_id=found[0], application_id=found[1], days=days, now=now
        ),
        most=BATCH,
    )


def _by_facts(rule: CardRule, now: datetime) -> int:
    check = CHECKS[rule.breach]
    fact = Concat(Value(f"{rule.breach}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    carded = Card.objects.filter(code=rule.code, clock=None, fact=fact)
    rows = check.find(now).exclude(Exists(carded)).values_list("pk", check.application_id)
    return queue.run_each(
        rows.iterator(),
        lambda found: issuing.give_for_fact(rule=rule, pk=found[0], application_id=found[1], now=now),
        most=BATCH,
    )
