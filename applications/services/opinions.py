"""Keeping sentences that are written again and again: one's own, and the head the department's."""

from datetime import datetime

from django.db import transaction

from applications.enums import OpinionOutcome
from applications.models import OpinionTemplate
from applications.permissions import BACK_OFFICE
from core import audit
from core.errors import Invalid, NotFound
from core.models import User
from matters.enums import Role, StepKind
from matters.models import Department
from matters.permissions import holds, require

DECIDING = (OpinionOutcome.GRANTED, OpinionOutcome.DENIED)


@transaction.atomic
def keep(
    *,
    kind: str,
    outcome: str,
    name: str,
    text: str,
    by: User,
    now: datetime,
    department: Department | None = None,
    template: OpinionTemplate | None = None,
) -> OpinionTemplate:
    """Keep an opinion for one kind of step and one outcome, or change the one given: one's own, or of a department by its head.

    Raises Invalid `outcome_of_other_kind`, `name_required`, `text_required`, `name_taken`; Forbidden without the post.
    """
    require(by, *BACK_OFFICE)
    if department:
        require(by, Role.HEAD, department=department)
    row = _changeable(template, by) if template else OpinionTemplate()
    row.department, row.user = department, None if department else by
    row.kind, row.outcome, row.name, row.text = kind, outcome, name.strip(), text.strip()
    _check(row)
    row.save()
    audit.record(by=by, now=now, act="opinion_template.keep", on=row, name=row.name, text=row.text)
    return row


@transaction.atomic
def discard(*, template: OpinionTemplate, by: User, now: datetime) -> None:
    """Throw an opinion template away; opinions written with it stay as they are."""
    row = _changeable(template, by)
    audit.record(by=by, now=now, act="opinion_template.discard", on=row, name=row.name)
    row.delete()


def may_change(template: OpinionTemplate, by: User) -> bool:
    """Return whether a person may change a template: its owner, or a head of its department."""
    if template.department_id is None:
        return template.user_id == by.pk
    return holds(by, Role.HEAD, department=template.department_id)


def _changeable(template: OpinionTemplate, by: User) -> OpinionTemplate:
    row = OpinionTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if row is None or not may_change(row, by):
        raise NotFound("没有找到这个意见模板，可能已经删除。")
    return row


def _check(row: OpinionTemplate) -> None:
    if (row.kind == StepKind.DECIDE) != (row.outcome in DECIDING):
        raise Invalid(
            "outcome_of_other_kind",
            "决定环节请选“准予”或“不予”，其他环节请选“通过”或“不通过”。",
            field="outcome",
        )
    if not row.name:
        raise Invalid("name_required", "请给模板起个名字，方便选用。", field="name")
    if not row.text:
        raise Invalid("text_required", "请写明意见内容。", field="text")
    same = OpinionTemplate.objects.filter(
        department=row.department, user=row.user, kind=row.kind, outcome=row.outcome, name=row.name
    )
    if same.exclude(pk=row.pk).exists():
        raise Invalid("name_taken", "已有同名的模板，请换个名字。", field="name")
