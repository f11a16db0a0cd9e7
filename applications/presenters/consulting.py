"""Questions put to others, as lists and pages show them. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from applications.enums import ConsultationStatus
from applications.models import Consultation
from applications.presenters import MaterialRow
from applications.presenters.facts import facts_of
from core.countdown import Countdown

TONES = {
    ConsultationStatus.OPEN: "waiting",
    ConsultationStatus.ANSWERED: "success",
    ConsultationStatus.LAPSED: "neutral",
    ConsultationStatus.CANCELLED: "neutral",
}
LISTS = (("to-answer", "待我答复"), ("asked", "我在等的"), ("answered", "已结束的"))


@dataclass(frozen=True)
class ConsultationRow:
    """One question in a list, or on its task."""

    consultation: Consultation
    countdown: Countdown
    now: datetime
    is_asker: bool = False

    @property
    def url(self) -> str:
        """Lead who asked to the task, who is asked to the question."""
        if self.is_asker:
            return reverse("task", args=[self.consultation.task_id]) + "#consultations-title"
        return reverse("consultation", args=[self.consultation.pk])

    @property
    def is_open(self) -> bool:
        return self.consultation.status == ConsultationStatus.OPEN

    @property
    def has_lapsed(self) -> bool:
        """Whether its day has passed, be it swept or not."""
        return self.is_open and self.consultation.due_at < self.now

    @property
    def word(self) -> str:
        if self.has_lapsed:
            return ConsultationStatus.LAPSED.label
        return self.consultation.get_status_display()

    @property
    def tone(self) -> str:
        return TONES[ConsultationStatus.LAPSED if self.has_lapsed else self.consultation.status]

    @property
    def days_left(self) -> int | None:
        return self.countdown.left(self.consultation.due_at) if self.is_open else None

    @property
    def urgency(self) -> str:
        left = self.days_left
        return "soon" if left is not None and left <= 1 and not self.has_lapsed else ""

    @property
    def number(self) -> str:
        return self.consultation.task.case.number

    @property
    def matter(self) -> str:
        return self.consultation.task.case.version.name

    @property
    def parties(self) -> str:
        """Say who asks whom."""
        if self.is_asker:
            return f"问{self.consultation.asked}"
        return f"{self.consultation.task.department.short_name}问{self.consultation.asked}"


@dataclass(frozen=True)
class ConsultationPage:
    """One question with what its answer needs: the case's facts, the materials given, and nothing else."""

    row: ConsultationRow
    why_not: str

    @property
    def consultation(self) -> Consultation:
        return self.row.consultation

    @property
    def facts(self) -> list[dict[str, Any]]:
        case = self.consultation.task.case
        return facts_of(case.application, case)

    @property
    def asked_by(self) -> str:
        consultation = self.consultation
        return f"{consultation.task.department.short_name} {consultation.asked_by.name}"

    @property
    def materials(self) -> Sequence[MaterialRow]:
        return [MaterialRow(each) for each in self.consultation.materials.all()]

    @property
    def first_file(self) -> int | None:
        """The first file, so that the pane is not empty."""
        files = (each for row in self.materials for each in row.material.attachments.all())
        first = next(files, None)
        return first.pk if first else None
