"""What the back office sees: rows of the queue, one task, and which acts it allows whom. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from applications.enums import ENDED, DecisionOutcome, TaskOutcome, TaskStatus
from applications.models import Application, Case, Decision, ReviewTask, TaskRecord
from applications.presenters import MaterialRow, step_rows, when
from applications.questions import questions_of
from applications.services import review
from core import masking
from core.countdown import Countdown
from core.models import User
from matters.enums import StepKind

TASK_TONES = {
    TaskStatus.RELEASED: "neutral",
    TaskStatus.OPEN: "waiting",
    TaskStatus.CLAIMED: "progress",
    TaskStatus.DONE: "success",
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

    @property
    def url(self) -> str:
        return reverse("task", args=[self.task.pk])

    @property
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

    @property
    def is_live(self) -> bool:
        return self.task.status in LIVE

    @property
    def due_at(self) -> datetime | None:
        return self.task.due_at

    @property
    def days_left(self) -> int | None:
        return self.countdown.left(self.task.due_at) if self.is_live else None

    @property
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
        if self.task.status == TaskStatus.DONE and self.task.outcome:
            return self.task.get_outcome_display()
        return self.task.get_status_display()

    @property
    def tone(self) -> str:
        if self.task.outcome == TaskOutcome.OBJECT:
            return "danger"
        if self.is_live and self.task.kind == StepKind.SPECIAL:
            return "paused"
        return TASK_TONES[TaskStatus(self.task.status)]

    @property
    def holder(self) -> str:
        if self.task.status != TaskStatus.CLAIMED or self.task.claimed_by_id == self.viewer.pk:
            return ""
        return self.task.claimed_by.name if self.task.claimed_by else ""


@dataclass(frozen=True)
class Actions:
    """What a person may do with a task now, and the sentence that says why not."""

    task: ReviewTask
    viewer: User
    records: Sequence[TaskRecord]

    @property
    def is_special(self) -> bool:
        return self.task.kind == StepKind.SPECIAL

    @property
    def is_decision(self) -> bool:
        return self.task.kind == StepKind.DECIDE

    @property
    def is_mine(self) -> bool:
        return self.task.status == TaskStatus.CLAIMED and self.task.claimed_by_id == self.viewer.pk

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
        """Whether to offer a record: to colleagues, and to the holder while people are missing."""
        if self.is_decision or not review.may_record(task=self.task, by=self.viewer):
            return False
        return not self.is_mine or bool(self.why_not_complete)

    @property
    def complete(self) -> bool:
        """Whether the button to complete stands there, pressable or with the reason why not."""
        return self.is_mine and not self.is_decision

    @property
    def offered(self) -> list[str]:
        """The forms to fill in: an opinion to complete with is asked only once enough people have recorded."""
        completes = self.complete and not self.why_not_complete
        shown = {"record": self.record, "complete": completes, "decide": self.decide}
        return [act for act, is_shown in shown.items() if is_shown]

    @property
    def decide(self) -> bool:
        return self.is_mine and self.is_decision

    @property
    def why_not_complete(self) -> str:
        """Say how many people are missing; the holder's own record comes with completing."""
        others = sum(record.user_id != self.viewer.pk for record in self.records)
        if others + 1 >= self.task.step.staff_min:
            return ""
        return review.more_people_needed(self.task, len(self.records))

    @property
    def any(self) -> bool:
        return self.claim or self.put_back or self.record or self.complete or self.decide

    @property
    def writing_at(self) -> str:
        """Where the first thing to fill in stands, for the key that leads there."""
        fields = {
            "record": "#id_record-finding",
            "complete": "#id_complete-outcome_0",
            "decide": "#id_decide-outcome_0",
        }
        return fields[self.offered[-1]] if self.offered else ""

    @property
    def record_kind(self) -> str:
        """The one primary button of the page is to save a record only for whoever does not complete."""
        return "primary" if not self.complete or self.why_not_complete else "secondary"

    @property
    def own_finding(self) -> str:
        return next((record.finding for record in self.records if record.user_id == self.viewer.pk), "")


@dataclass(frozen=True)
class TaskPage:
    """One task with everything its page shows."""

    row: TaskRow
    actions: Actions
    application: Application
    case: Case
    colleagues: Sequence[ReviewTask]

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
        """Say why somebody who accepted the application sees a decision without buttons (审批分离)."""
        is_acceptor = self.application.accepted_by_id == self.row.viewer.pk
        if not self.actions.is_decision or not is_acceptor or not self.row.is_live:
            return ""
        return review.decider_is_acceptor().message

    @property
    def until(self) -> str:
        """Say until when a special procedure runs, and whether its time counts."""
        end = f"预计{when(self.task.due_at)}自动结束" if self.task.due_at else "结束时间未定"
        counts = "计入" if self.task.step.counts_time else "不计入"
        return f"{end}，所需时间{counts}办理时限（行政许可法第四十五条）。期满后下一环节自动派发，无需领取。"

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Return the application as the applicant filled it in."""
        application = self.application
        applicant = application.applicant
        number = masking.mask_identity(applicant.id_number, applicant.id_type)
        rows = [
            ("申请人", applicant.name, f"{applicant.get_id_type_display()} {number}"),
            ("联系人", applicant.contact_name, ""),
            ("联系电话", masking.mask_phone(applicant.phone), ""),
            ("一件事", self.row.bundle, ""),
            ("办理对象", application.subject, ""),
            *((one["question"], one["answer"], "") for one in questions_of([self.case]).words),
            ("符合的情形", "、".join(application.conditions), ""),
            ("补充说明", application.detail, ""),
            ("申报", f"{application.get_channel_display()} · {when(application.submitted_at)}提交", ""),
            ("受理", self._accepted, ""),
        ]
        return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]

    @property
    def _accepted(self) -> str:
        application = self.application
        by = application.accepted_by.name if application.accepted_by else "系统"
        return f"{by} · {when(application.accepted_at)}" if application.accepted_at else ""

    @property
    def clock(self) -> list[dict[str, Any]]:
        """Return the limits of the case and how the task stands within them."""
        is_over = self.case.status in ENDED
        pairs = (("承诺办结", self.case.promised_due_at), ("法定办结", self.case.statutory_due_at))
        return [
            {
                "label": label,
                "due": due,
                "days_left": None if is_over else self.row.countdown.left(due),
            }
            for label, due in pairs
            if due
        ]

    @property
    def steps(self) -> list[dict[str, str]]:
        return step_rows(self.case)

    @property
    def materials(self) -> list[MaterialRow]:
        """The materials this matter needs; those of other matters of a bundle are not this reviewer's to read."""
        name = self.case.version.name
        return [MaterialRow(each) for each in self.application.materials.all() if name in each.needed_by]

    @property
    def first_file(self) -> int | None:
        """The first file, so that the pane is not empty."""
        files = (each for row in self.materials for each in row.material.attachments.all())
        first = next(files, None)
        return first.pk if first else None

    @property
    def decision(self) -> Decision | None:
        return getattr(self.case, "decision", None)

    @property
    def decision_tone(self) -> str:
        is_granted = self.decision is not None and self.decision.outcome == DecisionOutcome.GRANTED
        return "success" if is_granted else "danger"

    @property
    def held_title(self) -> str:
        return f"{self.row.holder}已领取，正在办理"

    @property
    def records(self) -> list[TaskRecord]:
        """The records of this step, but not the one the viewer is writing on."""
        if self.actions.record or self.actions.complete:
            return [each for each in self.actions.records if each.user_id != self.row.viewer.pk]
        return list(self.actions.records)

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
    records: Sequence[dict[str, str]]


def _finding(task: ReviewTask) -> Finding:
    is_done = task.status == TaskStatus.DONE
    records = [{"who": each.user.name, "text": each.finding} for each in task.records.all()]
    if not records and task.opinion:
        records = [{"who": "", "text": task.opinion}]
    return Finding(
        step=task.step.name,
        department=task.step.performed_by or task.department.short_name,
        word=task.get_outcome_display() if is_done else "办理中",
        tone=("danger" if task.outcome == TaskOutcome.OBJECT else "success") if is_done else "progress",
        who=task.completed_by.name if task.completed_by else "",
        at=task.completed_at,
        records=records if len(records) > 1 else [{"who": "", "text": each["text"]} for each in records],
    )
