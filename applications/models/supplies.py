"""What a simulated opinion lists as missing, and what came of it afterwards (模拟审批补齐)."""

from django.db import models
from django.db.models import Q

from applications.models.application import ApplicationMaterial
from applications.models.decision import PERSON, SOMEBODY, SimulatedDecision
from core.constraints import paired


class MissingItem(models.Model):
    """One thing a simulated grant waits for: a material of the application. What is not listed cannot be asked for."""

    opinion = models.ForeignKey(
        SimulatedDecision, verbose_name="模拟审批意见", on_delete=models.PROTECT, related_name="items"
    )
    material = models.ForeignKey(
        ApplicationMaterial, verbose_name="材料", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "待补齐的前置条件"
        ordering = ["material__order"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "material"], name="missing_item_once"),
        ]

    def __str__(self) -> str:
        return self.material.name


class Supply(models.Model):
    """Everything a simulated opinion listed, handed in together (补齐), and what the department says to it, once."""

    opinion = models.ForeignKey(
        SimulatedDecision, verbose_name="模拟审批意见", on_delete=models.PROTECT, related_name="supplies"
    )
    note = models.TextField("补齐说明", max_length=1000, blank=True)
    supplied_at = models.DateTimeField("补齐时间")
    supplied_by = models.ForeignKey("core.User", verbose_name="补齐经办人", **PERSON)
    answered_at = models.DateTimeField("核对时间", null=True, blank=True)
    answered_by = models.ForeignKey("core.User", verbose_name="核对人", **SOMEBODY)
    is_fit = models.BooleanField("相符", null=True, blank=True)
    reason = models.TextField("不符的原因", blank=True)
    unfit = models.ManyToManyField(
        ApplicationMaterial, verbose_name="不符的材料", related_name="+", blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "前置条件补齐"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opinion"], name="supply_one_open", condition=Q(answered_at=None)
            ),
            paired("supply_answered_pair", "answered_at", "answered_by"),
            paired("supply_answer_says_whether_it_fits", "answered_at", "is_fit"),
            models.CheckConstraint(
                name="supply_unfit_has_reason",
                condition=Q(is_fit=None) | Q(is_fit=True) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion.case} 补齐"
