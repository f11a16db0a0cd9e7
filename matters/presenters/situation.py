"""The wizard through the situations (情形): the question to ask now, or exactly what to bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from matters import situations
from matters.catalogue.content import elements_of
from matters.enums import LimitUnit
from matters.materials import MaterialList, merged_materials
from matters.models import Department, MatterVersion, ServicePoint
from matters.presenters.guide import GuidePapers, Standing, said_of
from matters.presenters.materials import MaterialsPresenter
from matters.presenters.sections import GuideText, Row
from matters.presenters.trips import TripsPresenter, bundle_trips, matter_trips
from matters.presenters.words import limit_text
from matters.selectors import BundleGuide, Member
from matters.situations import Answers
from matters.trips import Member as TripsMember

# In the query of the wizard beside the answers; no key of a question can hold a tilde.
CHOSEN, STEP = "~with", "~step"
BARE = ("是", "不是", "否", "有", "没有", "无", "要", "不要", "不用", "需要", "不需要")


@dataclass(frozen=True)
class Answered:
    """One answer given on the way, and where to give another."""

    question: str
    answer: str
    url: str


class Situation:
    """What one applicant's answers make of one or several matters.

    `of` are the versions by matter code; `given` are answers as the wizard asks them. Raises Invalid for answers that
    are not offered.
    """

    def __init__(
        self,
        versions: Sequence[MatterVersion],
        given: Answers,
        *,
        dependencies: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.versions = {version.matter.code: version for version in versions}
        self.values = {code: elements_of(version) for code, version in self.versions.items()}
        self.joined = situations.joined(self.values)
        self.dependencies = dependencies
        self.answers = situations.path(self.joined.values, given)
        self.question = situations.next_question(self.joined.values, given)

    @property
    def is_complete(self) -> bool:
        return self.question is None

    @property
    def count(self) -> int:
        """How many questions there are at most."""
        return len(self.joined.values["situations"])

    def of(self, code: str) -> dict[str, str]:
        """Return the answers as the guide of one matter asks for them."""
        return situations.path(self.values[code], self.joined.of(code, self.answers))

    @property
    def words(self) -> list[dict[str, str]]:
        return situations.in_words(self.joined.values, self.answers)

    @cached_property
    def materials(self) -> MaterialList:
        by_matter = {version.matter_id: self.of(code) for code, version in self.versions.items()}
        return merged_materials(self.versions.values(), self.dependencies, by_matter)

    @property
    def because(self) -> dict[str, str]:
        """For each material that not everybody needs, the answers that call for it, in words."""
        words = {one["key"]: _reason(one) for one in self.words}
        found: dict[str, list[str]] = {}
        for code, values in self.values.items():
            names = self.joined.names[code]
            for row in values.get("materials") or []:
                because = [words[names[key]] for key in row.get("when") or {} if names.get(key) in words]
                found.setdefault(row["key"], []).extend(because)
        return {key: "、".join(dict.fromkeys(answers)) for key, answers in found.items() if answers}

    @property
    def presenter(self) -> MaterialsPresenter:
        said = {pk: row for version in self.versions.values() for pk, row in said_of(version).items()}
        papers = {version.pk: GuidePapers(code) for code, version in self.versions.items()}
        return MaterialsPresenter(self.materials, said=said, papers=papers.__getitem__, because=self.because)


def _reason(said: Mapping[str, str]) -> str:
    """Return an answer as a reason: one that says nothing alone with its question."""
    return f"{said['question']}{said['answer']}" if said["answer"] in BARE else said["answer"]


class SituationPage:
    """One page of the wizard: what matter and bundle have in common."""

    def __init__(self, situation: Situation, extra: Mapping[str, str] | None = None) -> None:
        self.situation = situation
        self.extra = dict(extra or {})
        self.materials = situation.presenter

    # What each kind of page says for itself.
    name = url = start_url = notice_url = apply_url = kicker = promised = ""
    trips: TripsPresenter
    department: Department
    standing: Standing | None = None

    @property
    def can_apply(self) -> bool:
        return self.standing is None and bool(self.apply_url)

    @property
    def question(self) -> dict[str, Any] | None:
        return self.situation.question

    @property
    def place(self) -> str:
        """Where in the questions this one is; how many are still to come depends on the answers."""
        return f"第 {len(self.situation.answers) + 1} 个问题"

    @property
    def hidden(self) -> dict[str, str]:
        """What the form of the next question carries on."""
        return {**self.extra, **self.situation.answers}

    @property
    def query(self) -> str:
        return urlencode({**self.extra, **self.situation.answers})

    @property
    def apply_address(self) -> str:
        return f"{self.apply_url}?{self.query}" if self.query else self.apply_url

    @property
    def answered(self) -> list[Answered]:
        """The answers so far, each with the address at which it is asked again."""
        rows, before = [], dict(self.extra)
        for one in self.situation.words:
            rows.append(Answered(one["question"], one["answer"], self._address(before)))
            before[one["key"]] = self.situation.answers[one["key"]]
        return rows

    @property
    def back_url(self) -> str:
        answered = self.answered
        return answered[-1].url if answered else self.url

    @property
    def summary(self) -> list[Row]:
        return [
            {"label": one.question, "value": one.answer, "url": one.url, "action": "改"}
            for one in self.answered
        ]

    def _address(self, answers: Mapping[str, str]) -> str:
        """Return where the wizard stands after these answers; it never jumps over a question that has none."""
        return f"{self.start_url}?{urlencode(answers)}" if answers else self.start_url


class MatterSituation(SituationPage):
    """The wizard of one matter."""

    def __init__(
        self, version: MatterVersion, given: Answers, service_points: Sequence[ServicePoint] = ()
    ) -> None:
        super().__init__(Situation([version], given))
        code = version.matter.code
        self.version = version
        self.name, self.kicker = version.name, f"{version.matter.department.short_name} · {code}"
        self.department = version.matter.department
        self.standing = Standing.of(version)
        self.url = reverse("matter", args=[code])
        self.start_url = reverse("matter-situations", args=[code])
        self.notice_url = reverse("matter-notice", args=[code])
        self.apply_url = reverse("apply-matter", args=[code])
        self.promised = limit_text(version.promised_value, version.promised_unit)
        self.text = GuideText(elements_of(version), self.department, service_points)
        self.version_text = f"第{version.number}版"

    @cached_property
    def trips(self) -> TripsPresenter:  # type: ignore[override]
        code = self.version.matter.code
        return matter_trips(self.situation.values[code], answers=self.situation.of(code))

    @property
    def facts(self) -> list[Row]:
        return [
            {"label": "办理时限", "value": self.promised},
            *self._of("fees"),
            *self._of("where"),
        ]

    def _of(self, key: str) -> list[Row]:
        section = self.text.sections.get(key)
        return section.rows if section else []


class BundleSituation(SituationPage):
    """The wizard of a bundle over the members that are chosen: the required ones, and those optional ones named."""

    def __init__(
        self,
        guide: BundleGuide,
        given: Answers,
        chosen: Sequence[str] | None,
        service_points: Sequence[ServicePoint] = (),
    ) -> None:
        self.guide = guide
        self.members = [
            one for one in guide.members if not one.optional or chosen is None or one.matter.code in chosen
        ]
        extra = {CHOSEN: ",".join(self.optional_codes)} if chosen is not None else {}
        super().__init__(
            Situation([one.version for one in self.members], given, dependencies=guide.dependencies), extra
        )
        code = guide.bundle.code
        self.name, self.kicker = guide.bundle.name, f"一件事 · {guide.bundle.lead_department.short_name}牵头"
        self.department = guide.bundle.lead_department
        self.url = reverse("bundle", args=[code])
        self.start_url = reverse("bundle-situations", args=[code])
        self.notice_url = reverse("bundle-notice", args=[code])
        self.apply_url = reverse("apply-bundle", args=[code])
        self.promised = limit_text(guide.bundle.promised_workdays, LimitUnit.WORKDAY)
        self.service_points = service_points
        self.version_text = "、".join(f"{one.matter.code}第{one.version.number}版" for one in self.members)

    @property
    def optional_codes(self) -> list[str]:
        return [one.matter.code for one in self.members if one.optional]

    @property
    def choices(self) -> list[Member]:
        return [one for one in self.guide.members if one.optional]

    @cached_property
    def trips(self) -> TripsPresenter:  # type: ignore[override]
        codes = {one.matter.pk: one.matter.code for one in self.members}
        order = [
            (codes[first], codes[then])
            for first, then in self.guide.dependencies
            if first in codes and then in codes
        ]
        return bundle_trips(
            [TripsMember(self.situation.values[one.matter.code], one.optional) for one in self.members],
            order,
            name=self.name,
            published=self.guide.bundle.trips_after,
            answers={code: self.situation.of(code) for code in codes.values()},
        )

    @property
    def facts(self) -> list[Row]:
        places = [
            {"label": one.name, "value": one.address, "note": f"{one.hours} {one.phone}".strip()}
            for one in self.service_points
        ]
        members = "\n".join(one.version.name for one in self.members)
        return [
            {"label": "一次办好的事", "value": members},
            {"label": "办理时限", "value": self.promised},
            *places,
        ]
