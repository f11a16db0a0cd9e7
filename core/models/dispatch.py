"""Rows that wait for a worker."""

from datetime import datetime, timedelta

from django.db import models


class DispatchedQuerySet(models.QuerySet):
    def under_way(self) -> "DispatchedQuerySet":
        """Rows whose message was sent (or should have been) and that no worker has receipted."""
        return self.filter(receipted_at=None, failed_at=None, next_attempt_at__isnull=False)

    def awaiting_receipt(self, now: datetime) -> "DispatchedQuerySet":
        """Rows under way whose wait is over: they are sent again."""
        return self.filter(receipted_at=None, failed_at=None, next_attempt_at__lte=now)

    def stuck(self) -> "DispatchedQuerySet":
        """Rows that were sent STUCK_AFTER times for nothing; they are sent on, and somebody should look why."""
        return self.under_way().filter(self.is_stuck())

    def is_stuck(self) -> models.Q:
        """Return what tells the stuck among the rows under way."""
        return models.Q(attempts__gte=STUCK_AFTER)

    def given_up(self) -> "DispatchedQuerySet":
        """Rows that are not sent any more until somebody has them sent again."""
        return self.filter(receipted_at=None, failed_at__isnull=False)


STUCK_AFTER = 6
"""Sendings without a receipt, a quarter of an hour in all."""
LONGEST_ERROR = 2000


def in_words(error: BaseException) -> str:
    """Return what stands in `last_error` of a row whose consumer failed so."""
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]


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

    @property
    def last_sent_at(self) -> datetime | None:
        """Return when its message was sent last; None of a row that waits for nothing."""
        return self.next_attempt_at and self.next_attempt_at - self.wait_after(self.attempts)

    def wait_after(self, attempts: int) -> timedelta:
        """Return how long to wait for a receipt after this many sendings: doubling, ten minutes at most."""
        return min(self.FIRST_WAIT * 2 ** min(attempts, 10), self.LONGEST_WAIT)
