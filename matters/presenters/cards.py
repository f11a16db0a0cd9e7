"""Matters and bundles in lists: the card of each, with the words that were searched for marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from matters.enums import MatterState, SearchKind
from matters.models import Department
from matters.policies import halt_words
from matters.presenters.highlight import highlighted
from matters.presenters.words import limit_text, promise_text
from matters.selectors.hits import Hit

MEMBERS_SHOWN = 4
# The page of each kind; that of a halted matter is its guide, which says so.
_PAGES = {SearchKind.MATTER: "matter", SearchKind.BUNDLE: "bundle", SearchKind.HALTED: "matter"}
_MARKS = {MatterState.SUSPENDED: ("暂停办理", "paused"), MatterState.CANCELLED: ("已取消", "danger")}


@dataclass(frozen=True)
class Card:
    """What the cards of matters and bundles have in common."""

    hit: Hit
    query: str = ""

    @property
    def code(self) -> str:
        return self.hit.code

    @property
    def url(self) -> str:
        return reverse(_PAGES[SearchKind(self.hit.kind)], args=[self.hit.code])

    @property
    def name(self) -> SafeString:
        return highlighted(self.hit.name, self.query)

    @property
    def department(self) -> str:
        return Department(name=self.hit.department_name).short_name

    @property
    def trips(self) -> int:
        return self.hit.max_trips

    @property
    def trips_text(self) -> str:
        return promise_text(self.hit.max_trips)

    @property
    def time(self) -> str:
        return limit_text(self.hit.promised_value, self.hit.promised_unit)


@dataclass(frozen=True)
class MatterCard(Card):
    """One matter in a list: what the matter card component shows."""

    @property
    def everyday_name(self) -> SafeString:
        return highlighted(self.hit.everyday_name, self.query)

    @property
    def is_instant(self) -> bool:
        return self.hit.is_instant

    @property
    def free_materials(self) -> int:
        return self.hit.spared_materials


@dataclass(frozen=True)
class HaltedCard(MatterCard):
    """One suspended or cancelled matter in a list: that it is, since when, why, and what to do instead."""

    @property
    def mark(self) -> str:
        return _MARKS[MatterState(self.hit.state)][0]

    @property
    def tone(self) -> str:
        return _MARKS[MatterState(self.hit.state)][1]

    @property
    def since(self) -> str:
        return halt_words(self.hit.state, self.hit.state_since)

    @property
    def reason(self) -> str:
        return self.hit.state_reason

    @property
    def instead(self) -> str:
        return self.hit.instead


@dataclass(frozen=True)
class BundleCard(Card):
    """One bundle in a list: what it is made of, and what it spares."""

    @property
    def trips_before(self) -> int:
        return self.hit.trips_before

    @property
    def members(self) -> list[str]:
        return self.hit.members

    @property
    def members_text(self) -> str:
        shown = "、".join(self.members[:MEMBERS_SHOWN])
        return f"{shown}等{len(self.members)}件事" if len(self.members) > MEMBERS_SHOWN else shown


def cards(hits: Iterable[Hit], query: str = "") -> list[MatterCard]:
    """Return the cards of matters."""
    return [MatterCard(hit, query) for hit in hits]


def halted_cards(hits: Iterable[Hit], query: str = "") -> list[HaltedCard]:
    """Return the cards of suspended and cancelled matters."""
    return [HaltedCard(hit, query) for hit in hits]


def bundle_cards(hits: Iterable[Hit], query: str = "") -> list[BundleCard]:
    """Return the cards of bundles."""
    return [BundleCard(hit, query) for hit in hits]
