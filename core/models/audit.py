"""The audit trail: who did what to which record, when; written once, never changed."""

from django.db import models


class AuditEntry(models.Model):
    """One act. The database refuses to change or delete a row (see the migration's trigger)."""

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        "core.User", verbose_name="操作人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField("身份", max_length=200)
    act = models.CharField("动作", max_length=64)
    record_type = models.CharField("对象", max_length=64)
    record_id = models.CharField("对象编号", max_length=64)
    reference = models.CharField("申报号", max_length=32, blank=True, db_index=True)
    detail = models.JSONField("内容", default=dict)
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["record_type", "record_id"], name="audit_by_record")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.act}"
