"""How long a matter or a step usually takes, in words: the median and what nine of ten stay within."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from matters.models import StepFigures

COUNTED = "从受理到作出决定，不算等您补正和依法暂停的时间"


def whole_days(taken: Decimal) -> int:
    """Return working days rounded up, as a promise would be: who says three days means that it is over by then."""
    return ceil(taken)


def days_text(taken: Decimal) -> str:
    """Return a duration in words: 当天, 3个工作日."""
    days = whole_days(taken)
    return f"{days}个工作日" if days else "当天"


@dataclass(frozen=True)
class Usual:
    """How long it usually takes; made only of enough that has ended."""

    figures: StepFigures

    @property
    def sentence(self) -> str:
        """Half and nine tenths in one breath; once where both are the same."""
        half, most = whole_days(self.figures.median), whole_days(self.figures.p90)
        if half == most:
            return f"九成在{days_text(self.figures.p90)}内办完" if most else "九成当天办完"
        first = f"一半在{days_text(self.figures.median)}内办完" if half else "一半当天办完"
        return f"{first}，九成在{days_text(self.figures.p90)}内"

    @property
    def note(self) -> str:
        """Say of how many this is true, and what is counted."""
        return f"近一年办结{self.figures.n}件，{COUNTED}"

    @property
    def most_days(self) -> int:
        return whole_days(self.figures.p90)


def usual(figures: Iterable[StepFigures], step_key: str = "") -> Usual | None:
    """Return what is usual for a step of a matter, for the whole matter without a key; None of too few."""
    found = next((each for each in figures if each.step_key == step_key and each.tells), None)
    return Usual(found) if found else None
