"""How long matters and steps really take, as heads and overseers compare them with what is promised. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from matters.enums import LimitUnit
from matters.models import StepFigures
from matters.presenters import limit_text
from matters.presenters.figures import days_text


@dataclass(frozen=True)
class FiguresRow:
    """One matter or one step: how long half of them take, how long nine tenths, and what is allowed.

    `scale` is the number of working days that the full width of a bar stands for.
    """

    figures: StepFigures
    limit: int | None
    unit: str
    scale: float

    @property
    def name(self) -> str:
        return self.figures.step_name

    @property
    def department(self) -> str:
        return self.figures.department.short_name

    @property
    def median(self) -> str:
        return days_text(self.figures.median)

    @property
    def p90(self) -> str:
        return days_text(self.figures.p90)

    @property
    def allowed(self) -> str:
        return limit_text(self.limit, self.unit) if self.limit is not None else "—"

    @property
    def is_few(self) -> bool:
        return not self.figures.tells

    @property
    def is_over(self) -> bool:
        """Whether more than a tenth take longer than allowed; only where both are working days."""
        return self._limit_days is not None and self.figures.p90 > self._limit_days

    @property
    def bars(self) -> dict[str, str]:
        """The lengths in percent: half, nine tenths, and the mark of the limit where it is in working days."""
        return {
            "median": self._share(self.figures.median),
            "p90": self._share(self.figures.p90),
            "limit": "" if self._limit_days is None else self._share(Decimal(self._limit_days)),
        }

    @property
    def _limit_days(self) -> int | None:
        return self.limit if self.unit == LimitUnit.WORKDAY else None

    def _share(self, days: Decimal) -> str:
        return f"{min(float(days) / self.scale, 1) * 100:.1f}"


@dataclass(frozen=True)
class MatterFigures:
    """One matter on the page, and its steps below it."""

    whole: FiguresRow
    steps: Sequence[FiguresRow]

    @property
    def name(self) -> str:
        current = self.whole.figures.matter.current
        return current.name if current else self.whole.figures.matter.code


def matter_figures(row: StepFigures) -> MatterFigures:
    """Return one matter read with its steps; all its bars have one scale."""
    current = row.matter.current
    limits = {step.key: (step.days, step.unit) for step in current.steps.all()} if current else {}
    promised = (current.promised_value, current.promised_unit) if current else (None, "")
    steps = list(row.matter.figures.all())
    allowed = [limit for limit, unit in [promised, *limits.values()] if limit and unit == LimitUnit.WORKDAY]
    scale = max([1.0, *map(float, [row.p90, *(step.p90 for step in steps), *allowed])])
    return MatterFigures(
        FiguresRow(row, *promised, scale),
        [FiguresRow(step, *limits.get(step.step_key, (None, "")), scale) for step in steps],
    )
