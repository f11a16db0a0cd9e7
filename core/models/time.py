"""Days that count, and the clock of a demo."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from core.models.dispatch import Dispatched


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


class HallHours(models.Model):
    """One span of a working day in which the hall is open; limits of hours and minutes run only then."""

    opens_at = models.TimeField("开门")
    closes_at = models.TimeField("关门")

    class Meta:
        verbose_name = verbose_name_plural = "大厅开放时间"
        ordering = ["opens_at"]
        constraints = [
            models.CheckConstraint(
                name="hall_opens_before_it_closes", condition=models.Q(opens_at__lt=models.F("closes_at"))
            ),
            models.UniqueConstraint(fields=["opens_at"], name="hall_opens_once"),
        ]

    def __str__(self) -> str:
        return f"{self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class CalendarLoad(Dispatched):
    """One loading of a year's calendar; its message has every running limit that reaches into the year reckoned anew."""

    year = models.PositiveSmallIntegerField("年份")
    loaded_at = models.DateTimeField("导入时间")
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="导入人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "日历导入"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="calendar_load_awaiting",
                condition=models.Q(receipted_at=None, failed_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
