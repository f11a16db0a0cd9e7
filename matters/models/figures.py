"""How long matters and their steps have really taken."""

from django.db import models
from django.db.models import F, Q

from matters.models.catalogue import Matter
from matters.models.organisation import Department


class StepFigures(models.Model):
    """How long a step of a matter took lately, or the whole matter where `step_key` is empty.

    `median` and `p90` are effective working days (suspensions left out) of the `n` cases or steps that ended from
    `since` up to and including `until`. The department is the one that has the step, of a whole matter its owner. A
    nightly task writes the rows (`applications.services.figures`); they say nothing of any person.
    """

    matter = models.ForeignKey(Matter, verbose_name="事项", on_delete=models.CASCADE, related_name="figures")
    step_key = models.CharField("环节键", max_length=40, blank=True)
    step_name = models.CharField("环节名称", max_length=100, blank=True)
    step_order = models.PositiveSmallIntegerField("序号", default=0)
    department = models.ForeignKey(
        Department, verbose_name="办理部门", on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateField("统计起日")
    until = models.DateField("统计止日")
    n = models.PositiveIntegerField("件数")
    median = models.DecimalField("中位数（工作日）", max_digits=7, decimal_places=2)
    p90 = models.DecimalField("九成在内（工作日）", max_digits=7, decimal_places=2)

    FEWEST = 10  # fewer tell of single cases, not of what is usual

    class Meta:
        verbose_name = verbose_name_plural = "办理用时"
        ordering = ["matter_id", "step_order", "step_key"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "step_key"], name="figures_once_for_a_step"),
            models.CheckConstraint(
                name="figures_in_order",
                condition=Q(n__gt=0, median__gte=0, p90__gte=F("median"), until__gte=F("since")),
            ),
        ]
        indexes = [
            models.Index(fields=["-p90", "id"], name="figures_slowest_first", condition=Q(step_key=""))
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.step_name or '全程'}"

    @property
    def tells(self) -> bool:
        """Whether so many have ended that it says what is usual."""
        return self.n >= self.FEWEST
