"""Rows that wait for a worker."""

from datetime import datetime, timedelta

from django.db import models


class DispatchedQuerySet(models.QuerySet):
    def awaiting_receipt(self, now: datetime) -> "DispatchedQuerySet":
        """Rows whose message was sent (or should have been) and that no worker has receipted by `now`."""
        return self.filter(receipted_at=None, failed_at=None, next_attempt_at__lte=now)


class Dispatched(models.Model):
    """Truth for one message: sent on commit, receipted by its consumer, swept and sent again until then."""

    next_attempt_at = models.DateTimeField("下次派发", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("派发次数", default=0)
    receipted_at = models.DateTimeField("回执时间", null=True, blank=True)
    failed_at = models.DateTimeField("放弃时间", null=True, blank=True)
    last_error = models.TextField("最近错误", blank=True)

    objects = DispatchedQuerySet.as_manager()

    class Meta:
        abstract = True

    FIRST_WAIT = timedelta(seconds=15)
    LONGEST_WAIT = timedelta(minutes=10)

    def wait_after(self, attempts: int) -> timedelta:
        """Return how long to wait for a receipt after this many sendings: doubling, ten minutes at most."""
        return min(self.FIRST_WAIT * 2 ** min(attempts, 10), self.LONGEST_WAIT)
