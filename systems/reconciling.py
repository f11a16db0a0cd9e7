"""What went both ways between a department's system and the portal on one day, for both sides to compare (对账)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from systems.models import IncomingResult, Push


@dataclass(frozen=True)
class Day:
    """One day of one system: every message that was written and every result that came in on it."""

    day: date
    pushes: Sequence[Push]
    results: Sequence[IncomingResult]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many were sent, acknowledged, unanswered, given up, taken and refused."""
        states = Counter(push.state for push in self.pushes)
        refused = sum(each.is_refused for each in self.results)
        return {
            "sent": len(self.pushes),
            "acknowledged": states["acknowledged"],
            "unanswered": states["unanswered"],
            "failed": states["failed"],
            "taken": len(self.results) - refused,
            "refused": refused,
        }
