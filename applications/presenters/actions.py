"""What a person may do with a task, and the sentences that say why not. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from applications import policies
from applications.enums import TaskStatus
from applications.models import Consultation, ReviewTask, TaskRecord
from applications.services import review
from core.errors import Refusal
from core.models import User
from matters.enums import StepKind


@dataclass(frozen=True)
class Actions:
    """What a person may do with a task now, and the sentence that says why not."""

    task: ReviewTask
    viewer: User
    records: Sequence[TaskRecord]
    consultations: Sequence[Consultation]
    now: datetime
    stands_in: bool = False

    @property
    def is_special(self) -> bool:
        return self.task.kind == StepKind.SPECIAL

    @property
    def is_decision(self) -> bool:
        return self.task.kind == StepKind.DECIDE

    @property
    def is_post_check(self) -> bool:
        return self.task.kind == StepKind.POST_CHECK

    @property
    def is_mine(self) -> bool:
        """Whether the viewer has it in hand: as its holder, or as the deputy of a holder who is away."""
        holds_it = self.task.claimed_by_id == self.viewer.pk or self.stands_in
        return self.task.status == TaskStatus.CLAIMED and holds_it

    @property
    def claim(self) -> bool:
        """Whether the button to claim stands there at all."""
        return self.task.status == TaskStatus.OPEN and not self.is_special

    @property
    def why_not_claim(self) -> str:
        return review.why_not_claim(task=self.task, by=self.viewer)

    @property
    def put_back(self) -> bool:
        return review.may_put_back(task=self.task, by=self.viewer)

    @property
    def record(self) -> bool:
        """Whether to offer a record: to colleagues, and to the holder while people are missing or where more may follow.

        A check after a commitment is put on record first; whether the decision is revoked for it, somebody else says.
        """
        if self.is_decision or not review.may_record(task=self.task, by=self.viewer):
            return False
        return not self.is_mine or self.is_post_check or bool(self.people_missing)

    @property
    def complete(self) -> bool:
        """Whether the button to complete stands there, pressable or with the reason why not."""
        return self.is_mine and not self.is_decision and not self.is_payout

    @property
    def is_payout(self) -> bool:
        return self.task.kind == StepKind.PAYOUT

    @property
    def pays(self) -> bool:
        """Whether it is for the viewer to say that the grant has been paid out, or was not."""
        return self.is_mine and self.is_payout

    @property
    def offered(self) -> list[str]:
        """The forms to fill in: an opinion to complete with is asked only once enough people have recorded."""
        completes = self.complete and not self.people_missing
        shown = {"record": self.record, "complete": completes, "decide": self.decide}
        return [act for act, is_shown in shown.items() if is_shown]

    @property
    def decide(self) -> bool:
        return self.is_mine and self.is_decision

    @property
    def why_not_complete(self) -> str:
        """Say who is missing, or whose answer."""
        return self.people_missing or self.answer_missing

    @property
    def people_missing(self) -> str:
        """Say how many people are missing; the holder's own record comes with completing, but not that of a visit."""
        here = policies.counted(self.task, self.records)
        present = {record.user_id for record in here}
        if not policies.is_on_site(self.task) and self.is_mine:
            present.add(self.viewer.pk)
        if len(present) >= self.task.step.staff_min:
            return ""
        return policies.more_people_needed(self.task, len(here))

    @property
    def answer_missing(self) -> str:
        """Say whose answer to a question must be waited for."""
        try:
            policies.require_answers(self.task, self.consultations, now=self.now)
        except Refusal as refusal:
            return refusal.message
        return ""

    @property
    def any(self) -> bool:
        return self.claim or self.put_back or self.record or self.complete or self.decide

    @property
    def writing_at(self) -> str:
        """Where the first thing to fill in stands, for the key that leads there."""
        fields = {
            "record": "#id_record-seen_at" if policies.is_on_site(self.task) else "#id_record-finding",
            "complete": "#id_complete-opinion" if self.is_post_check else "#id_complete-outcome_0",
            "decide": "#id_decide-outcome_0",
        }
        return fields[self.offered[-1]] if self.offered else ""

    @property
    def record_kind(self) -> str:
        """The one primary button of the page is to save a record only for whoever does not complete."""
        return "primary" if not self.complete or self.why_not_complete else "secondary"

    @property
    def own(self) -> TaskRecord | None:
        """The viewer's own record, so far."""
        return next((record for record in self.records if record.user_id == self.viewer.pk), None)
