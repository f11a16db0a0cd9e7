"""One bundle as those who keep the catalogue see it: kind, lead, materials spared, and whether its promise holds."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from matters.bundling import Lead, is_unused, lead_of, shape_of
from matters.catalogue.content import elements_of
from matters.enums import LeadRule
from matters.materials import MaterialList, merged_materials
from matters.models import Bundle, MatterVersion
from matters.trips import Member, bundle_refusals


@dataclass(frozen=True)
class KeptBundle:
    """A bundle in use; reads nothing where `selectors.bundles` has prefetched its members."""

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
        return is_unused(self.bundle, now=self.now, days=self.unused_days)

    @property
    def trips(self) -> str:
        return f"{self.bundle.trips_after} 次"

    @cached_property
    def objections(self) -> list[str]:
        """Why the number of trips on record cannot be kept by the guides as they stand; empty where it can."""
        rows = [row for row in self.bundle.members.all() if row.matter.published]
        members = [Member(elements_of(row.matter.published[0]), row.optional) for row in rows]
        codes = {row.matter_id: row.matter.code for row in rows}
        order = [(codes[first], codes[then]) for first, then in self._links if {first, then} <= codes.keys()]
        found = bundle_refusals(members, order, trips_after=self.bundle.trips_after) if members else []
        return [one.text for one in found]
