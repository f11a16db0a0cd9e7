"""What a task's own page shows, and which acts it allows whom. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications import policies
from applications.acts import TaskAct
from applications.enums import CaseStatus, DecisionOutcome, TaskOutcome, TaskStatus
from applications.models import (
    Annotation,
    Application,
    Case,
    Consultation,
    Decision,
    Note,
    OpinionTemplate,
    RecordPhoto,
    ReviewTask,
    TaskRecord,
    Urging,
)
from applications.presenters import MaterialRow, step_rows, when
from applications.presenters.cases import performer
from applications.presenters.clocks import ClockRow, Pausing, clock_rows, pausings
from applications.presenters.consulting import ConsultationRow
from applications.presenters.deciding import SAID_BY, Deciding, decision_rows
from applications.presenters.facts import facts_of
from applications.presenters.flow import TaskFlow
from applications.presenters.history import CaseHistory
from applications.presenters.queue import TaskRow
from applications.presenters.reading import Reading, reading_of
from applications.presenters.records import RecordRow
from applications.selectors.clocks import CaseClocks
from applications.services import review
from core.errors import Refusal
from core.models import User
from matters.enums import StepKind

FINDING_TONES = {
    TaskOutcome.OBJECT: "danger",
    TaskOutcome.SENT_BACK: "waiting",
    TaskOutcome.SKIPPED: "neutral",
}


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


@dataclass(frozen=True)
class TaskPage:
    """One task with everything its page shows."""

    row: TaskRow
    actions: Actions
    application: Application
    case: Case
    colleagues: Sequence[ReviewTask]
    more: Sequence[TaskAct]
    history: CaseHistory
    timed: CaseClocks
    deciding: Deciding | None = None
    annotations: Sequence[Annotation] = ()
    notes: Sequence[Note] = ()
    templates: Sequence[OpinionTemplate] = ()
    wanted_material: int | None = None

    @property
    def task(self) -> ReviewTask:
        return self.row.task

    @property
    def people(self) -> str:
        """Say how many people the step demands and who has recorded."""
        needed = self.task.step.staff_min
        if needed < 2:
            return ""
        names = "、".join(record.user.name for record in self.actions.records)
        so_far = f"已记录：{names}" if names else "还没有人记录"
        return f"本环节须 {needed} 人参加 · {so_far}"

    @property
    def acceptor_warning(self) -> str:
        """Say why somebody who accepted the application, or skipped a step, sees a decision without buttons (审批分离)."""
        if not self.actions.is_decision or not self.row.is_live:
            return ""
        return review.why_not_decider(task=self.task, by=self.row.viewer)

    @property
    def until(self) -> str:
        """Say until when a special procedure runs, and whether its time counts."""
        end = f"预计{when(self.task.due_at)}自动结束" if self.task.due_at else "结束时间未定"
        counts = "计入" if self.task.step.counts_time else "不计入"
        return f"{end}，所需时间{counts}办理时限（行政许可法第四十五条）。期满后下一环节自动派发，无需领取。"

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Return the application as the applicant filled it in."""
        return facts_of(self.application, self.case)

    @property
    def clocks(self) -> list[ClockRow]:
        is_simulated = self.case.status == CaseStatus.SIMULATED
        return clock_rows(self.timed, self.row.countdown, self.row.now, is_simulated=is_simulated)

    @property
    def paused(self) -> str:
        """Until when the limit of this step stands still; empty while it runs."""
        return next((clock.paused for clock in self.clocks if clock.paused), "")

    @property
    def pausings(self) -> list[Pausing]:
        return pausings(self.timed, self.case)

    @property
    def steps(self) -> list[dict[str, str]]:
        return step_rows(self.case)

    @property
    def flow(self) -> TaskFlow:
        return TaskFlow(self.task, self.case, self.row.now)

    @property
    def materials(self) -> list[MaterialRow]:
        """The materials this matter needs; those of other matters of a bundle are not this reviewer's to read."""
        name = self.case.version.name
        return [MaterialRow(each) for each in self.application.materials.all() if name in each.needed_by]

    @property
    def reading(self) -> Reading:
        """The pane in which the materials are read."""
        return reading_of(self.materials, self.annotations, wanted=self.wanted_material)

    @property
    def consultations(self) -> list[ConsultationRow]:
        """What others were asked on this task, oldest first."""
        return [
            ConsultationRow(each, self.row.countdown, self.row.now, is_asker=True)
            for each in self.actions.consultations
        ]

    def may(self, key: str) -> bool:
        """Return whether an act with a page of its own is offered, so that its form may stand here as well."""
        return any(act.key == key for act in self.more)

    @property
    def may_write(self) -> bool:
        return self.may("note")

    @property
    def may_resolve(self) -> bool:
        return self.may("resolve")

    @property
    def may_consult(self) -> bool:
        return self.may("consult")

    @property
    def decision(self) -> Decision | None:
        return getattr(self.case, "decision", None)

    @property
    def decision_tone(self) -> str:
        is_granted = self.decision is not None and self.decision.outcome == DecisionOutcome.GRANTED
        return "success" if is_granted else "danger"

    @property
    def decision_rows(self) -> list[dict[str, Any]]:
        return decision_rows(self.decision) if self.decision else []

    @property
    def why_not_grant(self) -> str:
        """Say why the case cannot be granted as it stands; empty where it can."""
        return self.flow.vetoed or self.deciding.only_simulated if self.deciding else ""

    @property
    def why_not_decide(self) -> str:
        """Say what comes first while nothing at all can be decided: whatever is left must be countersigned."""
        if self.deciding is None:
            return ""
        possible = {DecisionOutcome.DENIED} if self.why_not_grant else set(DecisionOutcome)
        if not possible <= set(self.deciding.demanded):
            return ""
        return self.deciding.only_simulated or self.deciding.lacks

    @property
    def offered(self) -> list[str]:
        """The forms to fill in; none for a decision while nothing can be decided."""
        return [act for act in self.actions.offered if act != "decide" or not self.why_not_decide]

    @property
    def deciding_acts(self) -> list[tuple[TaskAct, str]]:
        """The acts that stand with the decision, each with how its button looks; one of them at most is primary."""
        said = [(act, SAID_BY[act.key]) for act in self.more if act.key in SAID_BY]
        if not self._drafts_first or "primary" in [kind for _, kind in said]:
            return said
        return [(act, "primary" if act.key == "draft-decision" else kind) for act, kind in said]

    @property
    def _drafts_first(self) -> bool:
        """Whether the next step is to write the draft, which nobody has done."""
        has_it = self.deciding is not None and self.deciding.draft is not None
        return self.actions.decide and bool(self.why_not_decide) and not has_it

    @property
    def act_kind(self) -> str:
        """How the button at the bottom of the page looks: primary, unless an act beside the decision is."""
        return "secondary" if "primary" in [kind for _, kind in self.deciding_acts] else "primary"

    @property
    def held_title(self) -> str:
        if self.actions.stands_in:
            return f"{self.row.holder}不在岗，由您代办"
        return f"{self.row.holder}已领取，正在办理"

    @property
    def records(self) -> list[RecordRow]:
        """The records of this step, but not the one the viewer is writing on."""
        writing = self.actions.record or (self.actions.complete and not policies.is_on_site(self.task))
        shown = [each for each in self.actions.records if not writing or each.user_id != self.row.viewer.pk]
        return [RecordRow(each) for each in shown]

    @property
    def own_photos(self) -> list[RecordPhoto]:
        """The pictures the viewer has sent so far."""
        own = self.actions.own
        return list(own.photos.all()) if own else []

    @property
    def urgings(self) -> list[Urging]:
        """Who urged it and what was answered, the latest first."""
        return sorted(self.task.urgings.all(), key=lambda urging: -urging.pk)

    @property
    def is_asked(self) -> bool:
        """Whether the viewer is one of those who answer the urging."""
        return self.may("answer-urging")

    @property
    def findings(self) -> list["Finding"]:
        return [_finding(task) for task in self.colleagues]


@dataclass(frozen=True)
class Finding:
    """What colleagues found in one step of the same case."""

    step: str
    department: str
    word: str
    tone: str
    who: str
    at: datetime | None
    opinion: str
    records: Sequence[RecordRow]


def _who(task: ReviewTask) -> str:
    """Return who completed a task, and for whom where they stood in."""
    if task.completed_by is None or task.claimed_by is None or task.completed_by_id == task.claimed_by_id:
        return task.completed_by.name if task.completed_by else ""
    return f"{task.completed_by.name}（代{task.claimed_by.name}）"


def _is_opinion(record: TaskRecord, task: ReviewTask) -> bool:
    """Whether a record only repeats the opinion of whoever completed the task."""
    is_same = record.user_id == task.completed_by_id and record.finding == task.opinion
    return is_same and not record.is_on_site and not record.confirms_id


def _finding(task: ReviewTask) -> Finding:
    is_done = task.status == TaskStatus.DONE
    records = [RecordRow(each) for each in task.records.all() if not _is_opinion(each, task)]
    return Finding(
        step=task.step.name,
        department=performer(task.step, task),
        word=task.get_outcome_display() if is_done else "办理中",
        tone=FINDING_TONES.get(TaskOutcome(task.outcome), "success") if is_done else "progress",
        who=_who(task),
        at=task.completed_at,
        opinion="" if any(each.text == task.opinion for each in records) else task.opinion,
        records=records,
    )
