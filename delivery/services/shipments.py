"""Parcels: ordered with the application's results, booked by a worker, sent by the courier desk, tracked until received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from applications import machine
from applications.locks import lock_application
from applications.services import closing, notifications
from core import audit, queue
from core.errors import NotFound, Refusal
from core.models import User
from delivery.couriers import Order, courier
from delivery.enums import ShipmentStatus
from delivery.models import Delivery, Shipment, ShipmentEvent
from delivery.selectors import standing_results
from delivery.services import arrival
from matters.enums import Role
from matters.permissions import require

BOOK = "delivery.book_shipment"
TRACK_EVERY = timedelta(minutes=10)


def order(*, delivery: Delivery, now: datetime) -> Shipment:
    """Order one parcel for all results of an application; a worker books it at the courier."""
    application = delivery.application
    shipment = Shipment(
        delivery=delivery,
        recipient_name=application.recipient_name,
        recipient_phone=application.recipient_phone,
        recipient_address=application.recipient_address,
    )
    shipment.next_attempt_at = now + shipment.FIRST_WAIT
    shipment.save(force_insert=True)
    queue.enqueue(BOOK, queue=queue.DELIVERY, shipment_id=shipment.pk)
    return shipment


def book(*, shipment_id: int, now: datetime) -> bool:
    """Book a parcel at the courier and keep its waybill number; False when that is done already.

    The courier is asked outside any transaction, with a key that makes asking twice harmless.
    """
    shipment = Shipment.objects.filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound()
    if shipment.status != ShipmentStatus.ORDERED:
        return False
    adapter = courier()
    waybill = adapter.book(
        Order(str(shipment.pk), shipment.recipient_name, shipment.recipient_phone, shipment.recipient_address)
    )
    with transaction.atomic():
        shipment = _locked(shipment_id)
        if shipment.status != ShipmentStatus.ORDERED:
            return False
        machine.make(
            shipment,
            "book",
            by=None,
            now=now,
            waybill=waybill,
            courier=adapter.name,
            receipted_at=now,
            next_attempt_at=None,
        )
    return True


@transaction.atomic
def send(*, shipment_id: int, by: User, now: datetime) -> Shipment:
    """Record that the parcel with all results was handed to the courier, and tell the applicant the waybill.

    Raises Refusal `nothing_left` when every result has been revoked, WrongState the second time.
    """
    require(by, Role.COURIER)
    shipment = _locked(shipment_id)
    machine.check(shipment, "send")
    if not standing_results(shipment.delivery.application_id).exists():
        raise Refusal("nothing_left", "结果都已被依法撤销，没有可以寄出的；撤销决定书已电子送达申请人。")
    machine.make(shipment, "send", by=by, now=now, sent_at=now, sent_by=by, next_track_at=now)
    machine.make(shipment.delivery, "send", by=by, now=now)
    application = shipment.delivery.application
    closing.results_out(application=application, now=now)
    notifications.tell(
        application,
        now,
        "结果已寄出",
        f"“{application.title}”的全部结果已由{shipment.courier}寄出，运单号 {shipment.waybill}，您无需到场。",
        sms=f"您的申请{application.number}的结果已寄出，运单号{shipment.waybill}。",
    )
    return shipment


def cancel(*, shipment: Shipment, now: datetime) -> None:
    """Take a parcel off the courier desk before it is sent: nothing is left to put in. The caller holds the lock.

    A waybill that no parcel follows lapses with the courier.
    """
    machine.make(shipment, "cancel", by=None, now=now, next_attempt_at=None)


@dataclass(frozen=True)
class SentTogether:
    """What became of several parcels handed to the courier at once."""

    sent: list[Shipment]
    refused: list[str]


def send_several(*, shipment_ids: Sequence[int], by: User, now: datetime) -> SentTogether:
    """Send several parcels at once; one that cannot be sent holds up none of the others, and says why."""
    require(by, Role.COURIER)
    done = SentTogether([], [])
    for shipment_id in dict.fromkeys(shipment_ids):
        try:
            done.sent.append(send(shipment_id=shipment_id, by=by, now=now))
        except Refusal as refusal:
            done.refused.append(refusal.message)
    return done


@transaction.atomic
def read_label(*, shipment_id: int, by: User, now: datetime) -> Shipment:
    """Return a parcel with its address and phone in full for the label, after writing who read them (个人信息保护法 §51)."""
    require(by, Role.COURIER)
    shipment = _locked(shipment_id)
    number = shipment.delivery.application.number or ""
    audit.record(by=by, now=now, act="shipment.reveal", on=shipment, reference=number, reason="打印面单")
    return shipment


def track(*, shipment_id: int, now: datetime) -> int:
    """Ask the courier for new events and keep them; a receipt delivers and closes. Returns how many were new."""
    shipment = Shipment.objects.get(pk=shipment_id)
    if shipment.status != ShipmentStatus.SENT or shipment.sent_at is None:
        return 0
    reported = courier().track(shipment.waybill, shipment.sent_at, now=now)
    with transaction.atomic():
        shipment = _locked(shipment_id)
        known = set(shipment.events.values_list("code", flat=True))
        new = [event for event in reported if event.code not in known]
        ShipmentEvent.objects.bulk_create(
            ShipmentEvent(shipment=shipment, code=event.code, text=event.text, at=event.at) for event in new
        )
        _after_tracking(shipment, [event.code for event in new], now)
    return len(new)


def _after_tracking(shipment: Shipment, codes: list[str], now: datetime) -> None:
    if "received" not in codes or not machine.can(shipment, "receive"):
        Shipment.objects.filter(pk=shipment.pk).update(next_track_at=now + TRACK_EVERY)
        return
    machine.make(shipment, "receive", by=None, now=now, received_at=now, next_track_at=None)
    arrival.arrive(delivery=shipment.delivery, act="deliver", by=None, now=now)


def _locked(shipment_id: int) -> Shipment:
    found = Shipment.objects.filter(pk=shipment_id).values_list("delivery__application_id", flat=True).first()
    if found is None:
        raise NotFound()
    application = lock_application(found)
    shipment = Shipment.objects.select_related("delivery").get(pk=shipment_id)
    shipment.delivery.application = application
    return shipment
