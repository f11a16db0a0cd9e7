"""To whom the tasks that arrive in a department are given."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.enums import AssignmentWay
from matters.enums import StepKind
from matters.models import Department, Matter


class AssignmentRule(models.Model):
    """How a department gives out what arrives: for one matter, one kind of step, both, or everything else.

    Of several that fit a task the most specific counts: a rule of its matter before one of its kind of step, and a rule
    that names both before either. A department without a rule leaves its tasks in the queue.
    """

    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="assignment_rules"
    )
    kind = models.CharField("环节种类", max_length=12, choices=StepKind, blank=True)
    matter = models.ForeignKey(
        Matter, verbose_name="事项", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField("方式", max_length=12, choices=AssignmentWay)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="指定的人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    last_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上一次给了",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField("设置时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="设置人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "分派规则"
        ordering = ["department", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "kind", "matter"],
                name="assignment_rule_one_per_scope",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="assignment_rule_names_its_person",
                condition=Q(way=AssignmentWay.PERSON, person__isnull=False)
                | (~Q(way=AssignmentWay.PERSON) & Q(person=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.kind or '*'} {self.matter_id or '*'}: {self.way}"
