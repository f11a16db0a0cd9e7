"""How a guide gets into the catalogue: entries on their way, what was said of them, batches and public comment."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.fields import EncryptedTextField
from matters.enums import BatchState, EntryStage, EntryState, Feasibility, Reduction, Verdict
from matters.models.catalogue import Matter, MatterVersion
from matters.models.organisation import Department

OPEN_ENTRY = (
    EntryState.DRAFT,
    EntryState.GROUP_REVIEW,
    EntryState.JOINT_REVIEW,
    EntryState.CONFIRMATION,
    EntryState.RECHECK,
    EntryState.LOCKED,
    EntryState.COMMENT,
)
IN_BATCH = (EntryState.COMMENT, EntryState.PUBLISHED)


def _person(verbose: str, **options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=verbose, on_delete=models.PROTECT, related_name="+", **options
    )


def _pair(name: str, at: str, by: str) -> models.CheckConstraint:
    """Return the constraint that a moment and its person are there together, or neither."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
    )


class CatalogueBatch(models.Model):
    """Entries that are shown to the public together and published on one day (批次)."""

    number = models.PositiveSmallIntegerField("批次", unique=True)
    name = models.CharField("名称", max_length=100)
    comment_from = models.DateField("公示开始")
    comment_until = models.DateField("公示截止")
    publishes_on = models.DateField("发布日期")
    state = models.CharField("状态", max_length=12, choices=BatchState, default=BatchState.PREPARING)
    at_most_once = models.PositiveIntegerField("发布后最多跑一次的事项数", null=True, blank=True)
    in_use = models.PositiveIntegerField("发布后在用事项数", null=True, blank=True)
    created_at = models.DateTimeField("建立时间")
    created_by = _person("建立人")
    opened_at = models.DateTimeField("开始公示时间", null=True, blank=True)
    opened_by = _person("开始公示经办", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    # Null with a time beside it: the day had come, and the system published.
    published_by = _person("发布人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="batch_dates_in_order",
                condition=Q(comment_from__lte=F("comment_until"), comment_until__lt=F("publishes_on")),
            ),
            _pair("batch_opened_pair", "opened_at", "opened_by"),
            models.CheckConstraint(
                name="batch_opened_before_comment",
                condition=Q(state=BatchState.PREPARING, opened_at=None)
                | (~Q(state=BatchState.PREPARING) & Q(opened_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="batch_published_says_when_and_how_much",
                condition=Q(
                    state=BatchState.PUBLISHED,
                    published_at__isnull=False,
                    at_most_once__isnull=False,
                    in_use__isnull=False,
                    at_most_once__lte=F("in_use"),
                )
                | (
                    ~Q(state=BatchState.PUBLISHED)
                    & Q(published_at=None, published_by=None, at_most_once=None, in_use=None)
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["publishes_on"], name="batch_to_publish", condition=Q(state=BatchState.COMMENT)
            )
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueEntry(models.Model):
    """The draft of one matter's guide on its way into the catalogue (清单条目).

    The database lets its state change only as `matters.publishing.TRANSITIONS` says and only with the verdicts
    that the change needs, and its content only while the department is drafting.
    """

    code = models.SlugField("事项编码", max_length=50)
    matter = models.ForeignKey(
        Matter,
        verbose_name="事项",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="entries"
    )
    base_version = models.ForeignKey(
        MatterVersion,
        verbose_name="修订自",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    content = models.JSONField("内容", default=dict)
    revision = models.PositiveIntegerField("修订号", default=0)
    state = models.CharField("状态", max_length=12, choices=EntryState, default=EntryState.DRAFT)
    state_since = models.DateTimeField("状态起始")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    special = models.BooleanField("特殊事项", default=False)
    created_at = models.DateTimeField("建立时间")
    created_by = _person("建立人")
    updated_at = models.DateTimeField("修改时间")
    updated_by = _person("修改人")
    submitted_at = models.DateTimeField("上报时间", null=True, blank=True)
    submitted_by = _person("上报人", null=True, blank=True)
    locked_at = models.DateTimeField("锁定时间", null=True, blank=True)
    locked_by = _person("锁定人", null=True, blank=True)
    batch = models.ForeignKey(
        CatalogueBatch,
        verbose_name="批次",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    published_version = models.OneToOneField(
        MatterVersion,
        verbose_name="发布的版本",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entry",
    )

    class Meta:
        verbose_name = verbose_name_plural = "清单条目"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="entry_open_once", condition=Q(state__in=OPEN_ENTRY)
            ),
            _pair("entry_submitted_pair", "submitted_at", "submitted_by"),
            _pair("entry_locked_pair", "locked_at", "locked_by"),
            models.CheckConstraint(
                name="entry_under_review_was_submitted",
                condition=Q(state__in=[EntryState.DRAFT, EntryState.WITHDRAWN])
                | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_locked_says_when",
                condition=Q(
                    state__in=[EntryState.LOCKED, *IN_BATCH, EntryState.UNLOCKED], locked_at__isnull=False
                )
                | Q(
                    state__in=[
                        EntryState.DRAFT,
                        EntryState.GROUP_REVIEW,
                        EntryState.JOINT_REVIEW,
                        EntryState.CONFIRMATION,
                        EntryState.RECHECK,
                        EntryState.WITHDRAWN,
                    ],
                    locked_at=None,
                ),
            ),
            models.CheckConstraint(
                name="entry_in_comment_has_batch",
                condition=~Q(state__in=IN_BATCH) | Q(batch__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_published_has_version",
                condition=Q(state=EntryState.PUBLISHED, published_version__isnull=False)
                | (~Q(state=EntryState.PUBLISHED) & Q(published_version=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "state_since"], name="entry_to_do", condition=Q(state__in=OPEN_ENTRY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def name(self) -> str:
        """What the draft calls the matter; empty while it has no name."""
        return str(self.content.get("name") or "")


class EntryRevision(models.Model):
    """One saved change of a draft: what it said before, who changed which sections, and when; only ever added.

    `number` is the revision that the change made. What the entry says now stands on the entry itself, so that
    revision n is what the row of n + 1 has as `before`.
    """

    entry = models.ForeignKey(
        CatalogueEntry, verbose_name="清单条目", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField("修订号")
    before = models.JSONField("修改前的内容")
    sections = ArrayField(
        models.CharField(max_length=20), verbose_name="改动的部分", default=list, blank=True
    )
    restored = models.PositiveIntegerField("恢复自修订号", null=True, blank=True)
    at = models.DateTimeField("时间")
    by = _person("修改人")

    class Meta:
        verbose_name = verbose_name_plural = "修订记录"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="entry_revision_once"),
            models.CheckConstraint(
                name="entry_revision_restores_earlier", condition=Q(restored__lt=F("number"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry.code} 修订 {self.number}"


class EntryReview(models.Model):
    """What one person said of an entry at one stage, when and why (双人交叉审核); the database only adds rows."""

    entry = models.ForeignKey(
        CatalogueEntry, verbose_name="清单条目", on_delete=models.PROTECT, related_name="reviews"
    )
    round = models.PositiveSmallIntegerField("轮次")
    revision = models.PositiveIntegerField("所审修订号")
    stage = models.CharField("阶段", max_length=12, choices=EntryStage)
    verdict = models.CharField("意见", max_length=8, choices=Verdict)
    reviewer = _person("审核人")
    submitter = _person("上报人")  # copied, so that a constraint can compare
    reason = models.TextField("理由")
    at = models.DateTimeField("时间")
    held_on = models.DateField("会议日期", null=True, blank=True)
    participants = ArrayField(
        models.CharField(max_length=100), verbose_name="参会人员", default=list, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "round", "stage", "reviewer"],
                name="entry_reviewed_once_by_each",
                condition=Q(stage=EntryStage.GROUP),
            ),
            models.CheckConstraint(
                name="entry_reviewer_is_not_submitter",
                condition=Q(stage__in=[EntryStage.SUBMISSION, EntryStage.CONFIRMATION])
                | ~Q(reviewer=F("submitter")),
            ),
            models.CheckConstraint(name="entry_review_says_why", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="entry_meeting_was_held",
                condition=~Q(stage=EntryStage.MEETING) | Q(held_on__isnull=False, participants__len__gte=2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.get_verdict_display()}"


class Deliberation(models.Model):
    """The collective deliberation that a special matter needs before it is locked (集体会商); once a round."""

    entry = models.ForeignKey(
        CatalogueEntry, verbose_name="清单条目", on_delete=models.PROTECT, related_name="deliberations"
    )
    round = models.PositiveSmallIntegerField("轮次")
    participants = ArrayField(models.CharField(max_length=100), verbose_name="参加人员")
    held_on = models.DateField("会商日期")
    minutes = models.TextField("会商纪要")
    verdict = models.CharField("结论", max_length=8, choices=Verdict)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = _person("记录人")

    class Meta:
        verbose_name = verbose_name_plural = "集体会商"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "round"], name="entry_deliberated_once_a_round"),
            models.CheckConstraint(
                name="deliberation_of_at_least_three", condition=Q(participants__len__gte=3)
            ),
            models.CheckConstraint(name="deliberation_has_minutes", condition=Q(minutes__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"集体会商 {self.held_on}"


class ReverseAnalysis(models.Model):
    """The reverse analysis of an entry (逆向分析法): starting from one trip, what stands in its way."""

    entry = models.OneToOneField(
        CatalogueEntry, verbose_name="清单条目", on_delete=models.CASCADE, related_name="analysis"
    )
    feasibility = models.CharField("分类", max_length=1, choices=Feasibility)
    obstacles = models.TextField("难点与办法", blank=True)
    analysed_at = models.DateTimeField("分析时间")
    analysed_by = _person("分析人")

    class Meta:
        verbose_name = verbose_name_plural = "逆向分析"

    def __str__(self) -> str:
        return self.get_feasibility_display()


class ReverseMeasure(models.Model):
    """One measure of a reverse analysis: what it reduces, from how many to how many."""

    analysis = models.ForeignKey(
        ReverseAnalysis, verbose_name="逆向分析", on_delete=models.CASCADE, related_name="measures"
    )
    kind = models.CharField("措施", max_length=12, choices=Reduction)
    before = models.PositiveSmallIntegerField("改革前")
    after = models.PositiveSmallIntegerField("改革后")
    text = models.CharField("具体做法", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "减少措施"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="measure_does_not_add", condition=Q(after__lte=F("before"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.before} → {self.after}"


class PublicComment(models.Model):
    """What somebody says about a batch, or one entry of it, while it is open for comment (浙江规定 §4)."""

    batch = models.ForeignKey(
        CatalogueBatch, verbose_name="批次", on_delete=models.PROTECT, related_name="comments"
    )
    entry = models.ForeignKey(
        CatalogueEntry,
        verbose_name="清单条目",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comments",
    )
    author_name = models.CharField("称呼", max_length=100)
    contact = EncryptedTextField("联系方式", blank=True)
    text = models.TextField("意见")
    at = models.DateTimeField("时间")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = _person("答复人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公众意见"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="comment_says_something", condition=Q(text__regex=r"\S")),
            _pair("comment_answered_pair", "answered_at", "answered_by"),
            models.CheckConstraint(
                name="comment_answered_with_words",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}：{self.text[:30]}"
