"""What people do with a card: confirm or dismiss it, appeal against it, uphold or withdraw it."""

from datetime import datetime

from django.db import transaction

from applications import machine
from applications.locks import lock_application
from core import calendar
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters.enums import LimitUnit, Role
from matters.permissions import require
from supervision import words
from supervision.enums import Level
from supervision.models import Appeal, Card
from supervision.services import telling

APPEAL_WORKDAYS = 5


def check_confirm(*, card: Card, by: User, now: datetime) -> None:
    """Allow a supervisor to issue a proposed card."""
    require(by, Role.SUPERVISOR)
    machine.check(card, "issue")


def check_dismiss(*, card: Card, by: User, now: datetime) -> None:
    """Allow a supervisor to dismiss a proposed card."""
    require(by, Role.SUPERVISOR)
    machine.check(card, "dismiss")


def check_appeal(*, card: Card, by: User, now: datetime) -> None:
    """Allow a head of the carded department to appeal against a yellow or red card within five working days."""
    require(by, Role.HEAD, department=card.department_id)
    machine.check(card, "appeal")
    if card.level == Level.WARNING:
        raise Refusal("warning_only", "预警只是提醒，不记入考核，不需要申诉。")
    if now > appeal_until(card):
        raise Refusal(
            "appeal_late",
            f"发牌后{APPEAL_WORKDAYS}个工作日内可以申诉，现在已过期限；请直接向效能监督岗说明。",
        )


def check_uphold(*, card: Card, by: User, now: datetime) -> None:
    """Allow a supervisor to uphold a card that was appealed against."""
    require(by, Role.SUPERVISOR)
    machine.check(card, "uphold")


def check_withdraw(*, card: Card, by: User, now: datetime) -> None:
    """Allow a supervisor to withdraw a card, appealed against or not."""
    require(by, Role.SUPERVISOR)
    machine.check(card, "withdraw")


def appeal_until(card: Card) -> datetime:
    """Return the last moment for an appeal: the end of the fifth working day after the card was issued."""
    assert card.issued_at is not None
    return calendar.due_at(card.issued_at, APPEAL_WORKDAYS, LimitUnit.WORKDAY)


@transaction.atomic
def confirm(*, card_id: int, reason: str, by: User, now: datetime) -> Card:
    """Issue a proposed card, with or without a word."""
    card = lock_card(card_id)
    check_confirm(card=card, by=by, now=now)
    machine.make(
        card,
        "issue",
        by=by,
        now=now,
        note=words.told(card),
        issued_at=now,
        decided_at=now,
        decided_by=by,
        decision=reason.strip(),
    )
    telling.issued(card=card, now=now)
    return card


@transaction.atomic
def dismiss(*, card_id: int, reason: str, by: User, now: datetime) -> Card:
    """Dismiss a proposed card with a reason; it stays on record and is not proposed again."""
    card = lock_card(card_id)
    check_dismiss(card=card, by=by, now=now)
    _decide(card, "dismiss", reason, by, now)
    return card


@transaction.atomic
def appeal(*, card_id: int, reason: str, evidence: str, by: User, now: datetime) -> Card:
    """Appeal against a card with a reason and, where there is any, the evidence."""
    card = lock_card(card_id)
    check_appeal(card=card, by=by, now=now)
    said = _required(reason, "请写明申诉理由。")
    Appeal.objects.create(card=card, reason=said, evidence=evidence.strip(), made_at=now, made_by=by)
    machine.make(card, "appeal", by=by, now=now, note=said)
    telling.appealed(card=card, reason=said, now=now)
    return card


@transaction.atomic
def uphold(*, card_id: int, reason: str, by: User, now: datetime) -> Card:
    """Uphold a card against an appeal, with a reason."""
    card = lock_card(card_id)
    check_uphold(card=card, by=by, now=now)
    _decide(card, "uphold", reason, by, now)
    telling.decided(card=card, now=now)
    return card


@transaction.atomic
def withdraw(*, card_id: int, reason: str, by: User, now: datetime) -> Card:
    """Withdraw a card with a reason; it stays on record, counts for nothing, and is not given again."""
    card = lock_card(card_id)
    check_withdraw(card=card, by=by, now=now)
    _decide(card, "withdraw", reason, by, now)
    telling.decided(card=card, now=now)
    return card


def lock_card(pk: int) -> Card:
    """Return a card as it is under its application's lock."""
    found = Card.objects.filter(pk=pk).values_list("application_id", flat=True).first()
    if found is None:
        raise NotFound()
    application = lock_application(found)
    card = Card.objects.select_related("rule", "department", "person", "case__version", "clock").get(pk=pk)
    card.application = application
    if card.case:
        card.case.application = application
    return card


def _decide(card: Card, act: str, reason: str, by: User, now: datetime) -> None:
    said = _required(reason, "请写明理由，部门会看到。")
    machine.make(card, act, by=by, now=now, note=said, decided_at=now, decided_by=by, decision=said)


def _required(text: str, sentence: str) -> str:
    if not text.strip():
        raise Invalid("reason_required", sentence, field="reason")
    return text.strip()
