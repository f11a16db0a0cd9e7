"""Parcels: ordered, booked once, sent by the courier desk, tracked until received."""

import pytest

from core.errors import Forbidden, Refusal
from core.models import AuditEntry
from delivery.models import Shipment
from delivery.services import shipments


@pytest.fixture
def parcel(world):
    """A parcel with its waybill, ready to be sent."""
    return world.ready("SCJG-001", by_courier=True).delivery.shipment


def send(world, parcel, by=None):
    return shipments.send(shipment_id=parcel.pk, by=by or world.courier, now=world.now())


def test_order_takes_over_the_address_of_the_application(world, parcel):
    application = parcel.delivery.application

    assert parcel.recipient_address == application.recipient_address
    assert parcel.status == "booked"
    assert parcel.waybill


def test_book_twice_keeps_the_first_waybill(world, parcel):
    before = parcel.waybill

    assert shipments.book(shipment_id=parcel.pk, now=world.now()) is False
    parcel.refresh_from_db()
    assert parcel.waybill == before


def test_send_puts_the_delivery_on_its_way_and_tells_the_waybill(world, parcel):
    send(world, parcel)

    delivery = type(parcel.delivery).objects.get(pk=parcel.delivery_id)
    assert delivery.status == "in_transit"
    message = delivery.application.applicant.messages.get(title="结果已寄出")
    assert parcel.waybill in message.body


def test_send_twice_is_refused(world, parcel):
    send(world, parcel)

    with pytest.raises(Refusal) as refused:
        send(world, parcel)
    assert refused.value.code == "cannot_send"


def test_send_by_anybody_but_the_courier_desk_is_forbidden(world, parcel):
    for person in (world.outlet, world.clerk, world.citizen.user):
        with pytest.raises(Forbidden):
            send(world, parcel, by=person)


def test_send_several_sends_what_can_be_sent_and_says_what_cannot(world, parcel):
    other = world.ready("SCJG-001", by_courier=True, applicant=world.other_citizen).delivery.shipment
    send(world, other)
    done = shipments.send_several(shipment_ids=[parcel.pk, other.pk], by=world.courier, now=world.now())

    assert [each.pk for each in done.sent] == [parcel.pk]
    assert len(done.refused) == 1
    assert Shipment.objects.get(pk=parcel.pk).status == "sent"


def test_track_closes_the_application_when_the_parcel_is_received(world, parcel):
    send(world, parcel)
    world.pass_time(hours=25)
    assert shipments.track(shipment_id=parcel.pk, now=world.now()) == 4
    assert shipments.track(shipment_id=parcel.pk, now=world.now()) == 0

    parcel.refresh_from_db()
    application = type(parcel).objects.get(pk=parcel.pk).delivery.application
    assert (parcel.status, application.status) == ("received", "closed")
    assert application.visits.count() == 0


def test_track_on_the_way_leaves_the_application_open(world, parcel):
    send(world, parcel)
    world.pass_time(hours=8)
    shipments.track(shipment_id=parcel.pk, now=world.now())

    parcel.refresh_from_db()
    assert parcel.status == "sent"
    assert parcel.next_track_at > world.now()
    assert parcel.events.count() == 2


def test_read_label_gives_the_address_in_full_and_leaves_a_trace(world, parcel):
    shown = shipments.read_label(shipment_id=parcel.pk, by=world.courier, now=world.now())

    assert shown.recipient_address == parcel.recipient_address
    trace = AuditEntry.objects.get(act="shipment.reveal")
    assert (trace.actor, trace.record_id) == (world.courier, str(parcel.pk))


def test_read_label_by_anybody_else_is_forbidden(world, parcel):
    with pytest.raises(Forbidden):
        shipments.read_label(shipment_id=parcel.pk, by=world.outlet, now=world.now())
    assert not AuditEntry.objects.filter(act="shipment.reveal").exists()
