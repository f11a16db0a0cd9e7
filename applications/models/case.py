"""One matter of an application and what it waits for."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from applications.enums import DECIDED, CaseStatus
from applications.models.application import Application
from core.models import Dispatched
from matters.models import MatterVersion


class Case(Dispatched):
    """One matter of an application (办件), pinned to the version of the guide it was filed under.

    The inherited dispatch columns carry one message: “the result may be issued”; its receipt is the issuing.
    `follows` is there on what `applications.cases.cases_of` returns: whether it waits for another case.
    """

    follows: bool

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
                condition=~Q(status__in=[CaseStatus.IN_REVIEW, CaseStatus.SIMULATED, *DECIDED])
                | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_refused_with_reason",
                condition=~Q(status=CaseStatus.REFUSED) | (~Q(end_reason="") & ~Q(competent_authority="")),
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
            models.Index(fields=["ended_at"], name="case_decided", condition=Q(status__in=DECIDED)),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.order:02d}"

    @property
    def number(self) -> str:
        """The case's own number: the application's, and its place in it (…-01)."""
        return f"{self.application.number}-{self.order:02d}"

    @property
    def pauses(self) -> list[tuple[datetime, datetime]]:
        """The spans in which its limits stand still: the special procedures of its steps, as they were read with it."""
        return [span for task in self.tasks.all() for span in task.pauses]


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
