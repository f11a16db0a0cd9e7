"""Adopting a template (认领): a draft takes its words, what the place says otherwise stays where somebody chose so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from core.errors import NotFound, Refusal
from core.models import User
from matters.catalogue.format import MATTERS
from matters.checks.latitude import Latitude, rule_of
from matters.editing.merging import THEIRS, Conflict, merge, rows_of
from matters.models import CatalogueEntry, MatterTemplate
from matters.selectors.templates import adoption_in
from matters.services.entries.acts import lock_entry
from matters.services.entries.saving import Choices, Content, check_editable, write


class Unsettled(Refusal):
    """Draft and template say different things: `conflicts` are to be chosen one by one."""

    def __init__(
        self, entry: CatalogueEntry, template: MatterTemplate, conflicts: Sequence[Conflict]
    ) -> None:
        super().__init__(
            "template_differs", f"草稿与{template.title}有 {len(conflicts)} 处不同，请逐处选择。"
        )
        self.entry, self.template, self.conflicts = entry, template, conflicts


def said_by(template: MatterTemplate) -> Content:
    """Return what a guide says that follows a template: its elements, and which it is."""
    return {**template.content, "template": template.code, "template_version": template.number}


@transaction.atomic
def adopt(
    *, entry_id: int, template_id: int, by: User, now: datetime, choices: Choices | None = None
) -> CatalogueEntry:
    """Have a draft follow a version of a template, and return it as it stands then.

    What only the template or only the draft has changed since the version adopted before is taken. Raises Unsettled
    naming what both say differently, unless `choices` settle it; Refusal where the draft is no longer edited.
    """
    entry = lock_entry(entry_id)
    check_editable(entry, by)
    template = template_for(template_id)
    before = adoption_in(entry.content)
    if before and before.template.code == template.code:
        common = before.template.content
    else:
        common = rows_of(template.content, MATTERS.fields)
    taken = choices.taken if choices and choices.seen == entry.revision else {}
    content, conflicts = merge(common, entry.content, template.content, MATTERS.fields, taken)
    if conflicts:
        raise Unsettled(entry, template, conflicts)
    write(
        entry,
        {**content, "template": template.code, "template_version": template.number},
        by=by,
        now=now,
    )
    return entry


def suggested(conflict: Conflict) -> str:
    """Return whose words are to be taken where there is no choice: the template's where no place may differ."""
    path = ".".join(str(part) for part in conflict.path if not isinstance(part, int))
    return THEIRS if rule_of(path).latitude == Latitude.NEVER else ""


def template_for(pk: int) -> MatterTemplate:
    """Return one version of a template; NotFound where there is none."""
    template = MatterTemplate.objects.filter(pk=pk).first()
    if template is None:
        raise NotFound("没有这个模板，请从列表里选择。")
    return template
