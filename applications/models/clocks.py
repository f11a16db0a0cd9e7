"""The limits that run, what suspends them, what extends them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.enums import ClockKind, SuspensionKind
from applications.models.application import Application
from applications.models.case import Case
from applications.models.tasks import ReviewTask
from core.models import OfficialDocument
from matters.enums import LimitUnit, Role, StepKind

OF_APPLICATION = (
    ClockKind.PRE_ACCEPTANCE,
    ClockKind.ACCEPTANCE,
    ClockKind.CORRECTION,
    ClockKind.DEFERRAL,
    ClockKind.BUNDLE,
    ClockKind.PROJECT,
)
OF_TASK = (ClockKind.STEP, ClockKind.SPECIAL)


class ClockQuerySet(models.QuerySet):
    def running(self) -> "ClockQuerySet":
        """Clocks that nothing has stopped."""
        return self.filter(stopped_at=None)


class Clock(models.Model):
    """One limit of one application, case or task: how long, since when, until when.

    `due_at` is reckoned by `services/clocks.py` alone, without suspensions and with an extension; it is empty while the
    calendar does not reach so far. A running clock has no `stopped_at`.
    """

    kind = models.CharField("种类", max_length=16, choices=ClockKind)
    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="clocks"
    )
    case = models.ForeignKey(
        Case, verbose_name="办件", null=True, blank=True, on_delete=models.PROTECT, related_name="clocks"
    )
    task = models.ForeignKey(
        ReviewTask,
        verbose_name="部门任务",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clocks",
    )
    started_at = models.DateTimeField("起算时间")
    value = models.PositiveIntegerField("时限")
    unit = models.CharField("时限单位", max_length=8, choices=LimitUnit)
    due_at = models.DateTimeField("到期时间", null=True, blank=True)
    stopped_at = models.DateTimeField("停止时间", null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "时限"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "application", "case", "task"],
                name="clock_one_running",
                condition=Q(stopped_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="clock_of_its_subject",
                condition=Q(kind__in=OF_APPLICATION, case=None, task=None)
                | Q(kind__in=OF_TASK, case__isnull=False, task__isnull=False)
                | Q(kind=ClockKind.STATUTORY, case__isnull=False, task=None)
                | Q(kind__in=[ClockKind.PROMISED, ClockKind.CERTIFICATE], task=None),
            ),
            models.CheckConstraint(
                name="clock_stops_after_it_starts",
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "due_at"], name="clock_running", condition=Q(stopped_at=None)),
            models.Index(fields=["kind", "started_at"], name="clock_begun", condition=Q(stopped_at=None)),
            models.Index(fields=["due_at", "id"], name="clock_reaching", condition=Q(stopped_at=None)),
            models.Index(
                fields=["kind", "stopped_at"],
                name="clock_ended_late",
                condition=Q(stopped_at__gt=F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.application_id}"


class Suspension(models.Model):
    """A special procedure whose time does not count (行政许可法 §45): why, on what basis, how long, told by which notice.

    It stands still for everything of its case, and for the step it arose in. Its end is at the latest the expected one.
    Only what was told before notices were papers has none (`EARLIER`).
    """

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="suspensions")
    task = models.ForeignKey(
        ReviewTask,
        verbose_name="部门任务",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suspensions",
    )
    kind = models.CharField("特别程序", max_length=12, choices=SuspensionKind)
    basis = models.CharField("法律依据", max_length=400)
    reason = models.CharField("原因", max_length=400)
    expected_days = models.PositiveSmallIntegerField("预计所需时间")
    expected_unit = models.CharField("时间单位", max_length=8, choices=LimitUnit, default=LimitUnit.WORKDAY)
    expected_end = models.DateTimeField("预计结束")
    document = models.OneToOneField(
        OfficialDocument,
        verbose_name="告知书",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    started_at = models.DateTimeField("开始时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="启动人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="结束人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "特别程序"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "task"],
                name="suspension_one_open",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="suspension_says_why",
                condition=~Q(kind="") & ~Q(basis="") & ~Q(reason="") & Q(expected_days__gt=0),
            ),
            models.CheckConstraint(
                name="suspension_told_in_writing",
                condition=Q(document__isnull=False) | Q(kind=SuspensionKind.EARLIER),
            ),
            models.CheckConstraint(
                name="suspension_ended_by_only_when_ended",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="suspension_ends_in_its_time",
                condition=Q(expected_end__gte=F("started_at"))
                & (Q(ended_at=None) | Q(ended_at__gte=F("started_at"), ended_at__lte=F("expected_end"))),
            ),
        ]
        indexes = [
            models.Index(fields=["expected_end"], name="suspension_to_end", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.case_id}"

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when no limit runs; while it goes on, to its expected end."""
        return self.started_at, self.ended_at or self.expected_end

    @property
    def procedure(self) -> str:
        """What people call it: the step of the guide it is, or its kind."""
        if self.task and self.task.kind == StepKind.SPECIAL:
            return self.task.step.name
        return self.get_kind_display()


class Extension(models.Model):
    """Working days added to a legal limit, once (行政许可法 §42): by the head, or for a joint matter by the government."""

    application = models.ForeignKey(
        Application,
        verbose_name="申报",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="extensions",
    )
    case = models.OneToOneField(
        Case, verbose_name="办件", null=True, blank=True, on_delete=models.PROTECT, related_name="extension"
    )
    clock = models.OneToOneField(
        Clock, verbose_name="时限", on_delete=models.PROTECT, related_name="extension"
    )
    days = models.PositiveSmallIntegerField("延长的工作日")
    reason = models.CharField("理由", max_length=400)
    document = models.OneToOneField(
        OfficialDocument, verbose_name="告知书", on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField("批准时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="extension_of_a_case_or_an_application",
                condition=Q(application=None, case__isnull=False, days__range=(1, 10))
                | Q(application__isnull=False, case=None, days__range=(1, 15)),
            ),
            models.UniqueConstraint(
                fields=["application"],
                name="extension_once",
                condition=Q(application__isnull=False),
            ),
            models.CheckConstraint(name="extension_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"+{self.days}"

    @property
    def approver(self) -> str:
        """In whose name it is approved: of the department's head, or for joint handling of the government's."""
        if self.case is None:
            return Role.GOVERNMENT.label
        return f"{self.case.version.matter.department.short_name}负责人"
