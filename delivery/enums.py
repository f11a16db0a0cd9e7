"""Words of the delivery room."""

from django.db import models


class DeliveryWay(models.TextChoices):
    WINDOW = "window", "窗口领取"
    COURIER = "courier", "政务专递"
    ELECTRONIC = "electronic", "电子送达"


class DeliveryStatus(models.TextChoices):
    READY = "ready", "待出件"
    IN_TRANSIT = "in_transit", "寄送中"
    DELIVERED = "delivered", "已送达"


class ShipmentStatus(models.TextChoices):
    ORDERED = "ordered", "待取单号"
    BOOKED = "booked", "待交寄"
    SENT = "sent", "寄送中"
    RECEIVED = "received", "已签收"
    CANCELLED = "cancelled", "已取消"


class Relation(models.TextChoices):
    """Who collects."""

    SELF = "self", "本人"
    LEGAL_REPRESENTATIVE = "legal", "法定代表人"
    AGENT = "agent", "受托人"
