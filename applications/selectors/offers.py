"""Which bundles (一件事) somebody who wants one matter can file instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from matters.materials import merged_materials
from matters.models import Bundle, MatterVersion
from matters.selectors import bundles, bundles_with

MOST_OFFERED = 3


@dataclass(frozen=True)
class Offered:
    """A bundle that holds a matter, with its required members and that matter; `spared` is how many materials it saves."""

    bundle: Bundle
    version: MatterVersion
    members: tuple[MatterVersion, ...]
    is_optional: bool
    spared: int

    @property
    def chosen(self) -> list[str]:
        """The optional member to choose: the matter itself, where the bundle does not always hold it."""
        return [self.version.matter.code] if self.is_optional else []


def bundles_offered(version: MatterVersion) -> list[Offered]:
    """Return the bundles in use with this matter that can be filed now, those with the fewest others first.

    The number of questions to the database does not grow with the bundles or their members.
    """
    found = bundles().filter(pk__in=bundles_with(version).order_by().values("pk"))
    offered = [offer for bundle in found if (offer := _offered(bundle, version))]
    offered.sort(key=lambda offer: (len(offer.members), offer.bundle.code))
    return offered[:MOST_OFFERED]


def _offered(bundle: Bundle, version: MatterVersion) -> Offered | None:
    rows = [row for row in bundle.members.all() if not row.optional or row.matter_id == version.matter_id]
    if len(rows) < 2 or not all(row.matter.published for row in rows):
        return None
    members = [row.matter.published[0] for row in rows]
    links = [(link.first_id, link.then_id) for link in bundle.dependencies.all()]
    return Offered(
        bundle=bundle,
        version=version,
        members=tuple(members),
        is_optional=any(row.optional for row in rows),
        spared=_asked_one_by_one(members) - merged_materials(members, links).asked,
    )


def _asked_one_by_one(members: Sequence[MatterVersion]) -> int:
    return sum(merged_materials([member]).asked for member in members)
