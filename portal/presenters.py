"""The first page: what people search for, the themes of both entrances, life events, bundles, what is used most."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.urls import reverse
from django.utils.http import urlencode

from matters.presenters.cards import bundle_cards, cards
from matters.presenters.results import EXAMPLES
from matters.presenters.themes import AUDIENCES, Theme, ThemesPresenter
from matters.selectors.hits import Hit
from matters.selectors.themes import ThemeSize

THEMES_SHOWN = 6
BUNDLES_SHOWN = 6
LIFE_EVENTS_SHOWN = 12


class Side:
    """One entrance of the first page: the themes for persons, or for companies."""

    def __init__(self, audience: str, sizes: Sequence[ThemeSize]) -> None:
        themes = ThemesPresenter(audience, sizes)
        self.title = themes.title
        self.count = themes.count
        self.url = reverse("themes", args=[audience])
        self.shown: list[Theme] = themes.themes[:THEMES_SHOWN]


class LifeEvent:
    """One event in somebody's life, and what there is to do then."""

    def __init__(self, title: str, count: int) -> None:
        self.title, self.count = title, count
        self.url = f"{reverse('search')}?{urlencode({'life_event': title})}"


class HomePresenter:
    """All that the first page shows of the catalogue."""

    searched = EXAMPLES

    def __init__(
        self,
        sizes: Sequence[ThemeSize],
        life_events: Mapping[str, int],
        bundles: Sequence[Hit],
        most_used: Iterable[Hit],
    ) -> None:
        self.sides = [Side(audience, sizes) for audience in AUDIENCES]
        self.life_events = [LifeEvent(*one) for one in islice(life_events.items(), LIFE_EVENTS_SHOWN)]
        self.zero_trip_count = sum(one.without_trip for one in sizes)
        self.bundles = bundle_cards(bundles[:BUNDLES_SHOWN])
        self.bundle_count = len(bundles)
        self.most_used = cards(most_used)
