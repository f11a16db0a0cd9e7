"""Changing a rule: a new wording, in force from a day; the old one stays for the cards it gave."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from core import audit
from core.clock import local_date
from core.errors import Invalid, NotFound
from core.locks import lock_name
from core.models import User
from matters.enums import Role
from matters.permissions import require
from supervision.enums import RelativeTo
from supervision.models import CardRule

MOST_WORKDAYS = 60


@transaction.atomic
def change(
    *,
    code: str,
    level: str,
    offset: int = 0,
    relative_to: str = RelativeTo.DUE,
    inclusive: bool = False,
    recipients: list[str],
    way: str,
    is_active: bool,
    in_force_from: date,
    by: User,
    now: datetime,
) -> CardRule:
    """Give a rule a new wording from a day on, today at the earliest; of two changes for one day the later one stands.

    From that day it measures whatever runs then; cards given before stay as they are. Raises Invalid
    `recipients_shrink` when a graver card would be told to fewer people than a milder one of the same measure.
    """
    require(by, Role.SUPERVISOR)
    lock_name("card_rules")
    old = CardRule.objects.filter(code=code).order_by("-in_force_from").first()
    if old is None:
        raise NotFound("没有这条监察规则。")
    if in_force_from < local_date(now):
        raise Invalid("in_the_past", "施行日期不能早于今天：已经发出的牌不追溯。", field="in_force_from")
    wording = CardRule(
        code=code,
        name=old.name,
        clock_kind=old.clock_kind,
        breach=old.breach,
        source=old.source,
        level=level,
        offset=0 if old.breach else offset,
        relative_to=RelativeTo.DUE if old.breach else relative_to,
        inclusive=False if old.breach else inclusive,
        recipients=recipients,
        way=way,
        is_active=is_active,
        in_force_from=in_force_from,
        changed_at=now,
        changed_by=by,
    )
    _check(wording)
    return _stored(wording, old, by, now)


def _check(wording: CardRule) -> None:
    if abs(wording.offset) > MOST_WORKDAYS:
        raise Invalid(
            "offset_range", f"请填 -{MOST_WORKDAYS} 到 {MOST_WORKDAYS} 之间的整数。", field="offset"
        )
    if wording.relative_to == RelativeTo.START and wording.offset < 0:
        raise Invalid("before_start", "相对于起算日的规则不能早于起算日，请填 0 或正数。", field="offset")
    if not wording.recipients:
        raise Invalid("recipients_required", "请至少选择一类告知对象。", field="recipients")
    others = CardRule.objects.on(wording.in_force_from).filter(clock_kind=wording.clock_kind)
    for other in others.filter(breach=wording.breach) if wording.clock_kind else ():
        if other.code == wording.code or not other.is_active or not wording.is_active:
            continue
        milder, graver = sorted((other, wording), key=lambda rule: rule.severity)
        if milder.severity != graver.severity and not set(milder.recipients) <= set(graver.recipients):
            raise Invalid(
                "recipients_shrink",
                f"牌越重，告知的人应越多：“{graver.name}”须包含“{milder.name}”的全部告知对象。",
                field="recipients",
            )


def _stored(wording: CardRule, old: CardRule, by: User, now: datetime) -> CardRule:
    fields = ("level", "offset", "relative_to", "inclusive", "recipients", "way", "is_active")
    values: dict[str, Any] = {name: getattr(wording, name) for name in fields}
    same_day = CardRule.objects.filter(code=wording.code, in_force_from=wording.in_force_from).first()
    if same_day and same_day.cards.exists():
        raise Invalid("already_used", "今天的规则已经发过牌，请让修改从明天起施行。", field="in_force_from")
    kept, _ = CardRule.objects.update_or_create(
        code=wording.code,
        in_force_from=wording.in_force_from,
        defaults={
            **values,
            "name": wording.name,
            "clock_kind": wording.clock_kind,
            "breach": wording.breach,
            "source": wording.source,
            "changed_at": now,
            "changed_by": by,
        },
    )
    before = {name: getattr(old, name) for name in fields}
    audit.record(
        by=by,
        now=now,
        act="cardrule.change",
        on=kept,
        code=kept.code,
        before=before,
        after=values,
        in_force_from=str(kept.in_force_from),
    )
    return kept
