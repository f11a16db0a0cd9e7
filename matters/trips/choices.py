"""What a road is made of: the choices on the way, and the visits they cost."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matters.enums import PresenceBy


class Receipt(StrEnum):
    """How the results arrive."""

    BROUGHT = "brought"
    ON_THE_SPOT = "on_the_spot"
    FETCHED = "fetched"


class Correction(StrEnum):
    """Where a correction is answered."""

    FROM_AFAR = "from_afar"
    AT_COUNTER = "at_counter"


class VisitAt(StrEnum):
    """For what a visit is made in the first place."""

    FILING = "filing"
    CORRECTION = "correction"
    COLLECTION = "collection"


@dataclass(frozen=True)
class Visit:
    """One coming to the counter: for what, with which causes in words, and who must come."""

    at: VisitAt
    causes: tuple[str, ...]
    by: PresenceBy

    def as_dict(self) -> dict[str, Any]:
        return {"at": self.at.value, "causes": list(self.causes), "by": self.by.value}
