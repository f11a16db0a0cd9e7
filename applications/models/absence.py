"""Who is away, from when to when, and who does their work meanwhile."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from matters.models import Department


class AbsenceQuerySet(models.QuerySet):
    def under_way(self) -> "AbsenceQuerySet":
        """Absences that have begun and not ended: their deputies act now."""
        return self.filter(began_at__isnull=False, ended_at=None)

    def not_over(self) -> "AbsenceQuerySet":
        """Absences that are under way or still to come."""
        return self.filter(ended_at=None)


def _range(function: str, first: str, last: str) -> Func:
    return Func(F(first), F(last), Value("[]"), function=function)


class Absence(models.Model):
    """Days on which somebody is away from a department, and their deputy there (休假代办).

    It is a state and not a comparison with the clock: the sweep begins it on its first day and ends it after its last,
    so that everybody who asks whether the deputy may act hears the same answer. Who comes back earlier ends it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="不在岗的人", on_delete=models.PROTECT, related_name="absences"
    )
    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="+"
    )
    first_day = models.DateField("第一天")
    last_day = models.DateField("最后一天")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="代办人", on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    began_at = models.DateTimeField("开始代办", null=True, blank=True)
    ended_at = models.DateTimeField("结束代办", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "不在岗登记"
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(name="absence_days_in_order", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(name="absence_deputy_is_another", condition=~Q(deputy=F("user"))),
            # Ranges of one number stand for equality: plain GiST, without the extension btree_gist.
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    (_range("int8range", "user", "user"), RangeOperators.OVERLAPS),
                    (_range("int8range", "department", "department"), RangeOperators.OVERLAPS),
                    (_range("daterange", "first_day", "last_day"), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["deputy"], name="absence_deputy", condition=Q(ended_at=None)),
            models.Index(
                fields=["first_day"], name="absence_to_begin", condition=Q(began_at=None, ended_at=None)
            ),
            models.Index(fields=["last_day"], name="absence_to_end", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_day}–{self.last_day}"
