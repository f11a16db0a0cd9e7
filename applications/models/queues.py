"""What a person keeps about the list of tasks: filters worth a name, and when they last looked."""

from django.conf import settings
from django.db import models


class SavedFilter(models.Model):
    """A way of narrowing the list of tasks that somebody gave a name; `query` is what stands in the address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "保存的筛选"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name


class QueueVisit(models.Model):
    """When somebody last had the list of tasks before them, and since when what arrives is new to them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="+"
    )
    new_since = models.DateTimeField("此后送达的算新任务")
    seen_at = models.DateTimeField("最近查看")

    class Meta:
        verbose_name = verbose_name_plural = "查看任务列表"

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at}"
