"""What staff write beside a case for each other; the applicant never reads it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import ApplicationMaterial, Attachment
from applications.models.case import Case
from applications.models.tasks import ReviewTask
from core.constraints import paired


class Annotation(models.Model):
    """A marginal note on a material (批注), at a page of one of its files if one is named; settled once."""

    task = models.ForeignKey(
        ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="annotations"
    )
    material = models.ForeignKey(
        ApplicationMaterial, verbose_name="材料", on_delete=models.PROTECT, related_name="annotations"
    )
    attachment = models.ForeignKey(
        Attachment,
        verbose_name="文件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="annotations",
    )
    page = models.PositiveSmallIntegerField("页", null=True, blank=True)
    text = models.TextField("批注")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批注人", on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField("了结时间", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="了结人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "批注"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="annotation_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="annotation_page_of_a_file", condition=Q(page=None) | Q(attachment__isnull=False)
            ),
            paired("annotation_resolved_pair", "resolved_at", "resolved_by"),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.text[:30]}"


class Note(models.Model):
    """An internal note on a case (内部备注); added, never changed and never deleted."""

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="notes")
    text = models.TextField("备注")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="备注人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "内部备注"
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="note_has_text", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.text[:30]}"
