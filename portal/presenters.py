"""The first page: what people search for, the themes of both entrances, bundles, and what is used most."""

from collections.abc import Sequence

from django.urls import reverse

from matters.models import Bundle, MatterVersion
from matters.presenters.cards import BundleCard, MatterCard
from matters.presenters.results import EXAMPLES
from matters.presenters.themes import AUDIENCES, Theme, ThemesPresenter

THEMES_SHOWN = 6
BUNDLES_SHOWN = 6


class Side:
    """One entrance of the first page: the themes for persons, or for companies."""

    def __init__(self, audience: str, versions: Sequence[MatterVersion]) -> None:
        themes = ThemesPresenter(audience, versions, ())
        self.title = themes.title
        self.count = themes.count
        self.url = reverse("themes", args=[audience])
        self.shown: list[Theme] = themes.themes[:THEMES_SHOWN]


class HomePresenter:
    """All that the first page shows of the catalogue."""

    searched = EXAMPLES

    def __init__(
        self, versions: Sequence[MatterVersion], bundles: Sequence[Bundle], most_used: Sequence[MatterVersion]
    ) -> None:
        self.sides = [Side(audience, versions) for audience in AUDIENCES]
        self.zero_trip_count = sum(version.max_trips == 0 for version in versions)
        spared = sorted(bundles, key=lambda bundle: bundle.trips_after - bundle.trips_before)
        self.bundles = [BundleCard(bundle) for bundle in spared[:BUNDLES_SHOWN]]
        self.bundle_count = len(bundles)
        self.most_used = [MatterCard(version) for version in most_used]
