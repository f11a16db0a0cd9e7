"""Days that count, and the clock of a demo."""

from datetime import timedelta

from django.db import models


class CalendarDay(models.Model):
    """One day of the working calendar: seeded 2004–2026, then loaded from the State Council's notices."""

    date = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("工作日")
    note = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        indexes = [
            models.Index(fields=["date"], name="calendar_working", condition=models.Q(is_working=True))
        ]

    def __str__(self) -> str:
        return f"{self.date} {'工作日' if self.is_working else '休息日'}"


class DemoMark(models.Model):
    """The one row that marks a database as a demo's or a test's own; only there the clock moves."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField("时钟偏移", default=timedelta(0))

    class Meta:
        verbose_name = verbose_name_plural = "演示标记"
        constraints = [models.CheckConstraint(name="demo_mark_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"演示时钟偏移 {self.offset}"
