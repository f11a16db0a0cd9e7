"""One matter of an application, its steps in the departments, its decision."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.enums import DECIDED, LIVE_TASK, CaseStatus, DecisionOutcome, TaskOutcome, TaskStatus
from applications.models.application import Application
from core.models import Dispatched
from matters.enums import StepKind
from matters.models import Department, MatterVersion, Step


class Case(Dispatched):
    """One matter of an application (办件), pinned to the version of the guide it was filed under.

    The inherited dispatch columns carry one message: “the result may be issued”; its receipt is the issuing.
    """

    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="cases"
    )
    order = models.PositiveSmallIntegerField("序号")
    version = models.ForeignKey(
        MatterVersion, verbose_name="事项版本", on_delete=models.PROTECT, related_name="cases"
    )
    optional = models.BooleanField("可选事项", default=False)
    answers = models.JSONField("所选情形", default=dict, blank=True, help_text="问题的键 → 所选答案的键")
    status = models.CharField("状态", max_length=16, choices=CaseStatus, default=CaseStatus.PENDING)
    after = models.ManyToManyField(
        "self",
        verbose_name="前置办件",
        symmetrical=False,
        related_name="dependants",
        through="CaseDependency",
    )
    started_at = models.DateTimeField("起算时间", null=True, blank=True)
    promised_due_at = models.DateTimeField("承诺办结", null=True, blank=True)
    statutory_due_at = models.DateTimeField("法定办结", null=True, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    end_reason = models.TextField("终止原因", blank=True)
    competent_authority = models.CharField("应向何机关申请", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        ordering = ["application_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="case_once_per_matter"),
            models.UniqueConstraint(fields=["application", "order"], name="case_order_once"),
            models.CheckConstraint(
                name="case_started_when_reviewed",
                condition=~Q(status__in=[CaseStatus.IN_REVIEW, *DECIDED]) | Q(started_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="case_result_awaited",
                condition=Q(receipted_at=None, failed_at=None, next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["promised_due_at"], name="case_due", condition=Q(status=CaseStatus.IN_REVIEW)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.order:02d}"

    @property
    def number(self) -> str:
        """The case's own number: the application's, and its place in it (…-01)."""
        return f"{self.application.number}-{self.order:02d}"


class CaseDependency(models.Model):
    """`case` waits until `predecessor` is granted and its result issued; copied from the bundle when filed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="waits_for")
    predecessor = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="releases")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "办件先后"
        constraints = [
            models.UniqueConstraint(fields=["case", "predecessor"], name="case_dependency_once"),
            models.CheckConstraint(name="case_dependency_not_self", condition=~Q(case=F("predecessor"))),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.case_id}"


class ReviewTask(Dispatched):
    """One step of one case in one department's queue (部门任务). The step clock runs from `released_at`."""

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
    outcome = models.CharField("结论", max_length=8, choices=TaskOutcome, blank=True)
    opinion = models.TextField("意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "部门任务"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "round"], name="task_step_round_once"),
            models.UniqueConstraint(
                fields=["case", "step"], name="task_one_live_round", condition=Q(status__in=LIVE_TASK)
            ),
            models.CheckConstraint(
                name="task_claimed_pair",
                condition=Q(claimed_at=None, claimed_by=None)
                | Q(claimed_at__isnull=False, claimed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="task_claimed_has_claimer",
                condition=~Q(status=TaskStatus.CLAIMED) | Q(claimed_by__isnull=False),
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
                fields=["next_attempt_at"],
                name="task_awaiting",
                condition=Q(receipted_at=None, failed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.step.name}"


class TaskRecord(models.Model):
    """What one participant found (a review opinion, an inspector's record); a step needs `staff_min` different people."""

    task = models.ForeignKey(
        ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="records"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="+"
    )
    finding = models.TextField("记录")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="task_record_once_each")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.user_id}"


class Decision(models.Model):
    """The one decision on a case. Who decides is not who accepted: the database holds it (审批分离)."""

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField("决定", max_length=8, choices=DecisionOutcome)
    reasons = models.TextField("事实和理由", blank=True)
    basis = models.TextField("依据")
    decided_at = models.DateTimeField("决定时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, related_name="+"
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="受理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "决定"
        constraints = [
            models.CheckConstraint(
                name="decider_is_not_acceptor",
                condition=Q(accepted_by=None) | ~Q(decided_by=F("accepted_by")),
            ),
            models.CheckConstraint(
                name="denial_has_reasons", condition=Q(outcome=DecisionOutcome.GRANTED) | ~Q(reasons="")
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class StatusChange(models.Model):
    """One transition, appended by the machine and never changed; the timeline is read from these rows."""

    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="status_changes"
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="status_changes")
    task = models.ForeignKey(ReviewTask, null=True, on_delete=models.PROTECT, related_name="status_changes")
    record = models.CharField("对象", max_length=20)
    act = models.CharField("动作", max_length=32)
    source = models.CharField("原状态", max_length=16)
    target = models.CharField("新状态", max_length=16)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "状态变化"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.act}: {self.source} → {self.target}"
