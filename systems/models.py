"""The software departments work in, the keys both sides sign with, and what was sent to it."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from applications.models import ReviewTask
from core.fields import EncryptedTextField
from core.models import Dispatched
from core.models.dispatch import DispatchedQuerySet
from delivery.models import Certificate
from matters.models import Department, Matter
from systems.enums import Direction, PushKind, RuleKind


class DepartmentSystem(models.Model):
    """The software of its own in which a department works (部门系统); messages go to its one address.

    Only what arrives from `active_since` on is sent. After a failure the system rests: nothing is tried until
    `rests_until`, so that a dead one keeps no worker waiting.
    """

    department = models.OneToOneField(
        Department, verbose_name="部门", on_delete=models.PROTECT, related_name="system"
    )
    address = models.CharField("推送地址", max_length=300)
    active_since = models.DateTimeField("启用时间", null=True, blank=True)
    rests_until = models.DateTimeField("暂缓推送至", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "部门系统"
        ordering = ["department__code"]

    def __str__(self) -> str:
        return f"{self.department.short_name}系统"

    FIRST_REST = timedelta(seconds=5)
    LONGEST_REST = timedelta(minutes=5)

    def rest_after(self, failures: int) -> timedelta:
        """Return how long to leave a system alone after so many failures in a row: doubling, five minutes at most."""
        return min(self.FIRST_REST * 2 ** min(failures, 10), self.LONGEST_REST)


class SystemKey(models.Model):
    """A secret that one side signs with and the other checks; its id is public, and travels with each message.

    While a key is exchanged two are valid: what comes in may be signed with either, what goes out is signed with the
    older one until that is ended.
    """

    system = models.ForeignKey(
        DepartmentSystem, verbose_name="部门系统", on_delete=models.PROTECT, related_name="keys"
    )
    direction = models.CharField("用途", max_length=8, choices=Direction)
    key_id = models.CharField("密钥编号", max_length=40, unique=True)
    secret = EncryptedTextField("密钥")
    created_at = models.DateTimeField("生成时间")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "部门系统密钥"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key_id


class PushQuerySet(DispatchedQuerySet):
    def awaiting_receipt(self, now: datetime) -> "PushQuerySet":
        """What is due to be sent again to systems that are in use and not resting."""
        awake = Q(system__rests_until=None) | Q(system__rests_until__lte=now)
        return super().awaiting_receipt(now).filter(awake, system__active_since__isnull=False)


class Push(Dispatched):
    """One message to one system about one subject; `key` lets the other side know it when it comes twice.

    What it says is a snapshot, encrypted because it names people. `sending_until` is the lease of the worker that is
    sending it now: no lock is held while the network is waited for.
    """

    system = models.ForeignKey(
        DepartmentSystem, verbose_name="部门系统", on_delete=models.PROTECT, related_name="pushes"
    )
    kind = models.CharField("种类", max_length=10, choices=PushKind)
    task = models.ForeignKey(
        ReviewTask,
        verbose_name="部门任务",
        on_delete=models.PROTECT,
        related_name="pushes",
        null=True,
        blank=True,
    )
    certificate = models.ForeignKey(
        Certificate,
        verbose_name="结果",
        on_delete=models.PROTECT,
        related_name="pushes",
        null=True,
        blank=True,
    )
    key = models.UUIDField("幂等键", unique=True, default=uuid.uuid4)
    payload = EncryptedTextField("内容")
    created_at = models.DateTimeField("生成时间")
    sending_until = models.DateTimeField("发送占用至", null=True, blank=True)

    objects = PushQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["system", "task"], name="push_task_once"),
            models.UniqueConstraint(fields=["system", "certificate"], name="push_completion_once"),
            models.CheckConstraint(
                name="push_has_its_subject",
                condition=Q(kind=PushKind.TASK, task__isnull=False, certificate=None)
                | Q(kind=PushKind.COMPLETION, task=None, certificate__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="push_awaiting",
                condition=Q(receipted_at=None, failed_at=None),
            ),
            models.Index(fields=["system", "created_at"], name="push_of_day"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    LONGEST_WAIT = timedelta(hours=1)
    MOST_ATTEMPTS = 30  # about a day: a night's outage of a department's machine is nothing unusual

    @property
    def state(self) -> str:
        """Return `acknowledged`, `failed` or `unanswered`."""
        if self.receipted_at:
            return "acknowledged"
        return "failed" if self.failed_at else "unanswered"

    @property
    def subject_number(self) -> str:
        """Return the number of the case it is about."""
        subject = self.task or self.certificate
        return subject.case.number if subject else ""


class IncomingResult(models.Model):
    """One result that a system sent, and the answer it was given: the same key gets the same answer ever after.

    `answer` is what was done; of a refusal, its faults as `[code, message, field]`. `digest` is of the body: one key is not
    used for two results.
    """

    system = models.ForeignKey(
        DepartmentSystem, verbose_name="部门系统", on_delete=models.PROTECT, related_name="results"
    )
    key = models.CharField("幂等键", max_length=100)
    digest = models.CharField("内容摘要", max_length=64)
    task = models.ForeignKey(
        ReviewTask, verbose_name="部门任务", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    status = models.PositiveSmallIntegerField("回答状态", default=200)
    answer = models.JSONField("回答", default=dict)
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = verbose_name_plural = "回传结果"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="incoming_result_once")]
        indexes = [models.Index(fields=["system", "received_at"], name="incoming_result_of_day")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_refused(self) -> bool:
        return self.status >= 400


class PushRule(models.Model):
    """Who is told when a result is issued: which matter, with which word in what it is about, to which department.

    `next_matter` and `advice` are what the applicant is told to do next. What was told stays told when a rule ends.
    """

    kind = models.CharField("种类", max_length=10, choices=RuleKind)
    matter = models.ForeignKey(Matter, verbose_name="办结事项", on_delete=models.PROTECT, related_name="+")
    keyword = models.CharField(
        "经营范围关键词", max_length=50, blank=True, help_text="在办理对象和补充说明中查找；不填即全部"
    )
    department = models.ForeignKey(
        Department, verbose_name="告知部门", on_delete=models.PROTECT, related_name="+"
    )
    next_matter = models.ForeignKey(
        Matter, verbose_name="还须办理", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    advice = models.CharField("告诉申请人", max_length=200, blank=True)
    since = models.DateTimeField("起用时间")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "告知规则"
        ordering = ["matter__code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "matter", "keyword", "department", "next_matter"],
                name="push_rule_once",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.matter.code}"
