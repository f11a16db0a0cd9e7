"""Matters and bundles in lists: the card of each."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from matters.enums import LimitUnit
from matters.models import Bundle, MatterVersion
from matters.presenters.highlight import highlighted
from matters.presenters.words import limit_text, trips_text

MEMBERS_SHOWN = 4


@dataclass(frozen=True)
class MatterCard:
    """One matter in a list: what the matter card component shows."""

    version: MatterVersion

    @property
    def url(self) -> str:
        return reverse("matter", args=[self.code])

    @property
    def code(self) -> str:
        return self.version.matter.code

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def everyday_name(self) -> str:
        return self.version.everyday_name

    @property
    def department(self) -> str:
        return self.version.matter.department.short_name

    @property
    def trips(self) -> int:
        return self.version.max_trips

    @property
    def trips_text(self) -> str:
        return trips_text(self.version)

    @property
    def time(self) -> str:
        return limit_text(self.version.promised_value, self.version.promised_unit)

    @property
    def is_instant(self) -> bool:
        return self.version.is_instant

    @property
    def free_materials(self) -> int:
        return sum(row.shared_data for row in self.version.materials.all())


@dataclass(frozen=True)
class BundleCard:
    """One bundle in a list: what it is made of, and what it spares."""

    bundle: Bundle
    query: str = ""

    @property
    def name(self) -> SafeString:
        return highlighted(self.bundle.name, self.query)

    @property
    def url(self) -> str:
        return reverse("bundle", args=[self.bundle.code])

    @property
    def trips(self) -> int:
        return self.bundle.trips_after

    @property
    def trips_before(self) -> int:
        return self.bundle.trips_before

    @property
    def promised(self) -> str:
        return limit_text(self.bundle.promised_workdays, LimitUnit.WORKDAY)

    @property
    def lead_department(self) -> str:
        return self.bundle.lead_department.short_name

    @property
    def members(self) -> list[str]:
        versions = [
            member.matter.published[0] for member in self.bundle.members.all() if member.matter.published
        ]
        return [version.everyday_name.split("/")[0] or version.name for version in versions]

    @property
    def members_text(self) -> str:
        shown = "、".join(self.members[:MEMBERS_SHOWN])
        return f"{shown}等{len(self.members)}件事" if len(self.members) > MEMBERS_SHOWN else shown
