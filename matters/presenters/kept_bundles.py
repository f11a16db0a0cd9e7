"""One bundle as those who keep the catalogue see it: kind, lead, materials spared, and whether it is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.urls import reverse

from matters.bundling import Lead, lead_of, shape_of
from matters.enums import LeadRule
from matters.materials import MaterialList, merged_materials
from matters.models import Bundle, MatterVersion


@dataclass(frozen=True)
class KeptBundle:
    """A bundle in use; reads nothing where `selectors.bundles` has prefetched its members.

    One that nobody has filed for `unused_days` calendar days is a zombie (僵尸清单): promised, but of no use.
    """

    bundle: Bundle
    now: datetime
    unused_days: int

    @property
    def url(self) -> str:
        return reverse("bundle", args=[self.bundle.code])

    @property
    def code(self) -> str:
        return self.bundle.code

    @property
    def name(self) -> str:
        return self.bundle.name

    @cached_property
    def _links(self) -> list[tuple[int, int]]:
        return [(link.first_id, link.then_id) for link in self.bundle.dependencies.all()]

    @cached_property
    def _versions(self) -> list[MatterVersion]:
        return [row.matter.published[0] for row in self.bundle.members.all() if row.matter.published]

    @property
    def _required(self) -> list[MatterVersion]:
        rows = [row for row in self.bundle.members.all() if row.matter.published and not row.optional]
        return [row.matter.published[0] for row in rows]

    @property
    def shape(self) -> str:
        return str(shape_of(self._versions).label) if self._versions else ""

    @property
    def members(self) -> str:
        missing = len(self.bundle.members.all()) - len(self._versions)
        return f"{len(self._versions)} 项" + (f"，另 {missing} 项不在用" if missing else "")

    @property
    def lead_department(self) -> str:
        return self.bundle.lead_department.short_name

    @cached_property
    def _lead(self) -> Lead | None:
        return lead_of(self.bundle, self._required, self._links) if self._required else None

    @property
    def lead_rule(self) -> str:
        return str(self._lead.rule.label) if self._lead else ""

    @property
    def lead_by_no_rule(self) -> bool:
        return self._lead is not None and self._lead.rule == LeadRule.RECORDED

    @property
    def lead_note(self) -> str:
        return self.bundle.lead_rule

    @cached_property
    def _materials(self) -> MaterialList:
        return merged_materials(self._versions, self._links)

    @property
    def materials(self) -> str:
        merged = self._materials
        return f"原 {merged.before} → 合并 {merged.after} → 实交 {merged.asked}"

    @property
    def spared(self) -> str:
        """How much less the applicant hands in than for the matters one by one, in percent."""
        merged = self._materials
        return f"减 {100 - 100 * merged.asked // merged.before}%" if merged.before else ""

    @property
    def last_filed_at(self) -> datetime | None:
        return self.bundle.last_filed_at

    @property
    def is_unused(self) -> bool:
        since = self.bundle.last_filed_at or self.bundle.added_at
        return since is not None and self.now - since >= timedelta(days=self.unused_days)
