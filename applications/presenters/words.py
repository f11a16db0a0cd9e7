"""Small words and tones that every page about an application shares."""

from datetime import date, datetime

from applications.enums import ApplicationStatus, CaseStatus, DecisionOutcome, TaskOutcome, TaskStatus
from applications.models import Application, Case, ReviewTask
from core import masking
from core.clock import CHINA

TONES = {
    ApplicationStatus.DRAFT: "neutral",
    ApplicationStatus.SUBMITTED: "info",
    ApplicationStatus.CORRECTION_OPEN: "warning",
    ApplicationStatus.ACCEPTED: "progress",
    ApplicationStatus.REFUSED: "danger",
    ApplicationStatus.WITHDRAWN: "neutral",
    ApplicationStatus.CLOSED: "success",
    CaseStatus.PENDING: "neutral",
    CaseStatus.WAITING: "waiting",
    CaseStatus.IN_REVIEW: "progress",
    CaseStatus.GRANTED: "success",
    CaseStatus.DENIED: "danger",
    CaseStatus.SIMULATED: "info",
    CaseStatus.REVOKED: "danger",
    CaseStatus.NOT_PROCEEDED: "neutral",
    TaskStatus.RELEASED: "neutral",
    TaskStatus.OPEN: "warning",
    TaskStatus.CLAIMED: "progress",
    TaskStatus.DONE: "success",
    TaskStatus.CANCELLED: "neutral",
}
OUTCOME_TONES = {
    TaskOutcome.OBJECT: "danger",
    TaskOutcome.REVOKED: "danger",
    TaskOutcome.MENDING: "warning",
    TaskOutcome.SENT_BACK: "waiting",
    TaskOutcome.SIMULATED: "info",
    TaskOutcome.SKIPPED: "neutral",
}
"""What came of a finished step, where it is not simply well."""


def outcome_tone(task: ReviewTask) -> str:
    """Return the tone of what came of a finished step."""
    return OUTCOME_TONES.get(TaskOutcome(task.outcome), "success") if task.outcome else "success"


def outcome_of(task: ReviewTask, case: Case) -> tuple[str, str]:
    """Return what came of a finished step of a case read whole, and its tone; of a decision what was decided."""
    if task.outcome == TaskOutcome.DECIDED and hasattr(case, "decision"):
        is_granted = case.decision.outcome == DecisionOutcome.GRANTED
        return case.decision.get_outcome_display(), "success" if is_granted else "danger"
    return task.get_outcome_display(), outcome_tone(task)


def when(moment: datetime | None) -> str:
    """Return a moment as people say it, in China's time: 2026年9月14日 09:30."""
    return f"{moment.astimezone(CHINA):%Y年%-m月%-d日 %H:%M}" if moment else ""


def short_when(moment: datetime) -> str:
    """Return a moment without its year, where others beside it say the year: 9月14日 09:30."""
    return f"{moment.astimezone(CHINA):%-m月%-d日 %H:%M}"


def moment_span(since: datetime, until: datetime) -> str:
    """Return from when to when, to the minute: 9月14日 09:30, 9月14日 09:30—11:05, 9月14日 09:30—9月15日 08:40."""
    first, last = short_when(since), short_when(until)
    if first == last:
        return first
    return f"{first}—{last.split()[1] if first.split()[0] == last.split()[0] else last}"


def day_span(since: date, until: date) -> str:
    """Return the days from one to another as people say them: 9月14日, 9月14日至16日, 12月30日至1月4日."""
    if since == until:
        return f"{since:%-m月%-d日}"
    return f"{since:%-m月%-d日}至{until:{'%-d日' if (since.year, since.month) == (until.year, until.month) else '%-m月%-d日'}}"


def masked_applicant(application: Application) -> str:
    """Return the applicant's name as a public page may show it."""
    return masking.mask_holder(application.applicant.kind, application.applicant.name)


def size_text(size: int) -> str:
    """Return the size of a file as people say it: 820 KB, 1.4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
