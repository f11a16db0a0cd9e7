"""Where a guide says something else than the template it adopted, whether it may, and why it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from matters.catalogue.content import elements
from matters.catalogue.differences import CHANGED, Difference, Spot, compare
from matters.catalogue.format import GUIDE
from matters.catalogue.parsing import Values
from matters.checks.latitude import Latitude, Rule, rule_of
from matters.checks.units import limit

LIMITS = ("statutory", "promised")


class Standing(TextChoices):
    ALLOWED = "allowed", "可以"
    UNEXPLAINED = "unexplained", "须说明理由"
    FORBIDDEN = "forbidden", "不得不同"


@dataclass(frozen=True)
class Deviation:
    """One element that a guide says otherwise than its template: the difference goes from template to guide."""

    difference: Difference
    why: str = ""

    @property
    def element(self) -> str:
        return self.difference.element

    @property
    def template_says(self) -> str:
        return self._words(0)

    @property
    def guide_says(self) -> str:
        return self._words(1)

    def _words(self, side: int) -> str:
        """What one side says; a limit is said whole, whichever part of it differs."""
        found = self.difference
        for name in LIMITS:
            if found.path.startswith(f"{name}_limit."):
                values = found.sides[side]
                said = limit(values.get(f"{name}_value"), values.get(f"{name}_unit"))
                return said.words if said else ""
        return (found.before, found.after)[side]

    @property
    def rule(self) -> Rule:
        return rule_of(self.difference.path)

    @property
    def favours(self) -> bool | None:
        """Whether it favours the applicant; None where that cannot be told, or makes no matter."""
        return self.rule.better(self.difference) if self.rule.better else None

    @property
    def needs_reason(self) -> bool:
        latitude = self.rule.latitude
        return latitude == Latitude.REASON or (latitude == Latitude.FAVOUR and self.favours is None)

    @property
    def standing(self) -> Standing:
        latitude = self.rule.latitude
        if latitude == Latitude.NEVER or (latitude == Latitude.FAVOUR and self.favours is False):
            return Standing.FORBIDDEN
        return Standing.UNEXPLAINED if self.needs_reason and not self.why else Standing.ALLOWED


def deviations(template: Mapping[str, Any], ours: Values) -> list[Deviation]:
    """Return where a guide's elements differ from a template's content, in the order in which a guide is read.

    What the template does not name is the locality's own; of a row that it names, what it leaves empty.
    """
    theirs = elements(dict(template))
    reasons = {row["key"]: row.get("why", "") for row in ours.get("deviations") or [] if "key" in row}
    return [
        Deviation(found, reasons.get(found.element, ""))
        for title, fields in GUIDE.values()
        for found in compare([one for one in fields if one.key in template], theirs, ours, Spot(title))
        if not _is_left_empty(found)
    ]


def _is_left_empty(one: Difference) -> bool:
    return one.change == CHANGED and not one.before and "." in one.path
