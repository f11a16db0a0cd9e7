"""What a search found: cards with the words marked, facets as links, and what to try when nothing was found."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from matters.enums import ServiceObject
from matters.models import Bundle, MatterVersion
from matters.presenters.cards import BundleCard, MatterCard
from matters.presenters.highlight import highlighted
from matters.presenters.words import promise_text

SUGGESTED_MATTERS, SUGGESTED_BUNDLES = 6, 2
EXAMPLES = ("开饭店", "二手房过户", "办护照", "给宝宝上户口", "营业执照")


def audiences_of(version: MatterVersion) -> list[str]:
    """Return for whom a matter is: person, company, or both."""
    objects = set(version.service_objects)
    names = ("person", {ServiceObject.NATURAL}), ("company", set(ServiceObject) - {ServiceObject.NATURAL})
    return [name for name, kinds in names if objects & kinds]


@dataclass(frozen=True)
class FacetKind:
    """One way to narrow a search: the values a matter has in it, the words for them, their order (else by number)."""

    name: str
    title: str
    values: Callable[[MatterVersion], Sequence[Any]]
    word: Callable[[Any, Mapping[Any, str]], str]
    order: Sequence[Any] = ()


WHO = {"person": "个人", "company": "企业和其他组织"}
FACETS = (
    FacetKind("who", "谁来办", audiences_of, lambda value, _: WHO[value], order=list(WHO)),
    FacetKind(
        "trips",
        "最多跑几次",
        lambda version: range(version.max_trips, 2),
        lambda value, _: promise_text(value),
        order=range(100),
    ),
    FacetKind("instant", "办理速度", lambda version: ["1"] * version.is_instant, lambda *_: "当场办结"),
    FacetKind("topic", "主题", lambda version: [version.topic], lambda value, _: value),
    FacetKind(
        "department",
        "部门",
        lambda version: [version.matter.department.code],
        lambda value, names: names.get(value, value),
    ),
)
ALWAYS_SHOWN = 8


@dataclass(frozen=True)
class Choice:
    """One value of a facet as a link that chooses it, or takes the choice back."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    title: str
    choices: list[Choice]

    @property
    def shown(self) -> list[Choice]:
        return [one for at, one in enumerate(self.choices) if at < ALWAYS_SHOWN or one.chosen]

    @property
    def hidden(self) -> list[Choice]:
        return [one for at, one in enumerate(self.choices) if at >= ALWAYS_SHOWN and not one.chosen]


@dataclass(frozen=True)
class FoundMatter(MatterCard):
    """A matter card whose names have the searched words marked."""

    query: str = ""

    @property
    def name(self) -> SafeString:
        return highlighted(self.version.name, self.query)

    @property
    def everyday_name(self) -> SafeString:
        return highlighted(self.version.everyday_name, self.query)


class SearchResults:
    """All that the page of results shows."""

    examples = EXAMPLES

    def __init__(
        self, query: str, versions: Sequence[MatterVersion], bundles: Sequence[Bundle], chosen: dict[str, Any]
    ) -> None:
        self.query = query
        self.chosen = chosen
        self._found = versions
        self.matters = [FoundMatter(version, query=query) for version in self._narrowed(versions)]
        self.bundles = [] if chosen else [BundleCard(bundle, query) for bundle in bundles if query]

    @property
    def count(self) -> int:
        return len(self.matters) + len(self.bundles)

    @property
    def clear_url(self) -> str:
        return self._url({})

    @property
    def facets(self) -> list[Facet]:
        """The facets with how many matters each choice would leave; one that narrows nothing is left out."""
        facets = [Facet(kind.title, self._choices(kind)) for kind in FACETS]
        return [facet for facet in facets if any(self._narrows(choice) for choice in facet.choices)]

    def _narrows(self, choice: Choice) -> bool:
        return choice.chosen or choice.count < len(self.matters)

    @property
    def chosen_labels(self) -> list[Choice]:
        return [choice for facet in self.facets for choice in facet.choices if choice.chosen]

    def _choices(self, kind: FacetKind) -> list[Choice]:
        versions = self._narrowed(self._found, but=kind.name)
        counts = Counter(value for version in versions for value in kind.values(version))
        if kind.name in self.chosen:
            counts.setdefault(self.chosen[kind.name], 0)
        ordered = sorted(counts, key=kind.order.index if kind.order else lambda value: -counts[value])
        return [self._choice(kind, value, counts[value]) for value in ordered]

    def _choice(self, kind: FacetKind, value: Any, count: int) -> Choice:
        chosen = self.chosen.get(kind.name) == value
        others = {name: held for name, held in self.chosen.items() if name != kind.name}
        url = self._url(others if chosen else {**others, kind.name: value})
        return Choice(kind.word(value, self._departments), count, url, chosen)

    @property
    def _departments(self) -> dict[str, str]:
        departments = (version.matter.department for version in self._found)
        return {department.code: department.short_name for department in departments}

    def _narrowed(self, versions: Sequence[MatterVersion], but: str = "") -> list[MatterVersion]:
        held = [
            (kind, self.chosen[kind.name]) for kind in FACETS if kind.name in self.chosen and kind.name != but
        ]
        return [one for one in versions if all(value in kind.values(one) for kind, value in held)]

    def _url(self, chosen: Mapping[str, Any]) -> str:
        asked = {"q": self.query, **chosen} if self.query else dict(chosen)
        return reverse("search") + (f"?{urlencode(asked)}" if asked else "")


@dataclass(frozen=True)
class Suggested:
    matters: list[FoundMatter]
    bundles: list[BundleCard]
    more: int


def suggested(query: str, versions: Sequence[MatterVersion], bundles: Sequence[Bundle]) -> Suggested:
    """Return the best few of what a query finds, and how many more there are."""
    matters = [FoundMatter(version, query=query) for version in versions[:SUGGESTED_MATTERS]]
    cards = [BundleCard(bundle, query) for bundle in bundles[:SUGGESTED_BUNDLES]]
    return Suggested(matters, cards, len(versions) + len(bundles) - len(matters) - len(cards))
