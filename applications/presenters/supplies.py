"""What a simulated opinion lists as missing, as applicant, counter and department see it. No queries here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.enums import CaseStatus, DecisionOutcome
from applications.models import Application, ApplicationMaterial, Case, SimulatedDecision, Supply
from applications.presenters.materials import FileRow, file_row, refused_files
from applications.presenters.words import when


@dataclass(frozen=True)
class Awaited:
    """What a simulated grant waits for, of a case read whole: whose turn it is, and what has come of each thing."""

    case: Case
    opinion: SimulatedDecision
    application: Application

    @property
    def checking(self) -> Supply | None:
        """What was handed in and waits for the department's answer."""
        return next((each for each in self._supplies if each.answered_at is None), None)

    @property
    def returned(self) -> Supply | None:
        """What was handed in last and said not to fit, while it is the applicant's turn again."""
        answered = [each for each in self._supplies if each.answered_at]
        return answered[-1] if answered and not self.checking else None

    @property
    def since(self) -> datetime:
        """Since when it is the applicant's turn."""
        answered = [each.answered_at for each in self._supplies if each.answered_at]
        return answered[-1] if answered else self.opinion.decided_at

    @property
    def items(self) -> list["AwaitedItem"]:
        files = {each.pk: each for each in self.application.materials.all()}
        last = self.checking or self.returned
        unfit = {each.pk for each in last.unfit.all()} if last else set()
        return [
            AwaitedItem(
                files.get(item.material_id, item.material),
                self.opinion.decided_at,
                self.since,
                is_unfit=item.material_id in unfit,
                is_kept=bool(last and last.answered_at and item.material_id not in unfit),
            )
            for item in self.opinion.items.all()
        ]

    @property
    def names(self) -> str:
        return "、".join(item.name for item in self.items)

    @property
    def state(self) -> str:
        if self.checking:
            return f"已于{when(self.checking.supplied_at)}补齐，部门正在核对"
        return "部门核对不符，请重新补齐" if self.returned else "等待补齐"

    @property
    def _supplies(self) -> list[Supply]:
        return list(self.opinion.supplies.all())


@dataclass(frozen=True)
class AwaitedItem:
    """One thing listed as missing, with the files that came before the present turn and those of this one."""

    material: ApplicationMaterial
    opened_at: datetime
    since: datetime
    is_unfit: bool
    is_kept: bool
    rejected: Sequence[Any] = ()

    @property
    def pk(self) -> int:
        return self.material.pk

    @property
    def name(self) -> str:
        return self.material.name

    @property
    def input_id(self) -> str:
        return f"file-{self.pk}"

    @property
    def paper(self) -> str:
        at = self.material.paper_received_at
        return f"纸质材料已于{when(at)}收到" if at and at >= self.opened_at else ""

    @property
    def old_files(self) -> list[FileRow]:
        return [file_row(each) for each in self._files if each.uploaded_at < self.since]

    @property
    def new_files(self) -> list[FileRow]:
        kept = [file_row(each, removable=True) for each in self._files if each.uploaded_at >= self.since]
        return kept + [FileRow(each.name, error=each.message) for each in self.rejected]

    @property
    def files(self) -> list[FileRow]:
        """All that came for it after the opinion."""
        return [file_row(each) for each in self._files if each.uploaded_at >= self.opened_at]

    @property
    def came(self) -> str:
        """Say what has come, for whoever checks it."""
        said = [self.paper, *(f"{each.name}（{each.meta}）" for each in self.files)]
        return "\n".join(each for each in said if each) or "还没有交"

    @property
    def _files(self) -> list[Any]:
        return [each for each in self.material.attachments.all() if each.removed_at is None]


def awaited_of(case: Case, application: Application) -> Awaited | None:
    """Return what a case of an application read whole waits for; None for one that waits for nothing of the kind."""
    opinion = getattr(case, "simulated_decision", None)
    if case.status != CaseStatus.SIMULATED or opinion is None or opinion.outcome != DecisionOutcome.GRANTED:
        return None
    return Awaited(case, opinion, application) if opinion.items.all() else None


class SupplyPage:
    """Handing in what is missing, thing by thing; `rejected` are the files just refused, by material."""

    def __init__(self, application: Application, case: Case, rejected: Mapping[int, Sequence[Any]]) -> None:
        self.application = application
        self.case = case
        found = awaited_of(case, application)
        assert found is not None  # the view asks before
        self.awaited = found
        self.items = [
            AwaitedItem(
                each.material,
                each.opened_at,
                each.since,
                is_unfit=each.is_unfit,
                is_kept=each.is_kept,
                rejected=rejected.get(each.pk, ()),
            )
            for each in found.items
        ]

    @property
    def refused(self) -> list[dict[str, str]]:
        """The refused files for the summary at the top, each linked to its field."""
        return refused_files(self.items)
