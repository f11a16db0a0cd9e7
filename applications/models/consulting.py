"""One question to somebody else, one answer, one day by which it must come."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.enums import SILENT, ConsultationStatus
from applications.models.application import ApplicationMaterial
from applications.models.tasks import ReviewTask
from core.constraints import paired
from matters.models import Department


class Consultation(models.Model):
    """A question asked on a task of another department, or of one colleague (征询意见). The case's clocks run on."""

    task = models.ForeignKey(
        ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="consultations"
    )
    department = models.ForeignKey(
        Department, verbose_name="被征询部门", on_delete=models.PROTECT, related_name="consultations"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="被征询人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="为空时由该部门的人答复",
    )
    question = models.TextField("征询内容")
    materials = models.ManyToManyField(
        ApplicationMaterial, verbose_name="提供的材料", related_name="consultations", blank=True
    )
    asked_at = models.DateTimeField("征询时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="征询人", on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField("答复期限")
    status = models.CharField(
        "状态", max_length=12, choices=ConsultationStatus, default=ConsultationStatus.OPEN
    )
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="答复人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "征询意见"
        ordering = ["id"]
        constraints = [
            paired("consultation_answered_pair", "answered_at", "answered_by"),
            models.CheckConstraint(
                name="consultation_answered_has_answer",
                condition=~Q(status=ConsultationStatus.ANSWERED)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="consultation_not_with_oneself",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
            ),
            models.UniqueConstraint(
                fields=["task", "department"],
                name="consultation_one_open_of_department",
                condition=Q(status=ConsultationStatus.OPEN, person=None),
            ),
            models.UniqueConstraint(
                fields=["task", "person"],
                name="consultation_one_open_of_person",
                condition=Q(status=ConsultationStatus.OPEN, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_at", "id"],
                name="consultation_to_answer",
                condition=Q(status=ConsultationStatus.OPEN),
            ),
            models.Index(
                fields=["due_at"], name="consultation_due", condition=Q(status=ConsultationStatus.OPEN)
            ),
            models.Index(fields=["due_at"], name="consultation_silent", condition=Q(status__in=SILENT)),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.asked}"

    @property
    def asked(self) -> str:
        """Whom the question was put to, in words."""
        return self.person.name if self.person else self.department.short_name
