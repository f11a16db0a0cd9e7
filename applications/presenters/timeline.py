"""What has happened to an application, told from its status changes. No queries here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from applications import machine
from applications.enums import Channel
from applications.models import Application, Case, Extension, StatusChange, Suspension
from applications.presenters.telling import titled, told
from applications.services.notifications import day_text
from core.audit import SYSTEM
from core.enums import DocumentKind
from core.models import OfficialDocument
from matters.enums import StepKind

PAPER_OF = {
    "submit": DocumentKind.RECEIPT,
    "accept": DocumentKind.ACCEPTANCE,
    "refuse": DocumentKind.REFUSAL,
    "ask_correction": DocumentKind.CORRECTION,
}
APPLICANT_ACTS = ("submit", "answer_correction", "withdraw")
WITH_THE_WHOLE = {"start": "accept", "wait": "accept", "refuse": "refuse", "withdraw": "withdraw"}

Documents = Sequence[Mapping[str, Any]]


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
    changes: Iterable[StatusChange],
    *,
    for_staff: bool,
    documents: Documents = (),
    also: Iterable[TimelineEntry] = (),
) -> list[TimelineEntry]:
    """Return the timeline, oldest first; the applicant sees departments, staff see names and opinions as well.

    `documents` are dicts of kind, label, url; each stands with the act that issued it. A correction's own changes
    say nothing that the application's do not. `also` are entries that no status row tells (`standstills`).
    """
    rows = list(changes)
    moments = {(row.act, row.at) for row in rows if row.record == "application"}
    shown = [row for row in rows if row.record != "correction" and (for_staff or not _is_inner(row, moments))]
    told_of = [_entry(row, for_staff, documents) for row in shown]
    return sorted([*told_of, *also], key=lambda entry: entry.at)


def standstills(application: Application, documents: Documents = ()) -> list[TimelineEntry]:
    """Return what moved the limits of an application read whole; the applicant was told of each, with its reason."""
    of_cases = [entry for case in application.cases.all() for entry in _standstills(case, documents)]
    return of_cases + [_extended(each, documents) for each in application.extensions.all()]


def _standstills(case: Case, documents: Documents) -> Iterator[TimelineEntry]:
    who = case.version.matter.department.short_name
    for suspension in (each for task in case.tasks.all() for each in task.suspensions.all()):
        yield TimelineEntry(
            suspension.started_at,
            f"暂停计时：{suspension.procedure}",
            who,
            f"{suspension.reason}（{suspension.basis}）。预计{day_text(suspension.expected_end)}结束，"
            "这段时间不计入办理时限，不用您操作。",
            documents=_papers(documents, suspension.document_id),
        )
        if suspension.ended_at:
            yield TimelineEntry(suspension.ended_at, f"恢复计时：{_why_over(suspension)}", who)
    extension = getattr(case, "extension", None)
    if extension:
        yield _extended(extension, documents)


def _why_over(suspension: Suspension) -> str:
    """Say how a special procedure ended: by itself or somebody's act, or because its step was done without it."""
    if suspension.ended_by_id or suspension.ended_at == suspension.expected_end:
        return f"{suspension.procedure}已结束"
    return f"所在环节已办完，{suspension.procedure}不再继续"


def _extended(extension: Extension, documents: Documents) -> TimelineEntry:
    return TimelineEntry(
        extension.approved_at,
        f"办理期限延长{extension.days}个工作日",
        f"{extension.approver}批准",
        extension.reason,
        documents=_papers(documents, extension.document_id),
    )


def _papers(documents: Documents, pk: int | None) -> tuple[Mapping[str, Any], ...]:
    return tuple(each for each in documents if each["id"] == pk)


def document_link(document: OfficialDocument, url: str) -> dict[str, Any]:
    """Return a document as the timeline and lists of documents show it."""
    return {
        "id": document.pk,
        "kind": document.kind,
        "label": document.title,
        "number": document.number,
        "url": url,
    }


def _is_inner(change: StatusChange, moments: set[tuple[str, datetime]]) -> bool:
    if told(change.record, change.act) is None:
        return True
    if change.task:  # the decision is told with its case
        return change.task.kind == StepKind.DECIDE and change.act == "complete"
    return change.record == "case" and (WITH_THE_WHOLE.get(change.act), change.at) in moments


def _entry(change: StatusChange, for_staff: bool, documents: Documents) -> TimelineEntry:
    paper = PAPER_OF.get(change.act) if change.record == "application" else None
    said = told(change.record, change.act)
    return TimelineEntry(
        at=change.at,
        title=_title(change),
        who=_who(change, for_staff),
        text=_text(change) if for_staff else _told(change),
        state="stopped" if said and said.stopped else "done",
        documents=tuple(each for each in documents if paper and each["kind"] == paper),
    )


def _title(change: StatusChange) -> str:
    label = titled(change.record, change.act)
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


def _told(change: StatusChange) -> str:
    """Return what the applicant is told beside the act: its sentence, and the reason where it was written for them."""
    said = told(change.record, change.act)
    if said is None:
        return ""
    parts = [_began(change) or said.sentence, change.note if said.with_note else ""]
    if change.task and change.case and change.application.bundle_id:
        parts.append(f"用于“{change.case.version.name}”。")
    return "".join(parts)


def _text(change: StatusChange) -> str:
    """Return what staff read beside the act: its note, and in whose hands a task is from then on."""
    return _began(change) or "；".join(part for part in (change.note, _passed_on(change)) if part)


def _began(change: StatusChange) -> str:
    if (change.record, change.act) == ("application", "submit"):
        return f"{Channel(change.application.channel).label}申报，等待窗口审核"
    if (change.record, change.act, change.by) == ("case", "start", None):
        return "前置事项已办成，自动开始"
    return ""


def _passed_on(change: StatusChange) -> str:
    """Say who holds a task where that is not whoever acted."""
    return f"由{change.holder.name}办理" if change.holder and change.holder_id != change.by_id else ""
