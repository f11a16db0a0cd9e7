"""What a task's own page shows, and which acts it allows whom. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from applications import policies
from applications.acts import TaskAct
from applications.enums import CaseStatus, DecisionOutcome
from applications.models import (
    Annotation,
    Application,
    Case,
    Decision,
    Note,
    OpinionTemplate,
    RecordPhoto,
    ReviewTask,
    Revocation,
    Urging,
)
from applications.presenters import MaterialRow, step_rows
from applications.presenters.actions import Actions
from applications.presenters.clocks import ClockRow, Pausing, clock_rows, pausings
from applications.presenters.consulting import ConsultationRow
from applications.presenters.deciding import SAID_BY, Deciding, decision_rows, revocation_rows
from applications.presenters.facts import facts_of
from applications.presenters.flow import TaskFlow
from applications.presenters.history import CaseHistory
from applications.presenters.queue import TaskRow
from applications.presenters.reading import Reading, reading_of
from applications.presenters.records import Finding, RecordRow, finding
from applications.selectors.clocks import CaseClocks
from applications.services import review
from applications.services.notifications import day_text


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
        end = f"预计{day_text(self.task.due_at)}自动结束" if self.task.due_at else "结束时间未定"
        counts = "计入" if self.task.step.counts_time else "不计入"
        return f"{end}，所需时间{counts}办理时限。期满后下一环节自动派发，无需领取。"

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
        return step_rows(self.case, for_staff=True)

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
    def revocation(self) -> Revocation | None:
        """The revocation of the decision, which then says what holds."""
        return getattr(self.decision, "revocation", None) if self.decision else None

    @property
    def revocation_rows(self) -> list[dict[str, Any]]:
        return revocation_rows(self.revocation) if self.revocation else []

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
        looks = SAID_BY | (
            {"convert": "secondary"} if self.deciding and self.deciding.waits_for_applicant else {}
        )
        said = [(act, looks[act.key]) for act in self.more if act.key in looks]
        if not self._drafts_first or "primary" in [kind for _, kind in said]:
            return said
        return [(act, "primary" if act.key == "draft-decision" else kind) for act, kind in said]

    @property
    def next_act(self) -> TaskAct | None:
        """The act that is the next step, if one is: its button stands where the step of a page always stands."""
        return next((act for act, kind in self.deciding_acts if kind == "primary"), None)

    @property
    def beside_decision(self) -> list[tuple[TaskAct, str]]:
        """The other acts that stand with the decision."""
        return [(act, kind) for act, kind in self.deciding_acts if act != self.next_act]

    @property
    def menu(self) -> list[TaskAct]:
        """The acts that have no button of their own on the page."""
        shown = {act.key for act, _ in self.deciding_acts} | (
            {"pay", "fail-payment"} if self.actions.pays else set()
        )
        return [act for act in self.more if act.key not in shown]

    @property
    def _drafts_first(self) -> bool:
        """Whether the next step is to write the draft, which nobody has done; not while the applicant is waited for."""
        if self.deciding is None or self.deciding.draft or self.deciding.waits_for_applicant:
            return False
        return self.actions.decide and bool(self.why_not_decide)

    @property
    def act_kind(self) -> str:
        """How the button at the bottom of the page looks: primary, unless an act beside the decision is."""
        return "secondary" if self.next_act else "primary"

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
    def findings(self) -> list[Finding]:
        return [finding(task, self.case) for task in self.colleagues]
