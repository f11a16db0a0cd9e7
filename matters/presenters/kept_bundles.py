"""One bundle as those who keep the catalogue see it: kind, lead, materials spared, and what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from matters.bundling import Composition, Lead, check_bundle, is_unused, lead_of, shape_of
from matters.checks import Finding
from matters.enums import LeadRule
from matters.materials import MaterialList, merged_materials
from matters.models import Bundle
from matters.presenters.findings import FindingRow


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
    def _made(self) -> Composition:
        return Composition(self.bundle)

    @property
    def shape(self) -> str:
        found = shape_of(self._made.versions) if self._made.versions else None
        return found.label if found else ""

    @property
    def members(self) -> str:
        in_use = len(self._made.in_use)
        missing = len(self._made.rows) - in_use
        return f"{in_use} 项" + (f"，另 {missing} 项不在用" if missing else "")

    @property
    def lead_department(self) -> str:
        return self.bundle.lead_department.short_name

    @cached_property
    def _lead(self) -> Lead | None:
        required = self._made.required
        return lead_of(self.bundle, required, self._made.links) if required else None

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
        return merged_materials(self._made.versions, self._made.links)

    @property
    def materials(self) -> str:
        merged = self._materials
        return f"原 {merged.before} → 合并 {merged.after} → 实交 {merged.asked}"

    @property
    def spared(self) -> str:
        """How much less the applicant hands in than for the matters one by one, in percent, never rounded up."""
        merged = self._materials
        spared = merged.before - merged.asked
        return f"减 {100 * spared // merged.before}%" if merged.before else ""

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
    def findings(self) -> list[Finding]:
        return check_bundle(self._made)

    @property
    def found(self) -> list[FindingRow]:
        """What is wrong with it, the gravest first."""
        return [FindingRow(one) for one in self.findings]
