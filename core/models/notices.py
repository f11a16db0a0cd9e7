"""What people are told: the inbox, and the SMS beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import EncryptedTextField
from core.models.dispatch import Dispatched


class Message(models.Model):
    """One message in an inbox (站内信): an applicant's, who may get an account later, or a member of staff's."""

    applicant = models.ForeignKey(
        "core.Applicant",
        verbose_name="收件人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件工作人员",
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文")
    link = models.CharField("去办理", max_length=200, blank=True)
    reference = models.CharField("申报号", max_length=32, blank=True, db_index=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "站内信"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="message_one_reader",
                condition=Q(applicant=None, user__isnull=False) | Q(applicant__isnull=False, user=None),
            )
        ]
        indexes = [
            models.Index(fields=["applicant"], name="message_unread", condition=Q(read_at=None)),
            models.Index(fields=["user", "-id"], name="message_of_staff", condition=Q(user__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class Sms(Dispatched):
    """One short message; handed to the SMS adapter by the `notify` queue."""

    phone = EncryptedTextField("手机号码")
    text = models.CharField("内容", max_length=500)
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "短信"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="sms_awaiting",
                condition=Q(receipted_at=None, failed_at=None),
            ),
            models.Index(
                fields=["failed_at"],
                name="sms_given_up",
                condition=Q(receipted_at=None, failed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:30]


class PhoneCode(models.Model):
    """A one-time code sent to a phone; proves that who types it holds the phone."""

    phone_index = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField("用途", max_length=16)
    code_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机验证码"

    def __str__(self) -> str:
        return self.purpose
