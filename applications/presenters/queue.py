"""What the back office sees of its queue: one row for each task. No queries here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from applications.enums import TaskStatus
from applications.models import ReviewTask
from applications.presenters.words import outcome_tone
from applications.services.notifications import day_text
from core.countdown import Countdown
from core.models import User
from matters.enums import StepKind

TASK_TONES = {
    TaskStatus.RELEASED: "neutral",
    TaskStatus.OPEN: "waiting",
    TaskStatus.CLAIMED: "progress",
    TaskStatus.CANCELLED: "neutral",
}
LIVE = (TaskStatus.OPEN, TaskStatus.CLAIMED)


@dataclass(frozen=True)
class TaskRow:
    """One task in the queue, or at the head of its own page."""

    task: ReviewTask
    viewer: User
    countdown: Countdown
    now: datetime
    new_since: datetime | None = None
    stood_in_for: Collection[tuple[int, int]] = ()

    @cached_property
    def key(self) -> str:
        return str(self.task.pk)

    @cached_property
    def url(self) -> str:
        return reverse("task", args=[self.task.pk])

    @cached_property
    def number(self) -> str:
        return self.task.case.number

    @property
    def applicant(self) -> str:
        return self.task.case.application.applicant.name

    @property
    def matter(self) -> str:
        return self.task.case.version.name

    @property
    def bundle(self) -> str:
        bundle = self.task.case.application.bundle
        return bundle.name if bundle else ""

    @property
    def step(self) -> str:
        return self.task.step.name

    @property
    def department(self) -> str:
        return self.task.department.short_name

    @cached_property
    def is_live(self) -> bool:
        return self.task.status in LIVE

    @property
    def is_urged(self) -> bool:
        """Whether somebody has urged it and waits for an answer, as its selector has read it."""
        return self.is_live and getattr(self.task, "is_urged", False)

    @property
    def due_at(self) -> datetime | None:
        return self.task.due_at

    @property
    def is_new(self) -> bool:
        """Whether it has come since the viewer's last visit."""
        came = self.task.receipted_at
        return bool(self.is_live and self.new_since and came and came > self.new_since)

    @property
    def is_deputised(self) -> bool:
        """Whether the viewer stands in for its holder."""
        return (self.task.claimed_by_id, self.task.department_id) in self.stood_in_for

    @cached_property
    def days_left(self) -> int | None:
        return self.countdown.left(self.task.due_at, self.task.pauses) if self.is_live else None

    @property
    def paused(self) -> str:
        """Until when the limit of the step stands still, its suspensions read; empty while it runs."""
        if not self.is_live or self.task.kind == StepKind.SPECIAL:
            return ""
        ends = [each.expected_end for each in self.task.suspensions.all() if each.ended_at is None]
        return f"预计{day_text(max(ends))}恢复" if ends else ""

    @cached_property
    def urgency(self) -> str:
        """How urgent a live task is: late, soon, or nothing."""
        if not self.is_live or not self.task.due_at:
            return ""
        if self.task.due_at < self.now:
            return "late"
        return "soon" if self.days_left is not None and self.days_left <= 1 else ""

    @property
    def over_by_hours(self) -> bool:
        """Whether the limit has passed though its last day has not: limits of hours and minutes."""
        return self.urgency == "late" and self.days_left is not None and self.days_left >= 0

    @property
    def status(self) -> str:
        if self.is_live and self.task.kind == StepKind.SPECIAL:
            return "自动进行中"
        if self.task.status == TaskStatus.CLAIMED and self.task.claimed_by_id == self.viewer.pk:
            return "我在办"
        if self.task.status == TaskStatus.CLAIMED and self.is_deputised:
            return "我代办"
        if self.task.status == TaskStatus.DONE and self.task.outcome:
            return self.task.get_outcome_display()
        return self.task.get_status_display()

    @property
    def tone(self) -> str:
        if self.task.status == TaskStatus.DONE:
            return outcome_tone(self.task)
        if self.is_live and self.task.kind == StepKind.SPECIAL:
            return "paused"
        return TASK_TONES[TaskStatus(self.task.status)]

    @property
    def holder(self) -> str:
        if self.task.status != TaskStatus.CLAIMED or self.task.claimed_by_id == self.viewer.pk:
            return ""
        return self.task.claimed_by.name if self.task.claimed_by else ""
