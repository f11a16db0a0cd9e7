"""Several matters filed as one (一件事 / 多报合一)."""

from django.db import models

from matters.models.catalogue import Matter
from matters.models.organisation import Department


class Bundle(models.Model):
    """Several matters filed with one application, under a lead department."""

    code = models.SlugField("一件事编码", max_length=50, unique=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("类型", max_length=40)
    lead_department = models.ForeignKey(
        Department, verbose_name="牵头部门", on_delete=models.PROTECT, related_name="led_bundles"
    )
    industry_department = models.ForeignKey(
        Department,
        verbose_name="行业主管部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    lead_rule = models.CharField("牵头规则", max_length=100)
    promised_workdays = models.PositiveSmallIntegerField("承诺工作日")
    trips_before = models.PositiveSmallIntegerField("改革前次数")
    trips_after = models.PositiveSmallIntegerField("改革后次数")
    outlet = models.CharField("统一出件", max_length=100, blank=True)
    note = models.TextField("备注", blank=True)
    digest = models.CharField("内容摘要", max_length=64)
    is_active = models.BooleanField("在用", default=True)
    added_at = models.DateTimeField("列入时间", null=True, blank=True)
    last_filed_at = models.DateTimeField("最近申报时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "一件事"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class BundleMember(models.Model):
    """One matter of a bundle; an optional one is the applicant's choice until acceptance."""

    bundle = models.ForeignKey(
        Bundle, verbose_name="一件事", on_delete=models.CASCADE, related_name="members"
    )
    matter = models.ForeignKey(
        Matter, verbose_name="事项", on_delete=models.PROTECT, related_name="memberships"
    )
    order = models.PositiveSmallIntegerField("序号")
    optional = models.BooleanField("可选", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "成员事项"
        ordering = ["bundle_id", "order"]
        constraints = [models.UniqueConstraint(fields=["bundle", "matter"], name="bundle_member_once")]

    def __str__(self) -> str:
        return str(self.matter_id)


class BundleDependency(models.Model):
    """`then` waits until `first` is granted and its result issued (浙江规定 §5(3)), where both are chosen."""

    bundle = models.ForeignKey(
        Bundle, verbose_name="一件事", on_delete=models.CASCADE, related_name="dependencies"
    )
    first = models.ForeignKey(Matter, verbose_name="先办", on_delete=models.PROTECT, related_name="+")
    then = models.ForeignKey(Matter, verbose_name="后办", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "先后关系"
        constraints = [
            models.UniqueConstraint(fields=["bundle", "first", "then"], name="bundle_dependency_once"),
            models.CheckConstraint(
                name="bundle_dependency_not_self", condition=~models.Q(first=models.F("then"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} → {self.then_id}"
