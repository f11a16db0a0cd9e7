"""What has happened to an application, told from its status changes. No queries here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from applications import machine
from applications.enums import Channel
from applications.models import StatusChange
from core.audit import SYSTEM
from core.enums import DocumentKind
from core.models import OfficialDocument
from matters.enums import StepKind

STOPPED = {
    ("application", "refuse"),
    ("application", "withdraw"),
    ("application", "lapse"),
    ("case", "refuse"),
    ("case", "deny"),
    ("case", "not_proceed"),
    ("case", "withdraw"),
}
PAPER_OF = {
    "submit": DocumentKind.RECEIPT,
    "accept": DocumentKind.ACCEPTANCE,
    "refuse": DocumentKind.REFUSAL,
    "ask_correction": DocumentKind.CORRECTION,
}
# What the applicant need not read twice: the inner life of the departments and of the courier desk.
INNER_TASK_ACTS = ("receipt", "claim", "put_back", "cancel")
APPLICANT_ACTS = ("submit", "answer_correction", "withdraw")
WITH_THE_WHOLE = {"start": "accept", "wait": "accept", "refuse": "refuse", "withdraw": "withdraw"}


@dataclass(frozen=True)
class TimelineEntry:
    """One event as the timeline component shows it."""

    at: datetime | None
    title: str
    who: str = ""
    text: str = ""
    state: str = "done"
    documents: tuple[Mapping[str, Any], ...] = field(default=())


def timeline(
    changes: Iterable[StatusChange], *, for_staff: bool, documents: Sequence[Mapping[str, Any]] = ()
) -> list[TimelineEntry]:
    """Return the timeline, oldest first; the applicant sees departments, staff see names and opinions as well.

    `documents` are dicts of kind, label, url; each stands with the act that issued it. A correction's own changes
    say nothing that the application's do not.
    """
    rows = list(changes)
    moments = {(row.act, row.at) for row in rows if row.record == "application"}
    shown = [row for row in rows if row.record != "correction" and (for_staff or not _is_inner(row, moments))]
    return [_entry(row, for_staff, documents) for row in shown]


def document_link(document: OfficialDocument, url: str) -> dict[str, Any]:
    """Return a document as the timeline and lists of documents show it."""
    return {"kind": document.kind, "label": document.title, "number": document.number, "url": url}


def _is_inner(change: StatusChange, moments: set[tuple[str, datetime]]) -> bool:
    if change.record == "reviewtask":
        return change.act in INNER_TASK_ACTS or change.task.kind == StepKind.DECIDE
    if change.record == "shipment":
        return True
    if change.record == "case":
        return change.act == "wait" or (WITH_THE_WHOLE.get(change.act), change.at) in moments
    return False


def _entry(change: StatusChange, for_staff: bool, documents: Sequence[Mapping[str, Any]]) -> TimelineEntry:
    paper = PAPER_OF.get(change.act) if change.record == "application" else None
    return TimelineEntry(
        at=change.at,
        title=_title(change),
        who=_who(change, for_staff),
        text=_text(change, for_staff),
        state="stopped" if (change.record, change.act) in STOPPED else "done",
        documents=tuple(each for each in documents if paper and each["kind"] == paper),
    )


def _title(change: StatusChange) -> str:
    label = machine.label_of(change.record, change.act)
    if change.task:
        return f"{change.task.step.name}：{label}"
    return f"{change.case.version.name}：{label}" if change.case else label


def _who(change: StatusChange, for_staff: bool) -> str:
    if change.task:
        where = change.task.department.short_name
    elif change.case:
        where = change.case.version.matter.department.short_name
    elif change.by is None:
        where = SYSTEM
    elif change.record != "application" or change.act == "close":
        where = machine.OUTLET
    elif change.act in APPLICANT_ACTS and change.by_id == change.application.applicant.user_id:
        where = "申请人"
    else:
        where = machine.WINDOW
    return f"{where} {change.by.name}" if for_staff and change.by else where


def _text(change: StatusChange, for_staff: bool) -> str:
    if change.task and not for_staff:
        return f"用于“{change.case.version.name}”" if change.case else ""
    if change.record == "case" and change.act == "start" and change.by is None:
        return "前置事项已办成，自动开始"
    if change.record == "application" and change.act == "submit":
        return f"{Channel(change.application.channel).label}申报"
    return change.note
