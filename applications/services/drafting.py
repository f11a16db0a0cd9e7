"""Before the decision: a draft that anybody at work on the case may write, and the head's countersignature."""

import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from applications import machine, permissions
from applications.enums import LIVE_DRAFT, LIVE_TASK, CaseStatus, DecisionOutcome, DraftStatus
from applications.locks import lock_task
from applications.models import Case, DecisionDraft, ReviewTask
from applications.services import notifications
from core import audit
from core.errors import Forbidden, Invalid, Refusal, refuse_all
from core.models import User
from core.prepared import Prepared
from matters.enums import Countersign, Role, StepKind
from matters.models import StaffPost, Step

DRAFTERS = (Role.REVIEWER, Role.DECIDER, Role.HEAD)
CHANGED_SINCE = "拟稿在您打开之后改动过，没有核签；请返回任务，读过现在的原文再核签。"
REQUIRED_OF_A_DENIAL = {
    "facts": "不予许可必须写明查明的事实，会写进决定书。",
    "reasons": "不予许可必须写明理由，申请人有权知道。",
    "basis": "不予许可必须写明依据的法律条款。",
}


SO_FAR = {
    DraftStatus.DRAFT: "这份拟稿还没有送核签",
    DraftStatus.COUNTERSIGNING: "这份拟稿已送核签，负责人还没有核签",
    DraftStatus.RETURNED: "这份拟稿已被退回，请修改后重新送核签",
}


@dataclass(frozen=True)
class Text:
    """What is decided and why; what is countersigned is exactly this."""

    outcome: str
    facts: str = ""
    reasons: str = ""
    basis: str = ""

    @classmethod
    def of(cls, draft: DecisionDraft) -> "Text":
        """Return what a draft says."""
        return cls(draft.outcome, draft.facts, draft.reasons, draft.basis)

    def for_case(self, case: Case) -> "Text":
        """Return it without blanks around it; where no basis is given the guide's stands."""
        return Text(
            self.outcome,
            _plain(self.facts),
            _plain(self.reasons),
            _plain(self.basis) or _plain(case.version.legal_basis),
        )

    @property
    def mark(self) -> str:
        """What tells this text from any other: whoever signs says which text they have read."""
        return sha256(json.dumps(astuple(self)).encode()).hexdigest()

    def check(self) -> None:
        """Raise Invalid unless it says all that a decision must say: a denial facts, reasons, basis (行政许可法 §38(2)).

        All that a denial lacks is said at once.
        """
        if self.outcome not in DecisionOutcome.values:
            raise Invalid("unknown_outcome", "请选择“准予”或“不予”。", field="outcome")
        if self.outcome == DecisionOutcome.GRANTED:
            return
        refuse_all(
            [
                Invalid(f"{field}_required", sentence, field=field)
                for field, sentence in REQUIRED_OF_A_DENIAL.items()
                if not getattr(self, field)
            ]
        )


def _plain(text: str) -> str:
    """Return a text as it is compared: lines end as one ends them, whoever sent them."""
    return text.replace("\r\n", "\n").strip()


def needs_countersign(step: Step, outcome: str) -> bool:
    """Return whether the head must countersign such an outcome before this step issues it."""
    demanded = step.countersign
    return demanded == Countersign.ALWAYS or (
        demanded == Countersign.DENIAL and outcome == DecisionOutcome.DENIED
    )


_LIVE = Prepared(
    lambda case: DecisionDraft.objects.filter(case=case, status__in=LIVE_DRAFT).select_related(
        "drafted_by", "countersigned_by", "returned_by"
    )
)


def live_draft(case: Case) -> DecisionDraft | None:
    """Return the draft a case has now, if there is one."""
    found = _LIVE.first(case.pk)
    if found:
        found.case = case
    return found


def check_draft(*, task: ReviewTask, by: User) -> None:
    """Allow reviewers, deciders and heads of the department that decides, while the decision is still to be made."""
    _require_open_decision(task)
    permissions.require_task_role(by, task, *DRAFTERS)


@transaction.atomic
def draft(
    *,
    task_id: int,
    outcome: str,
    by: User,
    now: datetime,
    facts: str = "",
    reasons: str = "",
    basis: str = "",
    send: bool = False,
) -> DecisionDraft:
    """Write the one draft of a case's decision, or write it anew; `send` has the head countersign it.

    Whoever writes last is its drafter. A text that changes loses its countersignature. Raises Invalid for a text that
    lacks what a decision must say, Refusal `nobody_countersigns` when it is sent by the only one who could sign it.
    """
    task = lock_task(task_id)
    check_draft(task=task, by=by)
    text = Text(outcome, facts, reasons, basis).for_case(task.case)
    text.check()
    if send and needs_countersign(task.step, outcome):
        _require_another_head(task, by)
    written = _write(task.case, text, by, now)
    if send and written.status == DraftStatus.DRAFT:
        machine.make(written, "send", by=by, now=now)
        notifications.to_countersign(draft=written, task=task, now=now)
    return written


def _write(case: Case, text: Text, by: User, now: datetime) -> DecisionDraft:
    written = {**vars(text), "drafted_at": now, "drafted_by": by}
    found = live_draft(case)
    if found is None:
        found = DecisionDraft.objects.create(case=case, accepted_by=case.application.accepted_by, **written)
        audit.record(
            by=by, now=now, act="decisiondraft.write", on=found, reference=case.application.number or ""
        )
    elif _is_anew(found, text, by):
        gone: dict[str, Any] = {
            "countersigned_at": None,
            "countersigned_by": None,
            "returned_at": None,
            "returned_by": None,
        }
        machine.make(found, "revise", by=by, now=now, returned_reason="", **gone, **written)
    return found


def _is_anew(found: DecisionDraft, text: Text, by: User) -> bool:
    """Return whether what is written is another draft: another text, an answer to its return, or another's to answer for."""
    takes_over = found.drafted_by_id != by.pk and found.status != DraftStatus.COUNTERSIGNED
    return Text.of(found) != text or found.status == DraftStatus.RETURNED or takes_over


def _require_another_head(task: ReviewTask, by: User) -> None:
    others = StaffPost.objects.current().filter(department=task.department_id, role=Role.HEAD)
    if not others.exclude(user__in=[by.pk, task.case.application.accepted_by_id or 0]).exists():
        raise Refusal(
            "nobody_countersigns", "本部门没有其他负责人可以核签您的拟稿：请由经办人或决定人拟稿，您来核签。"
        )


def check_countersign(*, task: ReviewTask, by: User) -> None:
    """Allow a head of the department, who neither drafted it nor accepted the application, while it waits for that."""
    _check_head("countersign", task, by)


def check_return(*, task: ReviewTask, by: User) -> None:
    """Allow the same heads to return it; one's own draft is simply written anew."""
    _check_head("return", task, by)


def _check_head(act: str, task: ReviewTask, by: User) -> None:
    _require_open_decision(task)
    permissions.require_task_role(by, task, Role.HEAD)
    found = live_draft(task.case)
    if found is None:
        raise Refusal("no_draft", "还没有拟稿，请先拟好决定再送核签。")
    machine.check(found, act)
    if found.drafted_by_id == by.pk:
        raise Forbidden(
            "drafter_countersigns",
            "这份拟稿是您写的，须由另一位负责人核签；也可由经办人或决定人重新拟稿后，由您核签。",
        )
    if task.case.application.accepted_by_id == by.pk:
        raise Forbidden("acceptor_countersigns", "您受理了这项申请，不能由您核签；请交由另一位负责人。")


@transaction.atomic
def countersign(*, task_id: int, seen: str, by: User, now: datetime) -> DecisionDraft:
    """Agree, as the head, to exactly the text whose mark is `seen`; the decider may now issue it.

    Raises Refusal `draft_changed` when the draft no longer says what was read.
    """
    found, _ = _waiting(task_id, by, check_countersign)
    if Text.of(found).mark != seen:
        raise Refusal("draft_changed", CHANGED_SINCE)
    machine.make(found, "countersign", by=by, now=now, countersigned_at=now, countersigned_by=by)
    return found


@transaction.atomic
def send_back(*, task_id: int, reason: str, by: User, now: datetime) -> DecisionDraft:
    """Return a draft to whoever wrote it, saying what is to be changed."""
    found, task = _waiting(task_id, by, check_return)
    if not reason.strip():
        raise Invalid("reason_required", "请写明退回原因，拟稿人据此修改。", field="reason")
    said: dict[str, Any] = {"returned_at": now, "returned_by": by, "returned_reason": reason.strip()}
    machine.make(found, "return", by=by, now=now, note=reason.strip(), **said)
    notifications.draft_returned(draft=found, task=task, now=now)
    return found


def _waiting(task_id: int, by: User, check: Callable[..., None]) -> tuple[DecisionDraft, ReviewTask]:
    task = lock_task(task_id)
    check(task=task, by=by)
    found = live_draft(task.case)
    assert found is not None
    return found, task


def settle(*, task: ReviewTask, text: Text, by: User, now: datetime) -> None:
    """Issue the draft that says exactly this, and drop one that says something else; for the decision itself.

    Raises Refusal `countersign_required` where the step demands a countersignature that this text has not got. The
    caller holds the application's lock.
    """
    found = live_draft(task.case)
    same = found is not None and Text.of(found) == text
    signed = same and found is not None and found.status == DraftStatus.COUNTERSIGNED
    if needs_countersign(task.step, text.outcome) and not signed:
        raise Refusal("countersign_required", why_countersign(found, same))
    if found:
        machine.make(found, "issue" if same and machine.can(found, "issue") else "drop", by=by, now=now)


def drop(*, case: Case, by: User | None, now: datetime, note: str) -> None:
    """Drop the draft of a case that will not be decided so; the caller holds the application's lock."""
    found = live_draft(case)
    if found:
        machine.make(found, "drop", by=by, now=now, note=note)


def why_countersign(found: DecisionDraft | None, same: bool = True) -> str:
    """Return the sentence that says what a decision lacks before it may be issued."""
    if found is None:
        return "本环节的这类决定须先由部门负责人核签：请先“拟决定”并送核签。"
    if not same:
        return "决定内容与拟稿不一致：核签的只能是拟稿原文，改动后请重新拟稿并送核签。"
    return f"{SO_FAR[DraftStatus(found.status)]}，须由部门负责人核签后才能签发。"


def _require_open_decision(task: ReviewTask) -> None:
    if task.kind != StepKind.DECIDE:
        raise Refusal("not_a_decision", "只有决定环节可以拟决定，请在决定环节的任务里办理。")
    if task.status not in LIVE_TASK:
        machine.check(task, "complete")
    if task.case.status not in (CaseStatus.IN_REVIEW, CaseStatus.SIMULATED):
        machine.check(task.case, "grant")
