"""One bundle (一件事) in words."""

from typing import Any

from matters import situations
from matters.catalogue.content import elements_of
from matters.enums import LimitUnit
from matters.models import Department
from matters.presenters.guide import GuidePapers, said_of
from matters.presenters.materials import MaterialsPresenter
from matters.presenters.trips import TripsPresenter, bundle_trips, members_of
from matters.presenters.words import limit_text, promise_text
from matters.selectors import BundleGuide, Member


class BundlePresenter:
    """The guide of one bundle (一件事): its members, their order, its materials asked once."""

    def __init__(self, guide: BundleGuide) -> None:
        self.guide = guide
        self.bundle = guide.bundle
        versions = [member.version for member in guide.members]
        papers = {version.pk: GuidePapers(version.matter.code) for version in versions}
        said = {pk: row for version in versions for pk, row in said_of(version).items()}
        self.materials = MaterialsPresenter(guide.materials, said=said, papers=papers.__getitem__)
        self.elements = {member.matter.code: elements_of(member.version) for member in guide.members}

    @property
    def name(self) -> str:
        return self.bundle.name

    @property
    def questions(self) -> list[str]:
        """The questions that decide what to bring, each once, as the wizard asks them."""
        joined = situations.joined(self.elements)
        return [one.get("text", "") for one in situations.asked_of(joined.values)]

    @property
    def trips_found(self) -> TripsPresenter:
        """How often one must come with all members, and by which roads."""
        members, order = members_of(self.guide)
        return bundle_trips(members, order, name=self.name, published=self.trips)

    @property
    def code(self) -> str:
        return self.bundle.code

    @property
    def lead_department(self) -> Department:
        return self.bundle.lead_department

    @property
    def trips(self) -> int:
        return self.bundle.trips_after

    @property
    def trips_text(self) -> str:
        return promise_text(self.trips)

    @property
    def promised(self) -> str:
        return limit_text(self.bundle.promised_workdays, LimitUnit.WORKDAY)

    @property
    def required(self) -> list[Member]:
        return [member for member in self.guide.members if not member.optional]

    @property
    def optional(self) -> list[Member]:
        return [member for member in self.guide.members if member.optional]

    @property
    def departments(self) -> list[str]:
        names = (member.matter.department.short_name for member in self.guide.members)
        return list(dict.fromkeys(names))

    @property
    def results(self) -> list[str]:
        return list(dict.fromkeys(member.version.result_name for member in self.guide.members))

    @property
    def count(self) -> int:
        return len(self.guide.members)

    @property
    def materials_before(self) -> int:
        """How many materials the members ask for one by one."""
        return self.guide.materials.before

    @property
    def waves(self) -> list[dict[str, str]]:
        """The members in the order in which they can be done: what waits for nothing first, then what waits for it."""
        levels = self._levels()
        names = {member.matter.pk: member.version.name for member in self.guide.members}
        waves = []
        for level in range(max(levels.values(), default=-1) + 1):
            now = [names[matter] for matter in names if levels[matter] == level]
            title = "一起办理" if len(now) > 1 else "办理"
            waves.append({"title": title if level == 0 else f"接着{title}", "text": "、".join(now)})
        return [*waves, {"title": "统一出件", "text": "所有结果一次给您，窗口领取或邮寄到家"}]

    def _levels(self) -> dict[int, int]:
        """Return for each member how many others must be done before it, one after another."""
        levels = {member.matter.pk: 0 for member in self.guide.members}
        for _ in levels:
            for first, then in self.guide.dependencies:
                if first in levels and then in levels:
                    levels[then] = max(levels[then], levels[first] + 1)
        return levels

    @property
    def order(self) -> list[str]:
        """Which member waits for which, in words."""
        names = {member.matter.pk: member.version.name for member in self.guide.members}
        return [
            f"先办“{names[first]}”，再办“{names[then]}”"
            for first, then in self.guide.dependencies
            if first in names and then in names
        ]

    @property
    def facts(self) -> list[dict[str, Any]]:
        """What stands beside the promised trips: time, departments, materials, all against before."""
        materials = self.guide.materials
        return [
            {"label": "办理时限", "value": self.promised},
            {
                "label": "到现场",
                "value": f"{self.trips}次",
                "was": f"{self.bundle.trips_before}次" if self.bundle.trips_before > self.trips else "",
            },
            {"label": "部门", "value": f"{len(self.departments)}个", "note": "一次申报，内部流转"},
            {"label": "需带材料", "value": f"{materials.asked}份", "was": f"{materials.before}份"},
        ]

    @property
    def trip_reasons(self) -> list[str]:
        spared = len(self.guide.materials) - self.guide.materials.asked
        reasons = [
            f"{len(self.guide.members)}个事项一次申报，一套材料",
            f"{len(self.departments)}个部门之间由系统流转，不用您跑",
            f"{spared}份材料由共享数据或前一事项的结果取得" if spared else "",
            "所有结果在一个窗口一次领取，或一个快递送达",
        ]
        return [reason for reason in reasons if reason]
