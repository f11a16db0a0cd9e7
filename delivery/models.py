"""Results, and how all of one application leave together: certificates, the outlet, parcels."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Application, Case
from core.enums import DocumentKind
from core.fields import EncryptedTextField
from core.models import Dispatched, OfficialDocument
from delivery.enums import DeliveryStatus, DeliveryWay, Relation, ShipmentStatus
from matters.models import ServicePoint


class Certificate(Dispatched):
    """The result of a case (证照或文书): numbered, sealed, verifiable. A denial is a result too.

    The inherited dispatch columns carry one message of a grant: “it has been issued, tell who must know”.
    """

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, related_name="certificate"
    )
    kind = models.CharField("结果种类", max_length=16, choices=DocumentKind)
    name = models.CharField("名称", max_length=200)
    document = models.OneToOneField(
        OfficialDocument, verbose_name="文书", on_delete=models.PROTECT, related_name="+"
    )
    identifier = models.CharField("电子证照标识", max_length=120, blank=True, help_text="GB/T 36904-2018")
    passes_outlet = models.BooleanField("须出件", help_text="登记、资金和仅电子的结果不经出件窗口")
    issued_at = models.DateTimeField("出具时间")

    class Meta:
        verbose_name = verbose_name_plural = "结果"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier"], name="certificate_identifier_once", condition=~Q(identifier="")
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="certificate_to_tell",
                condition=Q(receipted_at=None, failed_at=None, next_attempt_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The one handing-over of an application's results (送达): all together, at one window or in one parcel."""

    application = models.OneToOneField(
        Application, verbose_name="申报", on_delete=models.PROTECT, related_name="delivery"
    )
    way = models.CharField("送达方式", max_length=12, choices=DeliveryWay)
    status = models.CharField("状态", max_length=12, choices=DeliveryStatus, default=DeliveryStatus.READY)
    ready_at = models.DateTimeField("齐备时间")
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["ready_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="delivery_delivered_has_time",
                condition=Q(status=DeliveryStatus.DELIVERED, delivered_at__isnull=False)
                | (~Q(status=DeliveryStatus.DELIVERED) & Q(delivered_at=None)),
            )
        ]
        indexes = [
            models.Index(
                fields=["way", "ready_at", "id"],
                name="delivery_outlet",
                condition=Q(status=DeliveryStatus.READY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.get_way_display()}"


class Handover(models.Model):
    """All results handed over at a window against a name and a signature."""

    delivery = models.OneToOneField(
        Delivery, verbose_name="送达", on_delete=models.PROTECT, related_name="handover"
    )
    service_point = models.ForeignKey(
        ServicePoint, verbose_name="出件网点", on_delete=models.PROTECT, related_name="+"
    )
    collector_name = models.CharField("领取人", max_length=100)
    relation = models.CharField("与申请人关系", max_length=8, choices=Relation)
    collector_id = EncryptedTextField("领取人证件号码", blank=True)
    signature = models.TextField("签名", help_text="手写签名为 PNG data URL；无法手写时为本人键入的姓名")
    handed_at = models.DateTimeField("领取时间")
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="出件人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "窗口领取"
        constraints = [
            models.CheckConstraint(
                name="handover_signed", condition=~Q(collector_name="") & ~Q(signature="")
            ),
            models.CheckConstraint(
                name="handover_agent_identified", condition=~Q(relation=Relation.AGENT) | ~Q(collector_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.collector_name


class Shipment(Dispatched):
    """One parcel of the government courier service (政务专递). The dispatch columns carry the booking at the courier."""

    delivery = models.OneToOneField(
        Delivery, verbose_name="送达", on_delete=models.PROTECT, related_name="shipment"
    )
    status = models.CharField("状态", max_length=10, choices=ShipmentStatus, default=ShipmentStatus.ORDERED)
    recipient_name = models.CharField("收件人", max_length=100)
    recipient_phone = EncryptedTextField("收件电话")
    recipient_address = EncryptedTextField("收件地址")
    courier = models.CharField("承运", max_length=60, blank=True)
    waybill = models.CharField("运单号", max_length=40, blank=True)
    sent_at = models.DateTimeField("交寄时间", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="交寄人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    next_track_at = models.DateTimeField("下次查询轨迹", null=True, blank=True)
    received_at = models.DateTimeField("签收时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政务专递"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["courier", "waybill"], name="waybill_once", condition=~Q(waybill="")
            ),
            models.CheckConstraint(
                name="shipment_sent_pair",
                condition=Q(sent_at=None, sent_by=None) | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="shipment_booked_has_waybill",
                condition=Q(status__in=[ShipmentStatus.ORDERED, ShipmentStatus.CANCELLED]) | ~Q(waybill=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="shipment_to_book",
                condition=Q(receipted_at=None, failed_at=None),
            ),
            models.Index(
                fields=["next_track_at"], name="shipment_to_track", condition=Q(status=ShipmentStatus.SENT)
            ),
        ]

    def __str__(self) -> str:
        return self.waybill or f"待取单号 {self.pk}"


class ShipmentEvent(models.Model):
    """One tracking event as the courier reported it."""

    shipment = models.ForeignKey(
        Shipment, verbose_name="专递", on_delete=models.CASCADE, related_name="events"
    )
    code = models.CharField("节点", max_length=20)
    text = models.CharField("轨迹", max_length=200)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "专递轨迹"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["shipment", "code"], name="shipment_event_once")]

    def __str__(self) -> str:
        return self.text
