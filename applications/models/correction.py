"""The one correction notice (一次性告知)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.enums import CorrectionStatus
from applications.models.application import Application, ApplicationMaterial
from core.constraints import paired
from core.models import OfficialDocument


class Correction(models.Model):
    """Everything that must be put right, told once (行政许可法 §32(4), 浙江规定 §11(3)); an application has one at most."""

    application = models.OneToOneField(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="correction"
    )
    status = models.CharField("状态", max_length=12, choices=CorrectionStatus, default=CorrectionStatus.OPEN)
    issued_at = models.DateTimeField("告知时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="告知人", on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField("补正期限")
    document = models.OneToOneField(
        OfficialDocument, verbose_name="告知书", on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("补正时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="补正经办",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    lapsed_at = models.DateTimeField("逾期时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正"
        constraints = [
            paired("correction_answered_pair", "answered_at", "answered_by"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="correction_to_lapse", condition=Q(status=CorrectionStatus.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return f"补正 {self.application_id}"


class CorrectionItem(models.Model):
    """One thing to put right: what, why, how."""

    correction = models.ForeignKey(
        Correction, verbose_name="补正", on_delete=models.CASCADE, related_name="items"
    )
    material = models.ForeignKey(
        ApplicationMaterial,
        verbose_name="材料",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    what = models.CharField("需补正内容", max_length=200)
    reason = models.CharField("原因", max_length=400)
    how = models.CharField("如何补正", max_length=400, blank=True)
    answer = models.CharField("补正说明", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "补正内容"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.what
