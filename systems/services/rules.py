"""The table of who is told when a result is issued."""

from datetime import datetime

from django.db import IntegrityError, transaction

from core import audit
from core.errors import NotFound, Refusal
from core.models import User
from matters.enums import Role
from matters.models import Department, Matter
from matters.permissions import require
from systems.models import PushRule


@transaction.atomic
def add(
    *,
    kind: str,
    matter: Matter,
    department: Department,
    keyword: str = "",
    next_matter: Matter | None = None,
    advice: str = "",
    by: User | None,
    now: datetime,
) -> PushRule:
    """Add a rule, in force from now on; only an administrator may, `by` is None for the command line.

    Raises Refusal `rule_exists` for one that is there already.
    """
    if by is not None:
        require(by, Role.ADMINISTRATOR)
    try:
        with transaction.atomic():
            rule = PushRule.objects.create(
                kind=kind,
                matter=matter,
                department=department,
                keyword=keyword.strip(),
                next_matter=next_matter,
                advice=advice.strip(),
                since=now,
            )
    except IntegrityError as error:
        raise Refusal("rule_exists", "这条规则已经有了，无需重复添加。") from error
    _record("push_rule.add", rule, by, now)
    return rule


@transaction.atomic
def end(*, rule_id: int, by: User, now: datetime) -> PushRule:
    """End a rule from now on; only an administrator may. Raises Refusal `rule_ended` for one that has ended."""
    require(by, Role.ADMINISTRATOR)
    rule = PushRule.objects.select_for_update(of=("self",)).filter(pk=rule_id).first()
    if rule is None:
        raise NotFound()
    if rule.ended_at:
        raise Refusal("rule_ended", "这条规则已经停用。")
    rule.ended_at = now
    rule.save(update_fields=["ended_at"])
    _record("push_rule.end", rule, by, now)
    return rule


def _record(act: str, rule: PushRule, by: User | None, now: datetime) -> None:
    audit.record(
        by=by,
        now=now,
        act=act,
        on=rule,
        kind=rule.kind,
        matter=rule.matter.code,
        department=rule.department.code,
        keyword=rule.keyword,
    )
