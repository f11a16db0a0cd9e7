"""The transitions of this room; made by the same function, shown in the same diagram."""

from applications.machine import OUTLET, SYSTEM, Transition, declare
from delivery.enums import DeliveryStatus as D
from delivery.enums import ShipmentStatus as S
from delivery.models import Delivery, Shipment

declare(
    Delivery,
    (
        Transition("send", "交寄", (D.READY,), D.IN_TRANSIT),
        Transition("hand_over", "窗口出件", (D.READY,), D.DELIVERED),
        Transition("deliver", "送达", (D.READY, D.IN_TRANSIT), D.DELIVERED),
    ),
    owners={D.READY: OUTLET, D.IN_TRANSIT: "政务专递", D.DELIVERED: "无"},
    application_of=lambda delivery: delivery.application,
)
declare(
    Shipment,
    (
        Transition("book", "取得运单号", (S.ORDERED,), S.BOOKED),
        Transition("send", "交寄", (S.BOOKED,), S.SENT),
        Transition("receive", "签收", (S.SENT,), S.RECEIVED),
        Transition("cancel", "取消交寄", (S.ORDERED, S.BOOKED), S.CANCELLED),
    ),
    owners={S.ORDERED: SYSTEM, S.BOOKED: "专递岗", S.SENT: "政务专递", S.RECEIVED: "无", S.CANCELLED: "无"},
    application_of=lambda shipment: shipment.delivery.application,
)
