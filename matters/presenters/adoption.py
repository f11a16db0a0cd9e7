"""Which template a guide follows, and where it says otherwise, for citizens and for those who keep it. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.http import urlencode

from matters.catalogue.differences import REMOVED
from matters.catalogue.format import GUIDE
from matters.catalogue.words import place_words
from matters.checks.deviations import Deviation, Standing
from matters.checks.latitude import LATITUDE, Latitude
from matters.editing.merging import MINE, THEIRS, Conflict
from matters.editing.reasons import PREFIX
from matters.models import MatterTemplate, MatterVersion
from matters.presenters.editing import Address, ConflictRow
from matters.selectors.templates import Adoption, TemplateUse

TONES = {Standing.ALLOWED: "success", Standing.UNEXPLAINED: "warning", Standing.FORBIDDEN: "danger"}


@dataclass(frozen=True)
class DeviationRow:
    """One element that the guide says otherwise."""

    deviation: Deviation
    address: Address | None = None

    @property
    def label(self) -> str:
        return self.deviation.difference.label

    @property
    def theirs(self) -> str:
        return self.deviation.template_says or "没有"

    @property
    def ours(self) -> str:
        return self.deviation.guide_says or "没有"

    @property
    def why(self) -> str:
        return self.deviation.why

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.deviation.element}"

    @property
    def word(self) -> str:
        """Whether it may stand, in a word."""
        one = self.deviation
        if one.standing != Standing.ALLOWED:
            return str(one.standing.label)
        return "更便民" if one.favours else "已说明理由" if one.needs_reason else "可以不同"

    @property
    def tone(self) -> str:
        return TONES[self.deviation.standing]

    @property
    def source(self) -> str:
        return self.deviation.rule.source

    @property
    def latitude(self) -> str:
        return str(self.deviation.rule.latitude.label)

    @property
    def needs_reason(self) -> bool:
        return self.deviation.needs_reason

    @property
    def url(self) -> str:
        """Where the element is edited."""
        found = self.deviation.difference
        place = found.path.split(".")[0] if found.change == REMOVED else found.place
        return self.address.of(place) if self.address else ""


@dataclass(frozen=True)
class AdoptionPresenter:
    """The template that a guide follows, and its deviations from it."""

    adoption: Adoption
    address: Address | None = None

    @property
    def title(self) -> str:
        return self.adoption.template.title

    @property
    def template(self) -> MatterTemplate:
        return self.adoption.template

    @property
    def url(self) -> str:
        return reverse("template", args=[self.adoption.template.code])

    @property
    def words(self) -> str:
        """How many deviations there are."""
        count = len(self.adoption.deviations)
        return f"本地有 {count} 处不同" if count else "本地没有不同"

    @property
    def lag_words(self) -> str:
        return f"已有第 {self.adoption.newest} 版" if self.adoption.lags else ""

    @property
    def open_words(self) -> str:
        """What is still to be settled before publication."""
        by_standing = [one.standing for one in self.adoption.deviations]
        counts = [(by_standing.count(one), one.label) for one in (Standing.FORBIDDEN, Standing.UNEXPLAINED)]
        return "，".join(f"{count} 处{label}" for count, label in counts if count)

    @property
    def rows(self) -> list[DeviationRow]:
        return [DeviationRow(one, self.address) for one in self.adoption.deviations]


@dataclass(frozen=True)
class TemplateRow:
    """One template in the list: how many follow it, lag behind, or do not follow it."""

    use: TemplateUse

    @property
    def template(self) -> MatterTemplate:
        return self.use.template

    @property
    def url(self) -> str:
        return reverse("template", args=[self.template.code])

    @property
    def adopters(self) -> int:
        return len(self.use.adopters)

    @property
    def lagging(self) -> int:
        return len(self.use.lagging)

    @property
    def others(self) -> int:
        return len(self.use.others)


@dataclass(frozen=True)
class FollowerRow:
    """One matter beside a template: which version it follows, if any, and where it is revised."""

    version: MatterVersion
    adoption: AdoptionPresenter | None = None
    open_entry: int | None = None

    @property
    def url(self) -> str:
        return reverse("matter", args=[self.version.matter.code])

    @property
    def entry_url(self) -> str:
        """Where it adopts the template or its newest version: the draft on its way, or where one is begun."""
        if self.open_entry:
            return reverse("entry-edit", args=[self.open_entry, "template"])
        return f"{reverse('entry-start')}?{urlencode({'matter': self.version.matter.code})}"

    @property
    def follows(self) -> str:
        return f"第 {self.version.template_version} 版"


@dataclass(frozen=True)
class AdoptionConflict(ConflictRow):
    """One element that draft and template say differently."""

    labels: ClassVar = {MINE: "保留本地的", THEIRS: "用模板的"}


def conflict_rows(conflicts: Sequence[Conflict], taken: dict[str, str]) -> list[ConflictRow]:
    """Return what is to be chosen, with what has been chosen, or suggests itself."""
    return [AdoptionConflict(one, taken.get(one.place, "")) for one in conflicts]


def latitude_rows() -> list[dict[str, Any]]:
    """Return the table of how far each element may differ, grouped as people ask: by how far."""
    steps = [
        str(one.label)
        for one in (Latitude.NEVER, Latitude.FAVOUR, Latitude.REASON, Latitude.FREE, Latitude.LOCAL)
    ]
    order = {
        key: at
        for at, key in enumerate(key for _, fields in GUIDE.values() for key in (one.key for one in fields))
    }
    grouped: dict[tuple[str, str], list[str]] = {}
    for path, rule in sorted(LATITUDE.items(), key=lambda one: order[one[0].split(".")[0]]):
        words = place_words(path.removesuffix(".*")) + ("的其他内容" if path.endswith(".*") else "")
        grouped.setdefault((str(rule.latitude.label), rule.source), []).append(words)
    return [
        {"latitude": latitude, "source": source, "elements": "、".join(names)}
        for (latitude, source), names in sorted(grouped.items(), key=lambda one: steps.index(one[0][0]))
    ]
