"""Small words and tones that every page about an application shares."""

from datetime import datetime

from applications.enums import ApplicationStatus, CaseStatus, TaskStatus
from applications.models import Application
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
    CaseStatus.NOT_PROCEEDED: "neutral",
    TaskStatus.RELEASED: "neutral",
    TaskStatus.OPEN: "warning",
    TaskStatus.CLAIMED: "progress",
    TaskStatus.DONE: "success",
    TaskStatus.CANCELLED: "neutral",
}


def when(moment: datetime | None) -> str:
    """Return a moment as people say it, in China's time: 2026年9月14日 09:30."""
    return f"{moment.astimezone(CHINA):%Y年%-m月%-d日 %H:%M}" if moment else ""


def masked_applicant(application: Application) -> str:
    """Return the applicant's name as a public page may show it."""
    return masking.mask_holder(application.applicant.kind, application.applicant.name)


def size_text(size: int) -> str:
    """Return the size of a file as people say it: 820 KB, 1.4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
