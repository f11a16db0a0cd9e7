"""What a search found: cards with the words marked, facets as links, and what to try when nothing was found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from matters.enums import HandlingForm, SearchKind
from matters.models import Department
from matters.presenters.cards import (
    BundleCard,
    HaltedCard,
    MatterCard,
    bundle_cards,
    cards,
    halted_cards,
)
from matters.presenters.words import promise_text
from matters.selectors.finding import Found, Tally, beside
from matters.selectors.questions import COMPANY, COUNTED, PERSON, Level, Narrowing

EXAMPLES = ("开饭店", "二手房过户", "办护照", "给宝宝上户口", "营业执照")
LAST_PAGE = 20
MOST_COUNTED = 999
ALWAYS_SHOWN = 8


@dataclass(frozen=True)
class FacetKind:
    """One way to narrow a search: the words for its values, and their order, which else is by number."""

    name: str
    title: str
    word: Callable[[Any], str] = str
    order: Sequence[Any] = ()


WHO = {PERSON: "个人", COMPANY: "企业和其他组织"}
CHANNELS = {
    HandlingForm.WEB: "网上办",
    HandlingForm.MOBILE: "手机办",
    HandlingForm.WINDOW: "窗口办",
    HandlingForm.MAIL: "寄材料办",
    HandlingForm.OTHER: "其他方式",
}
FACETS = (
    FacetKind("who", "谁来办", lambda value: WHO[value], order=list(WHO)),
    FacetKind("trips", "最多跑几次", promise_text, order=range(10)),
    FacetKind("instant", "办理速度", lambda _: "当场办结"),
    FacetKind("channel", "怎么办", lambda value: CHANNELS[value], order=list(CHANNELS)),
    FacetKind("life_event", "人生大事"),
    FacetKind("topic", "主题"),
    FacetKind("department", "部门"),
)


@dataclass(frozen=True)
class Choice:
    """One value of a facet as a link that chooses it, or takes the choice back."""

    label: str
    count: int
    url: str
    chosen: bool
    is_least: bool = False

    @property
    def count_text(self) -> str:
        """The number; “999+” stands for all above, and “+” behind one where more was found than was counted."""
        if self.count > MOST_COUNTED:
            return f"{MOST_COUNTED}+"
        return f"{self.count}+" if self.is_least and self.count else str(self.count)


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


class SearchResults:
    """All that the page of results shows."""

    examples = EXAMPLES
    last_page = LAST_PAGE

    def __init__(
        self,
        query: str,
        matters: Found,
        few: Mapping[SearchKind, Found] | None,
        tally: Tally,
        narrowing: Narrowing,
        page: int = 1,
    ) -> None:
        self.query = query
        self.chosen = narrowing.chosen
        self.page = page
        self.matters: list[MatterCard] = cards(matters.hits, query)
        self.bundles: list[BundleCard] = bundle_cards(few[SearchKind.BUNDLE].hits, query) if few else []
        self.has_more_bundles = bool(few and few[SearchKind.BUNDLE].has_more)
        self.halted: list[HaltedCard] = (
            halted_cards(beside(few[SearchKind.HALTED], matters), query) if few else []
        )
        self.is_loose = matters.level == Level.ALIKE
        self._has_more = matters.has_more
        self._tally = tally

    @property
    def count(self) -> int:
        return self._tally.total + len(self.bundles) + len(self.halted)

    @property
    def bundles_text(self) -> str:
        """How many bundles were found, in words."""
        return f"{len(self.bundles)} 个{'以上' if self.has_more_bundles else ''}一件事"

    @property
    def matters_text(self) -> str:
        """How many matters were found, in words."""
        return f"{COUNTED} 个以上事项" if self._tally.is_capped else f"{self._tally.total} 个事项"

    @property
    def halted_text(self) -> str:
        """How many suspended or cancelled matters are shown, in words."""
        return f"{len(self.halted)} 个已暂停或取消的事项"

    @property
    def next_url(self) -> str:
        return self._url({**self.chosen, "page": self.page + 1}) if self._goes_on else ""

    @property
    def previous_url(self) -> str:
        before = {"page": self.page - 1} if self.page > 2 else {}
        return self._url({**self.chosen, **before}) if self.page > 1 else ""

    @property
    def page_text(self) -> str:
        """Which page this is, where there are several."""
        return f"第 {self.page} 页" if self.page > 1 or self._goes_on else ""

    @property
    def must_narrow(self) -> bool:
        """Whether more was found than pages are offered for."""
        return self._has_more and not self._goes_on

    @property
    def clear_url(self) -> str:
        return self._url({})

    @property
    def facets(self) -> list[Facet]:
        """The facets with how many matters each choice would leave; one that narrows nothing is left out."""
        facets = [Facet(kind.title, self._choices(kind)) for kind in FACETS]
        return [facet for facet in facets if any(self._narrows(choice) for choice in facet.choices)]

    @property
    def chosen_labels(self) -> list[Choice]:
        return [choice for facet in self.facets for choice in facet.choices if choice.chosen]

    @property
    def _goes_on(self) -> bool:
        return self._has_more and self.page < LAST_PAGE

    def _narrows(self, choice: Choice) -> bool:
        return choice.chosen or choice.count < self._tally.total

    def _choices(self, kind: FacetKind) -> list[Choice]:
        counts = {value: count for value, count in self._tally.by_facet.get(kind.name, {}).items() if count}
        if kind.name in self.chosen:
            counts.setdefault(self.chosen[kind.name], 0)
        ordered = sorted(counts, key=kind.order.index if kind.order else lambda value: -counts[value])
        return [self._choice(kind, value, counts[value]) for value in ordered]

    def _choice(self, kind: FacetKind, value: Any, count: int) -> Choice:
        chosen = self.chosen.get(kind.name) == value
        others = {name: held for name, held in self.chosen.items() if name != kind.name}
        url = self._url(others if chosen else {**others, kind.name: value})
        word = self._department(value) if kind.name == "department" else kind.word(value)
        return Choice(word, count, url, chosen, self._tally.is_capped)

    def _department(self, code: str) -> str:
        return Department(name=self._tally.departments.get(code, code)).short_name

    def _url(self, asked: Mapping[str, Any]) -> str:
        said = {name: 1 if value is True else value for name, value in asked.items()}
        said = {"q": self.query, **said} if self.query else said
        return reverse("search") + (f"?{urlencode(said)}" if said else "")


@dataclass(frozen=True)
class Suggested:
    """The best few of what is typed so far."""

    matters: list[MatterCard]
    bundles: list[BundleCard]
    halted: list[HaltedCard]
    has_more: bool


def suggested(query: str, few: Mapping[SearchKind, Found]) -> Suggested:
    """Return the cards of suggestions, and whether there is more than they show."""
    matters, bundles = few[SearchKind.MATTER], few[SearchKind.BUNDLE]
    return Suggested(
        cards(matters.hits, query),
        bundle_cards(bundles.hits, query),
        halted_cards(beside(few[SearchKind.HALTED], matters), query),
        matters.has_more or bundles.has_more,
    )
