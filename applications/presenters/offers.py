"""What is said where one matter is applied for and a bundle holds it too. No queries here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode

from applications.questions import Questions
from applications.selectors.offers import Offered
from matters.presenters.situation import CHOSEN
from matters.situations import Answers

MOST_NAMED = 3


@dataclass(frozen=True)
class Offer:
    """One bundle that can be filed instead; `own` are the answers given so far, by matter code."""

    offered: Offered
    own: Mapping[str, Answers] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.offered.bundle.code

    @property
    def name(self) -> str:
        return self.offered.bundle.name

    @property
    def text(self) -> str:
        """Say with what it can be done together, and what that saves."""
        parts = [f"这件事可以和{self._others}一起办：一件事《{self.name}》", self._trips]
        if self.offered.spared > 0:
            parts.append(f"少交{self.offered.spared}份材料")
        return "，".join(parts)

    @property
    def _others(self) -> str:
        others = [
            f"“{each.name}”"
            for each in self.offered.members
            if each.matter_id != self.offered.version.matter_id
        ]
        more = f"等{len(others)}个事项" if len(others) > MOST_NAMED else ""
        return "、".join(others[:MOST_NAMED]) + more

    @property
    def _trips(self) -> str:
        trips = self.offered.bundle.trips_after
        return f"只跑{trips}次" if trips else "一次都不用跑"

    @property
    def url(self) -> str:
        """Where the bundle is begun, with this matter chosen and the same answers."""
        said = Questions(self.offered.members, self.own).answers
        query = urlencode({CHOSEN: ",".join(self.offered.chosen), **said})
        return f"{reverse('apply-bundle', args=[self.code])}?{query}"
