"""What has happened, appended and never changed."""

from django.conf import settings
from django.db import models

from applications.models.application import Application
from applications.models.case import Case
from applications.models.tasks import ReviewTask
from matters.models import Department


class StatusChange(models.Model):
    """One transition, appended by the machine and never changed; the timeline is read from these rows.

    Of a task it keeps in whose queue and in whose hands it is from then on: who held it, and how long.
    """

    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="status_changes"
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="status_changes")
    task = models.ForeignKey(ReviewTask, null=True, on_delete=models.PROTECT, related_name="status_changes")
    record = models.CharField("对象", max_length=20)
    act = models.CharField("动作", max_length=32)
    source = models.CharField("原状态", max_length=16)
    target = models.CharField("新状态", max_length=16)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "状态变化"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.act}: {self.source} → {self.target}"
