"""One matter: its guide (办事指南)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from core.clock import local_date
from matters import situations
from matters.catalogue.content import elements_of
from matters.enums import MatterState, StepKind
from matters.joining import join_text
from matters.materials import merged_materials
from matters.models import Department, MatterVersion, ServicePoint, Step
from matters.policies import halt_words, sentence, what_instead
from matters.presenters.materials import MaterialsPresenter, Papers
from matters.presenters.sections import NO_STATUTORY_LIMIT, GuideText, Section
from matters.presenters.words import limit_text, trip_reasons, trips_text

__all__ = ["NO_STATUTORY_LIMIT", "FlowStep", "GuidePapers", "GuidePresenter", "Standing"]


@dataclass(frozen=True)
class FlowStep:
    """One step of the flow in words."""

    step: Step
    names: Mapping[str, str] = field(default_factory=dict)  # of the flow's steps, by their keys

    @property
    def title(self) -> str:
        return self.step.name

    @property
    def text(self) -> str:
        step = self.step
        parts = [step.performed_by or step.department.in_charge.short_name, StepKind(step.kind).label]
        if step.days:
            parts.append(limit_text(step.days, step.unit))
        if not step.counts_time:
            parts.append("不计入办理时限")
        if step.commitment:
            parts.append("告知承诺")
        parts.append(join_text(step.join, lead=self.names.get(step.lead, step.lead)))
        parts += [step.produces and f"出具{step.produces}", step.note]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Standing:
    """That a matter is suspended or cancelled: since when, why, and what to do instead."""

    title: str
    reason: str
    instead: str

    @property
    def text(self) -> str:
        """All of it in one paragraph, for papers."""
        return "".join(map(sentence, (self.title, self.reason, self.instead)))

    @classmethod
    def of(cls, version: MatterVersion) -> "Standing | None":
        """Return what keeps people from applying, or None for a matter in use."""
        matter = version.matter
        if matter.state == MatterState.IN_USE:
            return None
        return cls(halt_words(matter.state, matter.state_since), matter.state_reason, what_instead(matter))


@dataclass(frozen=True)
class GuidePapers(Papers):
    """The forms of one matter, each at its address."""

    code: str

    def file(self, digest: str) -> str:
        return reverse("matter-file", args=[self.code, digest])

    def generated(self, order: int) -> str:
        return reverse("matter-blank-form", args=[self.code, order])


class GuidePresenter:
    """The guide of one matter (办事指南), section by section."""

    def __init__(
        self,
        version: MatterVersion,
        service_points: Iterable[ServicePoint] = (),
        departments: Mapping[str, str] | None = None,
    ) -> None:
        self.version = version
        self.values = elements_of(version)
        self.department: Department = version.matter.department
        papers = GuidePapers(version.matter.code)
        self.text = GuideText(self.values, self.department, service_points, departments or {}, papers.file)
        self.materials = MaterialsPresenter(
            merged_materials([version]), said=said_of(version), papers=lambda _: papers
        )
        steps = list(version.steps.all())
        self.steps = [FlowStep(step, {one.key: one.name for one in steps}) for step in steps]
        self.standing = Standing.of(version)

    # --- head ---------------------------------------------------------------------------------------------------
    @property
    def code(self) -> str:
        return self.version.matter.code

    @property
    def url(self) -> str:
        return reverse("matter", args=[self.code])

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def everyday_name(self) -> str:
        return self.version.everyday_name

    @property
    def everyday_words(self) -> str:
        """The names people use, as a list: 注册公司、领营业执照."""
        return self.version.everyday_name.replace("/", "、")

    @property
    def topic(self) -> str:
        return self.version.topic

    @property
    def topic_url(self) -> str:
        return f"{reverse('search')}?{urlencode({'topic': self.topic})}"

    @property
    def number(self) -> str:
        """Which version this is, and since when."""
        since = self.version.published_at
        return f"第{self.version.number}版" + (f"（{local_date(since):%Y年%-m月%-d日}发布）" if since else "")

    @property
    def can_apply(self) -> bool:
        return self.standing is None

    @property
    def questions(self) -> list[str]:
        """The questions that decide what to bring, as the wizard asks them."""
        return [one.get("text", "") for one in situations.asked_of(self.values)]

    # --- promise ------------------------------------------------------------------------------------------------
    @property
    def trips(self) -> int:
        return self.version.max_trips

    @property
    def trips_text(self) -> str:
        return trips_text(self.version)

    @property
    def trip_reasons(self) -> list[str]:
        return trip_reasons(self.version)

    @property
    def promised(self) -> str:
        return limit_text(self.version.promised_value, self.version.promised_unit)

    @property
    def statutory(self) -> str:
        """The statutory limit; nothing is claimed where the law names none."""
        if not self.version.statutory_value:
            return NO_STATUTORY_LIMIT
        return limit_text(self.version.statutory_value, self.version.statutory_unit)

    @property
    def facts(self) -> list[dict[str, Any]]:
        """What stands beside the promised trips: time, trips before the reform, materials, fee."""
        version = self.version
        before = f"{version.trips_before_reform}次" if version.trips_before_reform > version.max_trips else ""
        return [
            {"label": "办理时限", "value": self.promised, "note": f"法定：{self.statutory}"},
            {"label": "到现场", "value": f"{version.max_trips}次", "was": before},
            {"label": "需带材料", "value": f"{len(self.materials.asked)}份", "note": self.materials.summary},
            {"label": "收费", "value": version.fee},
        ]

    # --- sections -----------------------------------------------------------------------------------------------
    @property
    def sections(self) -> dict[str, Section]:
        return self.text.sections

    @property
    def where(self) -> list[dict[str, Any]]:
        """The places with a window; empty for a matter that takes no applications at windows."""
        section = self.sections.get("where")
        return section.rows if section else []

    @property
    def before(self) -> list[Section]:
        """The sections that stand before the materials, as people need them."""
        return self._named("who")

    @property
    def after(self) -> list[Section]:
        """The sections that stand between the materials and the department's own steps."""
        return self._named("how-long", "how", "where", "fees")

    @property
    def last(self) -> list[Section]:
        """The sections after the steps."""
        return self._named("result", "questions", "basis", "rights", "contact")

    @property
    def origin(self) -> Section:
        return self.sections["origin"]

    def _named(self, *keys: str) -> list[Section]:
        return [self.sections[key] for key in keys if key in self.sections]

    @property
    def pre_review(self) -> list[dict[str, str]]:
        """What officials do with what was filed from afar, before it is accepted."""
        return [
            {"title": one["name"], "text": StepKind(one["kind"]).label}
            for one in self.values.get("pre_review") or []
        ]


class GuideToRead(GuidePresenter):
    """A guide that is only read — of a draft, of another version: nothing is applied for, its forms have no addresses."""

    def __init__(
        self,
        version: MatterVersion,
        service_points: Iterable[ServicePoint] = (),
        departments: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(version, service_points, departments)
        self.materials = MaterialsPresenter(merged_materials([version]), said=said_of(version))

    @property
    def can_apply(self) -> bool:
        return False


def said_of(version: MatterVersion) -> dict[int, Mapping[str, Any]]:
    """Return what the guide says of each of its materials, by the material's id."""
    rows: Sequence[Mapping[str, Any]] = elements_of(version).get("materials") or []
    by_key = {row.get("key"): row for row in rows}
    return {material.pk: by_key.get(material.key, {}) for material in version.materials.all()}
