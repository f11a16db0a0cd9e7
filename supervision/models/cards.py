"""Cards, and what departments say against them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Application, Case, Clock, ReviewTask
from core.constraints import paired
from matters.models import Department
from supervision.enums import CardStatus, Level
from supervision.models.rules import CardRule


class Card(models.Model):
    """One card (监察牌): by which rule, to which department, for what. One rule gives one card for one clock or fact.

    `fell_due_at` is when it was earned, `found_at` when the sweep saw it. What was withdrawn stays on record.
    """

    rule = models.ForeignKey(CardRule, verbose_name="规则", on_delete=models.PROTECT, related_name="cards")
    code = models.SlugField("规则编号", max_length=20, db_index=False)
    level = models.CharField("牌别", max_length=8, choices=Level)
    status = models.CharField("状态", max_length=10, choices=CardStatus, default=CardStatus.PROPOSED)
    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="cards"
    )
    case = models.ForeignKey(
        Case, verbose_name="办件", null=True, blank=True, on_delete=models.PROTECT, related_name="cards"
    )
    task = models.ForeignKey(
        ReviewTask,
        verbose_name="部门任务",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cards",
    )
    clock = models.ForeignKey(
        Clock, verbose_name="时限", null=True, blank=True, on_delete=models.PROTECT, related_name="cards"
    )
    fact = models.CharField("事实", max_length=40, blank=True, help_text="没有时限的行为，以记录为准")
    department = models.ForeignKey(
        Department, verbose_name="责任部门", on_delete=models.PROTECT, related_name="cards"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="承办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cards",
    )
    measured = models.TextField("监察结果描述")
    due_at = models.DateTimeField("时限", null=True, blank=True)
    fell_due_at = models.DateTimeField("应发时间")
    found_at = models.DateTimeField("发现时间")
    issued_at = models.DateTimeField("发牌时间", null=True, blank=True)
    decided_at = models.DateTimeField("监督决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="监督决定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decision = models.TextField("监督决定理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "监察牌"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "clock"], name="card_once_for_a_clock", condition=Q(clock__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["code", "fact"], name="card_once_for_a_fact", condition=Q(clock__isnull=True)
            ),
            models.CheckConstraint(
                name="card_of_a_clock_or_a_fact",
                condition=Q(clock__isnull=False, fact="") | (Q(clock__isnull=True) & ~Q(fact="")),
            ),
            models.CheckConstraint(
                name="card_issued_has_time",
                condition=Q(status__in=[CardStatus.PROPOSED, CardStatus.DISMISSED], issued_at=None)
                | (~Q(status__in=[CardStatus.PROPOSED, CardStatus.DISMISSED]) & Q(issued_at__isnull=False)),
            ),
            paired("card_decided_pair", "decided_at", "decided_by"),
            models.CheckConstraint(
                name="card_taken_back_with_reason",
                condition=~Q(status__in=[CardStatus.WITHDRAWN, CardStatus.DISMISSED, CardStatus.UPHELD])
                | ~Q(decision=""),
            ),
        ]
        indexes = [
            models.Index(fields=["department", "-id"], name="card_of_department"),
            models.Index(fields=["level", "-id"], name="card_of_level"),
            models.Index(fields=["found_at"], name="card_found"),
            models.Index(
                fields=["id"],
                name="card_waits_for_supervisor",
                condition=Q(status__in=[CardStatus.PROPOSED, CardStatus.APPEALED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.pk}"

    @property
    def subject_number(self) -> str:
        """The number people know it by: the case's, or the application's."""
        return self.case.number if self.case else self.application.number or ""

    @property
    def matter(self) -> str:
        """What is applied for: the case's matter, or the whole application's title."""
        return self.case.version.name if self.case else self.application.title


class Appeal(models.Model):
    """What the head of a department says against a card (申诉), once."""

    card = models.OneToOneField(Card, verbose_name="监察牌", on_delete=models.PROTECT, related_name="appeal")
    reason = models.TextField("申诉理由")
    evidence = models.TextField("证据", blank=True)
    made_at = models.DateTimeField("申诉时间")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申诉人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "申诉"
        constraints = [models.CheckConstraint(name="appeal_says_why", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"申诉 {self.card_id}"
