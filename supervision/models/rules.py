"""The rules by which cards are given: data, each in force from a day."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from applications.enums import ClockKind
from core.constraints import paired
from supervision.enums import SEVERITY, Breach, Level, Recipient, RelativeTo, Way


class CardRuleQuerySet(models.QuerySet):
    def on(self, day: date) -> "CardRuleQuerySet":
        """Return of each rule the one wording that is in force on a day, active or not."""
        return self.filter(in_force_from__lte=day).order_by("code", "-in_force_from", "-pk").distinct("code")


class CardRule(models.Model):
    """One wording of one rule (监察规则): what it measures, when it gives which card, to whom it is told.

    It measures a kind of clock or a kind of breach. For a clock the card falls due `offset` working days after the day
    the clock ends (before it, when negative), or after the day it began: from the beginning of that day on when
    `inclusive`, else only when that day has passed; `moments.py` holds the rule exactly. A change is a new wording with a
    later day.
    """

    code = models.SlugField("规则编号", max_length=20)
    name = models.CharField("规则", max_length=100)
    clock_kind = models.CharField("监察时限", max_length=16, choices=ClockKind, blank=True)
    breach = models.CharField("监察行为", max_length=20, choices=Breach, blank=True)
    level = models.CharField("牌别", max_length=8, choices=Level)
    offset = models.SmallIntegerField("工作日", default=0)
    relative_to = models.CharField("相对于", max_length=8, choices=RelativeTo, default=RelativeTo.DUE)
    inclusive = models.BooleanField("当天即发", default=False)
    recipients = ArrayField(models.CharField(max_length=12, choices=Recipient), verbose_name="告知")
    way = models.CharField("发牌方式", max_length=10, choices=Way, default=Way.AUTOMATIC)
    is_active = models.BooleanField("启用", default=True)
    source = models.CharField("依据", max_length=200)
    in_force_from = models.DateField("施行日期")
    changed_at = models.DateTimeField("修改时间", null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = CardRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监察规则"
        ordering = ["code", "in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "in_force_from"], name="card_rule_one_wording_a_day"),
            models.CheckConstraint(
                name="card_rule_measures_one_thing",
                condition=(~Q(clock_kind="") & Q(breach=""))
                | (Q(clock_kind="", offset=0, relative_to=RelativeTo.DUE) & ~Q(breach="")),
            ),
            paired("card_rule_changed_pair", "changed_at", "changed_by"),
            models.CheckConstraint(name="card_rule_offset", condition=Q(offset__range=(-60, 60))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def severity(self) -> int:
        """The place of its level among the levels: 0 is the mildest."""
        return SEVERITY.index(Level(self.level))

    @property
    def warns(self) -> bool:
        """Whether it speaks before the clock ends: of no use to anybody afterwards."""
        before = self.offset < 0 or (self.offset == 0 and self.inclusive)
        return bool(self.clock_kind) and self.relative_to == RelativeTo.DUE and before

    @property
    def measures(self) -> str:
        """What it measures, in words."""
        return self.get_clock_kind_display() if self.clock_kind else self.get_breach_display()
