"""The one decision on a case, its revocation, and what was said before it: drafts, and simulated decisions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.enums import LIVE_DRAFT, DecisionOutcome, DraftStatus, Secrecy
from applications.models.case import Case
from core.constraints import paired
from core.models import Dispatched, OfficialDocument
from matters.models import Department

PERSON: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}
SOMEBODY: dict[str, Any] = {**PERSON, "null": True, "blank": True}


class Appealable(models.Model):
    """Something that can be appealed against; the last days count from the day it was served (送达)."""

    reconsideration_body = models.CharField("复议机关", max_length=200)
    court = models.CharField("诉讼法院", max_length=200)
    served_at = models.DateTimeField("送达时间", null=True, blank=True)
    reconsider_until = models.DateField("复议截止", null=True, blank=True)
    litigate_until = models.DateField("起诉截止", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_says_where", condition=~(Q(reconsideration_body="") | Q(court=""))
            ),
            models.CheckConstraint(
                name="%(class)s_served_has_last_days",
                condition=Q(served_at=None, reconsider_until=None, litigate_until=None)
                | Q(served_at__isnull=False, reconsider_until__isnull=False, litigate_until__isnull=False),
            ),
        ]


class Decision(Appealable):
    """The one decision on a case. Who decides is not who accepted: the database holds it (审批分离)."""

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField("决定", max_length=8, choices=DecisionOutcome)
    facts = models.TextField("事实", blank=True)
    reasons = models.TextField("理由", blank=True, help_text="准予时为附带条件")
    basis = models.TextField("依据")
    decided_at = models.DateTimeField("决定时间")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="决定人", **PERSON)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="受理人", **SOMEBODY)

    class Meta(Appealable.Meta):
        verbose_name = verbose_name_plural = "决定"
        constraints = [
            *Appealable.Meta.constraints,
            models.CheckConstraint(
                name="decider_is_not_acceptor",
                condition=Q(accepted_by=None) | ~Q(decided_by=F("accepted_by")),
            ),
            models.CheckConstraint(
                name="denial_has_facts_reasons_basis",
                condition=Q(outcome=DecisionOutcome.GRANTED) | ~(Q(facts="") | Q(reasons="") | Q(basis="")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class DecisionDraft(models.Model):
    """What is to be decided, written down before it is (拟稿); where the step demands it, countersigned (会签).

    The head countersigns exactly this text: a changed text is a draft again.
    """

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="drafts")
    status = models.CharField("状态", max_length=16, choices=DraftStatus, default=DraftStatus.DRAFT)
    outcome = models.CharField("拟作决定", max_length=8, choices=DecisionOutcome)
    facts = models.TextField("事实", blank=True)
    reasons = models.TextField("理由", blank=True)
    basis = models.TextField("依据", blank=True)
    drafted_at = models.DateTimeField("拟稿时间")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="拟稿人", **PERSON)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="受理人", **SOMEBODY)
    countersigned_at = models.DateTimeField("核签时间", null=True, blank=True)
    countersigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="核签人", **SOMEBODY)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="退回人", **SOMEBODY)
    returned_reason = models.TextField("退回原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "决定拟稿"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="draft_one_live", condition=Q(status__in=LIVE_DRAFT)
            ),
            paired("draft_countersigned_pair", "countersigned_at", "countersigned_by"),
            paired("draft_returned_pair", "returned_at", "returned_by"),
            models.CheckConstraint(
                name="draft_returned_with_reason",
                condition=~Q(status=DraftStatus.RETURNED)
                | (Q(returned_by__isnull=False) & ~Q(returned_reason="")),
            ),
            models.CheckConstraint(
                name="draft_countersigned_by_somebody",
                condition=~Q(status=DraftStatus.COUNTERSIGNED) | Q(countersigned_by__isnull=False),
            ),
            models.CheckConstraint(
                name="countersigner_is_not_drafter",
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="countersigner_is_not_acceptor",
                condition=Q(countersigned_by=None)
                | Q(accepted_by=None)
                | ~Q(countersigned_by=F("accepted_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["drafted_at", "id"],
                name="draft_to_countersign",
                condition=Q(status=DraftStatus.COUNTERSIGNING),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_outcome_display()}"


class SimulatedDecision(models.Model):
    """What would be decided if what is still missing were there (模拟审批): an opinion, not a licence.

    It is converted into the decision once, or lapses when the case is taken up again.
    """

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, related_name="simulated_decision"
    )
    outcome = models.CharField("模拟意见", max_length=8, choices=DecisionOutcome)
    conditions = models.TextField("转为正式决定的条件")
    missing = models.TextField("作出时尚缺的前置条件")
    decided_at = models.DateTimeField("作出时间")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="作出人", **PERSON)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="受理人", **SOMEBODY)
    handed_in = models.TextField("转正时补齐的前置条件", blank=True)
    handed_in_on = models.DateField("补齐日期", null=True, blank=True)
    converted_at = models.DateTimeField("转正时间", null=True, blank=True)
    converted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="转正人", **SOMEBODY)
    lapsed_at = models.DateTimeField("失效时间", null=True, blank=True)
    lapsed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="重新审查人", **SOMEBODY)
    lapsed_reason = models.TextField("失效原因", blank=True)
    document = models.OneToOneField(
        OfficialDocument,
        verbose_name="意见书",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "模拟审批意见"
        constraints = [
            paired("simulated_converted_pair", "converted_at", "converted_by"),
            paired("simulated_lapsed_pair", "lapsed_at", "lapsed_by"),
            models.CheckConstraint(
                name="simulated_decider_is_not_acceptor",
                condition=Q(accepted_by=None) | ~Q(decided_by=F("accepted_by")),
            ),
            models.CheckConstraint(
                name="simulated_converter_is_not_acceptor",
                condition=Q(converted_by=None) | Q(accepted_by=None) | ~Q(converted_by=F("accepted_by")),
            ),
            models.CheckConstraint(
                name="simulated_converted_says_what_came",
                condition=Q(converted_at=None) | (~Q(handed_in="") & Q(handed_in_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="simulated_lapsed_has_reason", condition=Q(lapsed_at=None) | ~Q(lapsed_reason="")
            ),
            models.CheckConstraint(
                name="simulated_converted_or_lapsed",
                condition=Q(converted_at=None) | Q(lapsed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"模拟{self.get_outcome_display()}"


class Revocation(Appealable, Dispatched):
    """A grant taken back (撤销, 行政许可法 §69). The dispatch columns carry one message: “mark the result revoked”."""

    decision = models.OneToOneField(
        Decision, verbose_name="决定", on_delete=models.PROTECT, related_name="revocation"
    )
    facts = models.TextField("事实")
    reasons = models.TextField("理由")
    basis = models.TextField("依据")
    revoked_at = models.DateTimeField("撤销时间")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="撤销人", **PERSON)

    class Meta(Appealable.Meta):
        verbose_name = verbose_name_plural = "撤销决定"
        constraints = [
            *Appealable.Meta.constraints,
            models.CheckConstraint(
                name="revocation_has_facts_reasons_basis",
                condition=~(Q(facts="") | Q(reasons="") | Q(basis="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="revocation_to_mark",
                condition=Q(receipted_at=None, failed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"撤销 {self.decision.case}"


class Publication(models.Model):
    """A granted licence on the public list (行政许可公示, 行政许可法 §40): published, or withheld for a secret (§5).

    What the list shows is a snapshot, taken when it is published: persons masked.
    """

    decision = models.OneToOneField(
        Decision, verbose_name="决定", on_delete=models.PROTECT, related_name="publication"
    )
    department = models.ForeignKey(
        Department, verbose_name="决定机关", on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField("最迟公示", null=True, blank=True)
    issued_at = models.DateTimeField("结果发出时间", null=True, blank=True)
    published_at = models.DateTimeField("公示时间", null=True, blank=True)
    holder = models.CharField("行政相对人（掩码）", max_length=200, blank=True)
    matter = models.CharField("许可事项", max_length=200, blank=True)
    number = models.CharField("决定文书号", max_length=80, blank=True)
    decided_on = models.DateField("决定日期")
    withheld_at = models.DateTimeField("不予公开时间", null=True, blank=True)
    withheld_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="不予公开经办人", **SOMEBODY)
    withheld_ground = models.CharField("不予公开的情形", max_length=12, choices=Secrecy, blank=True)
    withheld_reason = models.TextField("不予公开的原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "许可公示"
        constraints = [
            paired("publication_withheld_pair", "withheld_at", "withheld_by"),
            models.CheckConstraint(
                name="publication_withheld_with_reason",
                condition=Q(withheld_at=None) | (~Q(withheld_ground="") & ~Q(withheld_reason="")),
            ),
            models.CheckConstraint(
                name="publication_says_what",
                condition=Q(published_at=None) | ~(Q(holder="") | Q(matter="") | Q(number="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-decided_on", "-id"],
                name="publication_list",
                condition=Q(published_at__isnull=False, withheld_at=None),
            ),
            models.Index(
                fields=["issued_at"],
                name="publication_to_come",
                condition=Q(published_at=None, withheld_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"待公示 {self.decision_id}"
