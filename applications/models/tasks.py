"""One step of one case in one department, and what its people found."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.enums import LIVE_TASK, TaskOutcome, TaskStatus
from applications.models.case import Case
from core.constraints import paired
from core.models import Dispatched
from matters.enums import StepKind
from matters.models import Department, Step

FOR_REVIEWERS = (
    StepKind.REVIEW,
    StepKind.INSPECT,
    StepKind.CONSULT,
    StepKind.PAYOUT,
    StepKind.POST_CHECK,
)
FOR_DECIDERS = (StepKind.CONSULT, StepKind.DECIDE, StepKind.PAYOUT)
"""The work of reviewers, and that of deciders and heads (`permissions.STEP_ROLES`), each with an index of its own."""
FOR_SYSTEMS = tuple(kind for kind in StepKind if kind != StepKind.SPECIAL)
"""What a department's own system is told of: steps of all kinds that do not run by themselves."""


class ReviewTask(Dispatched):
    """One step of one case in one department's queue (部门任务). The step clock runs from `released_at`."""

    has_open_question: bool
    """Whether somebody who was asked has not answered; told by `locks.lock_task`."""

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="tasks")
    step = models.ForeignKey(Step, verbose_name="环节", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    department = models.ForeignKey(
        Department, verbose_name="办理部门", on_delete=models.PROTECT, related_name="tasks"
    )
    kind = models.CharField("环节种类", max_length=12, choices=StepKind)
    status = models.CharField("状态", max_length=12, choices=TaskStatus, default=TaskStatus.RELEASED)
    released_at = models.DateTimeField("派发时间")
    due_at = models.DateTimeField("环节期限", null=True, blank=True)
    claimed_at = models.DateTimeField("领取时间", null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="领取人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claimed_tasks",
    )
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="完成人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.CharField("结论", max_length=12, choices=TaskOutcome, blank=True)
    opinion = models.TextField("意见", blank=True)
    mend_by = models.DateField("整改期限", null=True, blank=True)
    pushed_at = models.DateTimeField(
        "告知部门系统时间", null=True, blank=True, help_text="写下推送的时间；部门没有自有系统的，空着"
    )
    sent_back_from = models.ForeignKey(
        "self",
        verbose_name="由哪项任务退回",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sent_back",
    )

    class Meta:
        verbose_name = verbose_name_plural = "部门任务"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "round"], name="task_step_round_once"),
            models.UniqueConstraint(
                fields=["case", "step"], name="task_one_live_round", condition=Q(status__in=LIVE_TASK)
            ),
            paired("task_claimed_pair", "claimed_at", "claimed_by"),
            models.CheckConstraint(
                name="task_claimed_has_claimer",
                condition=~Q(status=TaskStatus.CLAIMED) | Q(claimed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="task_sent_back_is_a_later_round",
                condition=Q(sent_back_from=None) | Q(round__gte=2),
            ),
            models.CheckConstraint(
                name="task_done_has_outcome",
                condition=~Q(status=TaskStatus.DONE) | (Q(completed_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_at", "id"],
                name="task_department_queue",
                condition=Q(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED]),
            ),
            models.Index(
                fields=["department", "due_at", "id"], name="task_open", condition=Q(status=TaskStatus.OPEN)
            ),
            models.Index(
                fields=["department", "-receipted_at", "-id"],
                name="task_arrivals",
                condition=Q(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED]),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="task_queue_everywhere",
                condition=Q(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED]),
            ),
            models.Index(
                fields=["department", "due_at", "id"],
                name="task_for_reviewers",
                condition=Q(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED], kind__in=FOR_REVIEWERS),
            ),
            models.Index(
                fields=["department", "due_at", "id"],
                name="task_for_deciders",
                condition=Q(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED], kind__in=FOR_DECIDERS),
            ),
            models.Index(
                fields=["department", "due_at", "id"],
                name="task_not_arrived",
                condition=Q(status=TaskStatus.RELEASED),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="task_not_arrived_anywhere",
                condition=Q(status=TaskStatus.RELEASED),
            ),
            models.Index(
                fields=["claimed_by", "due_at", "id"],
                name="task_in_hands",
                condition=Q(status=TaskStatus.CLAIMED),
            ),
            models.Index(
                fields=["department", "-completed_at", "-id"],
                name="task_done_here",
                condition=Q(status=TaskStatus.DONE),
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="task_awaiting",
                condition=Q(receipted_at=None, failed_at=None),
            ),
            models.Index(
                fields=["due_at"],
                name="task_to_check",
                condition=Q(status__in=LIVE_TASK, kind=StepKind.POST_CHECK),
            ),
            models.Index(fields=["completed_at"], name="task_done", condition=Q(status=TaskStatus.DONE)),
            models.Index(
                fields=["department", "receipted_at"],
                name="task_to_push",
                condition=Q(
                    pushed_at=None,
                    status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED],
                    kind__in=FOR_SYSTEMS,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.step.name}"

    @property
    def pauses(self) -> list[tuple[datetime, datetime]]:
        """The spans in which its limit stands still: its own special procedures, as they were read with it."""
        return [each.span for each in self.suspensions.all()]


class TaskRecord(models.Model):
    """What one participant found (a review opinion, an inspector's record); a step needs `staff_min` different people.

    A record of an inspection says when and where its author was on site; `confirms` is the colleague's record that the
    author, who was there too, agreed with.
    """

    task = models.ForeignKey(
        ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="records"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="+"
    )
    finding = models.TextField("记录")
    at = models.DateTimeField("时间")
    seen_at = models.DateTimeField("到达现场时间", null=True, blank=True)
    place = models.CharField("现场地点", max_length=200, blank=True)
    confirms = models.ForeignKey(
        "self", verbose_name="所确认的记录", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "user"], name="task_record_once_each"),
            models.CheckConstraint(
                name="task_record_site_pair",
                condition=Q(seen_at=None, place="") | (Q(seen_at__isnull=False) & ~Q(place="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.user_id}"

    @property
    def is_on_site(self) -> bool:
        """Whether the record says when and where its author was on site."""
        return self.seen_at is not None


class RecordPhoto(models.Model):
    """One picture taken on site; re-encoded, private, of the record of who took it."""

    record = models.ForeignKey(
        TaskRecord, verbose_name="办理记录", on_delete=models.PROTECT, related_name="photos"
    )
    file = models.FileField("照片", upload_to="photos", max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "现场照片"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
