"""What the applicant hands in once."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from applications.enums import LIVE_APPLICATION, ApplicationStatus, Channel, DeliveryMethod, VisitCause
from core.constraints import paired
from core.fields import EncryptedTextField
from core.models import Applicant, Dispatched
from matters.enums import Disposition
from matters.models import Bundle, ServicePoint


class Application(Dispatched):
    """One application (申报) for one matter or a bundle: one number, one query code, one count of trips.

    The inherited dispatch columns carry one message: “all cases have ended, gather the results for the outlet”.
    """

    number = models.CharField("申报号", max_length=32, unique=True, null=True, blank=True)
    query_code = models.CharField("查询码", max_length=8, blank=True)
    status = models.CharField(
        "状态", max_length=16, choices=ApplicationStatus, default=ApplicationStatus.DRAFT
    )
    channel = models.CharField("申报渠道", max_length=8, choices=Channel)
    applicant = models.ForeignKey(
        Applicant, verbose_name="申请人", on_delete=models.PROTECT, related_name="applications"
    )
    bundle = models.ForeignKey(
        Bundle,
        verbose_name="一件事",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
    )
    title = models.CharField("办理内容", max_length=200, help_text="事项或一件事的名称，申报时固定")
    subject = models.CharField(
        "办理对象", max_length=200, blank=True, help_text="企业字号、房屋地址、孩子姓名等"
    )
    detail = models.TextField("补充说明", max_length=2000, blank=True)
    conditions = ArrayField(
        models.CharField(max_length=100), verbose_name="符合的情形", default=list, blank=True
    )
    is_simulated = models.BooleanField("模拟审批", default=False)
    still_missing = models.TextField("尚缺的前置条件", max_length=2000, blank=True)

    delivery_method = models.CharField(
        "领取方式", max_length=8, choices=DeliveryMethod, default=DeliveryMethod.WINDOW
    )
    recipient_name = models.CharField("收件人", max_length=100, blank=True)
    recipient_phone = EncryptedTextField("收件电话", blank=True)
    recipient_address = EncryptedTextField("收件地址", blank=True)

    service_point = models.ForeignKey(
        ServicePoint,
        verbose_name="申报网点",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField("创建时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="受理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    refused_at = models.DateTimeField("不予受理时间", null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="不予受理经办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    refusal_reason = models.TextField("不予受理理由", blank=True)
    competent_authority = models.CharField("应向何机关申请", max_length=200, blank=True)
    promised_due_at = models.DateTimeField("承诺办结", null=True, blank=True)
    ended_at = models.DateTimeField("全部办件办结时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="application_numbered_when_submitted",
                condition=Q(status=ApplicationStatus.DRAFT)
                | (Q(number__isnull=False) & ~Q(query_code="") & Q(submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="application_simulated_says_what_is_missing",
                condition=Q(is_simulated=False) | ~Q(still_missing=""),
            ),
            paired("application_accepted_pair", "accepted_at", "accepted_by"),
            paired("application_refused_pair", "refused_at", "refused_by"),
            models.CheckConstraint(
                name="application_refused_with_reason",
                condition=~Q(status=ApplicationStatus.REFUSED)
                | (~Q(refusal_reason="") & ~Q(competent_authority="")),
            ),
            models.CheckConstraint(
                name="application_accepted_is_recorded",
                condition=~Q(status__in=[ApplicationStatus.ACCEPTED, ApplicationStatus.CLOSED])
                | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_closed_has_time",
                condition=Q(status=ApplicationStatus.CLOSED, closed_at__isnull=False)
                | (~Q(status=ApplicationStatus.CLOSED) & Q(closed_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="application_of_applicant"),
            models.Index(
                fields=["applicant", "-id"],
                name="application_live",
                condition=Q(status__in=LIVE_APPLICATION),
            ),
            models.Index(
                fields=["submitted_at", "id"],
                name="application_intake_queue",
                condition=Q(status=ApplicationStatus.SUBMITTED),
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="application_to_gather",
                condition=Q(receipted_at=None, failed_at=None, next_attempt_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"草稿 {self.pk}"


class ApplicationMaterial(models.Model):
    """One material of an application after merging: asked once, whatever the number of matters that need it."""

    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.CASCADE, related_name="materials"
    )
    order = models.PositiveSmallIntegerField("序号")
    key = models.CharField("合并键", max_length=100)
    name = models.CharField("材料名称", max_length=200)
    needed_by = ArrayField(models.CharField(max_length=200), verbose_name="用于事项", default=list)
    disposition = models.CharField("如何取得", max_length=12, choices=Disposition)
    condition = models.CharField("何种情形需要", max_length=200, blank=True)
    is_required = models.BooleanField("本次需要", default=True)
    originals = models.PositiveSmallIntegerField("原件份数", default=0)
    copies = models.PositiveSmallIntegerField("复印件份数", default=0)
    filling_note = models.TextField("填报须知", blank=True)
    paper_received_at = models.DateTimeField("收到纸质材料时间", null=True, blank=True)
    paper_received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件人员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "申报材料"
        ordering = ["application_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="application_material_once"),
            paired("application_material_paper_pair", "paper_received_at", "paper_received_by"),
        ]

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """One uploaded file of a material; private, checked by content, never executed."""

    material = models.ForeignKey(
        ApplicationMaterial, verbose_name="材料", on_delete=models.PROTECT, related_name="attachments"
    )
    file = models.FileField("文件", upload_to="uploads", max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """One physical visit by the applicant (跑), with its causes; acts of one day at one place are one visit."""

    application = models.ForeignKey(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="visits"
    )
    date = models.DateField("日期")
    at = models.DateTimeField("时间")
    service_point = models.ForeignKey(
        ServicePoint, verbose_name="地点", on_delete=models.PROTECT, related_name="+"
    )
    causes = ArrayField(models.CharField(max_length=12, choices=VisitCause), verbose_name="事由")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="记录人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "到场"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "date", "service_point"], name="visit_once_a_day_and_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.service_point_id}"
