"""Urging (督办): somebody who answers for the whole asks why a task does not move, and is answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.tasks import ReviewTask


class Urging(models.Model):
    """One urging of one task: what is asked, by when an answer is due, and the answer. A task has one open at most."""

    task = models.ForeignKey(
        ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="urgings"
    )
    text = models.TextField("督办内容")
    asked_at = models.DateTimeField("督办发出时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="督办人", on_delete=models.PROTECT, related_name="+"
    )
    answer_due_at = models.DateTimeField("答复期限")
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
        verbose_name = verbose_name_plural = "督办"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], name="urging_one_open", condition=Q(answered_at__isnull=True)
            ),
            models.CheckConstraint(
                name="urging_answered_pair",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_due_at"], name="urging_unanswered", condition=Q(answered_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.text[:30]
