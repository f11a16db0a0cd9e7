"""Official documents (文书): numbered without gaps, rendered once, sealed, verifiable by anybody."""

from django.db import models

from core.enums import DocumentKind
from core.models.dispatch import Dispatched


class NumberSeries(models.Model):
    """The last number given in one series of one year; its row lock makes the series gapless."""

    series = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "文号序列"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class OfficialDocument(Dispatched):
    """One document as issued. `data` and `issuer` are snapshots: what was true when it was issued stays."""

    kind = models.CharField("文书种类", max_length=16, choices=DocumentKind)
    number = models.CharField("文号", max_length=80, unique=True)
    title = models.CharField("标题", max_length=200)
    issuer = models.JSONField("出具机关", help_text="名称、代码、统一社会信用代码和用章名称的快照")
    data = models.JSONField("内容快照")
    holder = models.CharField("持有人（掩码）", max_length=200)
    reference = models.CharField("申报号", max_length=32, db_index=True)
    verify_token = models.CharField("验证码", max_length=32, unique=True)
    issued_at = models.DateTimeField("出具时间")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_reason = models.CharField("撤销原因", max_length=400, blank=True)
    file = models.FileField("文件", upload_to="documents", blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    sm3 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="document_rendered_has_digest",
                condition=models.Q(receipted_at=None)
                | (~models.Q(file="") & ~models.Q(sha256="") & ~models.Q(sm3="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="document_awaiting",
                condition=models.Q(receipted_at=None, failed_at=None),
            ),
            models.Index(
                fields=["failed_at"],
                name="document_given_up",
                condition=models.Q(receipted_at=None, failed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
