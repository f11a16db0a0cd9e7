"""One act on many tasks: what was asked for, and what became of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.enums import BulkKind
from applications.models.tasks import ReviewTask
from core.models import Dispatched

MOST_TASKS = 500


class BulkAct(Dispatched):
    """One act that a person asked for on up to 500 tasks (批量办理); receipted when the last of them is done with."""

    kind = models.CharField("办理", max_length=8, choices=BulkKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("提交时间")
    total = models.PositiveSmallIntegerField("件数")
    text = models.TextField("意见或原因", blank=True)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="交给",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "批量办理"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="bulk_act_at_most_500", condition=Q(total__gte=1, total__lte=MOST_TASKS)
            ),
            models.CheckConstraint(
                name="bulk_act_hands_to_somebody",
                condition=Q(kind=BulkKind.HAND, to__isnull=False) | (~Q(kind=BulkKind.HAND) & Q(to=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="bulk_act_awaiting",
                condition=Q(receipted_at=None, failed_at=None),
            ),
            models.Index(fields=["by", "-id"], name="bulk_act_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.total}"


class BulkItem(models.Model):
    """One task of a bulk act: not yet done, done, or refused with the sentence that the single act would say."""

    bulk = models.ForeignKey(BulkAct, verbose_name="批量办理", on_delete=models.PROTECT, related_name="items")
    task = models.ForeignKey(ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField("办理时间", null=True, blank=True)
    refusal = models.TextField("未办成的原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量办理的任务"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "task"], name="bulk_item_once"),
            models.CheckConstraint(
                name="bulk_item_refused_is_done", condition=Q(refusal="") | Q(done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.task_id}"
