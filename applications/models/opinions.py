"""Sentences that are written again and again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.enums import OpinionOutcome
from matters.enums import StepKind
from matters.models import Department


class OpinionTemplate(models.Model):
    """An opinion ready to be filled in (意见模板), for one kind of step and one outcome; of a department or of a person."""

    department = models.ForeignKey(
        Department,
        verbose_name="部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opinion_templates",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="个人",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="opinion_templates",
    )
    kind = models.CharField("环节种类", max_length=12, choices=StepKind)
    outcome = models.CharField("结论", max_length=8, choices=OpinionOutcome)
    name = models.CharField("名称", max_length=40)
    text = models.TextField("意见")

    class Meta:
        verbose_name = verbose_name_plural = "意见模板"
        ordering = ["kind", "outcome", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="opinion_template_one_owner",
                condition=Q(department=None, user__isnull=False) | Q(department__isnull=False, user=None),
            ),
            models.UniqueConstraint(
                fields=["department", "kind", "outcome", "name"],
                name="opinion_template_department_once",
                condition=Q(user=None),
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "outcome", "name"],
                name="opinion_template_user_once",
                condition=Q(department=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
