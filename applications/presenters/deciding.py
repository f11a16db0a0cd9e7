"""The decision on a task's page: its draft, what it still lacks, the simulated opinion before it. No queries here."""

from dataclasses import dataclass
from typing import Any

from applications import remedies
from applications.enums import CaseStatus, DecisionOutcome, DraftStatus
from applications.models import Case, Decision, DecisionDraft, ReviewTask, Revocation, SimulatedDecision
from applications.presenters.supplies import awaited_of
from applications.presenters.words import when
from applications.services.decisions import SIMULATED_ONLY
from applications.services.drafting import needs_countersign, why_countersign

DRAFT_TONES = {
    DraftStatus.DRAFT: "neutral",
    DraftStatus.COUNTERSIGNING: "waiting",
    DraftStatus.COUNTERSIGNED: "success",
    DraftStatus.RETURNED: "danger",
}
CONVERTS = "模拟意见已经出具：补齐的前置条件相符的，请转为正式决定；不符的，请重新审查或者作不予决定。"
SAID_BY = {
    "draft-decision": "secondary",
    "countersign": "primary",
    "return-draft": "quiet",
    "simulate": "primary",
    "convert": "primary",
    "return-supply": "quiet",
    "reopen": "quiet",
}
"""The acts that stand with the decision itself, and how their buttons look."""


@dataclass(frozen=True)
class Deciding:
    """What stands before the decision of a case, on the page of its decision step."""

    task: ReviewTask
    case: Case
    draft: DecisionDraft | None

    @property
    def draft_tone(self) -> str:
        return DRAFT_TONES[DraftStatus(self.draft.status)] if self.draft else "neutral"

    @property
    def draft_rows(self) -> list[dict[str, Any]]:
        """Return what the draft says, who wrote it, and what the head said to it."""
        draft = self.draft
        if draft is None:
            return []
        signed = (
            f"{draft.countersigned_by.name} · {when(draft.countersigned_at)}"
            if draft.countersigned_by
            else ""
        )
        rows = (
            ("拟作决定", draft.get_outcome_display()),
            ("查明的事实", draft.facts),
            ("理由", draft.reasons),
            ("依据", draft.basis),
            ("拟稿", f"{draft.drafted_by.name} · {when(draft.drafted_at)}"),
            ("核签", signed),
            ("退回原因", draft.returned_reason),
        )
        return [{"label": label, "value": value} for label, value in rows if value]

    @property
    def only_simulated(self) -> str:
        """Say why the case cannot be granted while the applicant lacks what they asked to have simulated."""
        asked = self.case.application.is_simulated and self.case.version.may_simulate
        if not asked or (self.simulated and self.simulated.lapsed_at):
            return ""
        return CONVERTS if self.case.status == CaseStatus.SIMULATED else SIMULATED_ONLY

    @property
    def demanded(self) -> list[DecisionOutcome]:
        """The outcomes that the head must countersign first, and has not."""
        if self.draft and self.draft.status == DraftStatus.COUNTERSIGNED:
            return []
        return [each for each in DecisionOutcome if needs_countersign(self.task.step, each)]

    @property
    def lacks(self) -> str:
        """Say what must be done before the decision may be issued, where the step demands a countersignature."""
        demanded = self.demanded
        if not demanded:
            return ""
        if self.draft and self.draft.outcome in demanded:
            return why_countersign(self.draft)
        words = "、".join(f"“{each.label}”" for each in demanded)
        return f"作{words}决定的，须先拟稿并由部门负责人核签，再由决定人签发。"

    @property
    def simulated(self) -> SimulatedDecision | None:
        return getattr(self.case, "simulated_decision", None)

    @property
    def simulation(self) -> list[dict[str, Any]]:
        """Return what the applicant asked to have simulated, and what has become of it."""
        application, opinion = self.case.application, self.simulated
        if not (application.is_simulated and self.case.version.may_simulate):
            return []
        rows = [("申请人说还缺", application.still_missing)]
        if opinion:
            rows += [
                ("模拟意见", f"模拟{opinion.get_outcome_display()} · {when(opinion.decided_at)}"),
                ("条件或理由", opinion.conditions),
                *self._awaited,
                ("转为正式决定", when(opinion.converted_at)),
                ("已失效", opinion.lapsed_reason),
            ]
        return [{"label": label, "value": value} for label, value in rows if value]

    @property
    def waits_for_applicant(self) -> bool:
        """Whether what the simulated opinion lists has not come, so that nothing can be compared yet."""
        awaited = awaited_of(self.case, self.case.application)
        return awaited is not None and awaited.checking is None

    @property
    def _awaited(self) -> list[tuple[str, str]]:
        """Return, beside each thing the opinion listed, what has come of it; the files open in the pane of materials."""
        awaited = awaited_of(self.case, self.case.application)
        if awaited is None:
            return []
        note = awaited.checking.note if awaited.checking else ""
        returned = awaited.returned.reason if awaited.returned else ""
        return [
            ("补齐", awaited.state),
            *((f"所缺：{item.name}", item.came) for item in awaited.items),
            ("申请人的说明", note),
            ("上次不符的原因", returned),
        ]


def revocation_rows(revocation: Revocation) -> list[dict[str, Any]]:
    """Return why a decision was revoked, for those who may read it whole."""
    rows = (
        ("查明的事实", revocation.facts),
        ("理由", revocation.reasons),
        ("依据", revocation.basis),
        ("救济途径", remedies.in_words(revocation)),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


def decision_rows(decision: Decision) -> list[dict[str, Any]]:
    """Return what a decision says, for those who may read it whole."""
    rows = (
        ("查明的事实", decision.facts),
        ("理由" if decision.outcome == DecisionOutcome.DENIED else "附带条件", decision.reasons),
        ("依据", decision.basis),
        ("救济途径", remedies.in_words(decision) if decision.outcome == DecisionOutcome.DENIED else ""),
    )
    return [{"label": label, "value": value} for label, value in rows if value]
