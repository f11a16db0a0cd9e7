"""The courier desk's pages: addresses masked, sent one by one or together, followed until received."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry


@pytest.fixture
def client(world):
    return world.client(world.courier)


@pytest.fixture
def parcel(world):
    return world.ready("SCJG-001", by_courier=True).delivery.shipment


def text(response):
    return response.content.decode()


def test_parcels_are_for_courier_posts_only(world, parcel):
    client = world.client(world.outlet)

    for path in ("/parcels/", f"/parcels/{parcel.pk}/", f"/parcels/{parcel.pk}/label/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/parcels/{parcel.pk}/send/").status_code == 403


def test_parcels_list_hides_address_and_phone(client, parcel):
    page = text(client.get("/parcels/")) + text(client.get(f"/parcels/{parcel.pk}/"))

    assert parcel.waybill in page
    assert parcel.recipient_address not in page
    assert parcel.recipient_phone not in page
    assert not AuditEntry.objects.filter(act="shipment.reveal").exists()


def test_label_shows_both_in_full_and_every_look_leaves_a_trace(world, client, parcel):
    for _ in range(2):
        page = text(client.get(f"/parcels/{parcel.pk}/label/"))

    assert parcel.recipient_address in page
    assert parcel.recipient_phone in page
    traces = AuditEntry.objects.filter(act="shipment.reveal", actor=world.courier)
    assert traces.count() == 2


def test_send_moves_a_parcel_to_those_in_transit(client, parcel):
    client.post(f"/parcels/{parcel.pk}/send/")

    client.get("/parcels/")  # shows the message once
    assert parcel.waybill not in text(client.get("/parcels/"))
    assert parcel.waybill in text(client.get("/parcels/?state=transit"))


def test_send_twice_says_so_and_changes_nothing(client, parcel):
    client.post(f"/parcels/{parcel.pk}/send/")
    response = client.post(f"/parcels/{parcel.pk}/send/", follow=True)

    assert "不能再“交寄”" in text(response)


def test_send_several_sends_all_that_are_ticked(world, client, parcel):
    other = world.ready("SCJG-001", by_courier=True, applicant=world.other_citizen).delivery.shipment
    response = client.post("/parcels/send/", {"parcel": [parcel.pk, other.pk]}, follow=True)

    assert "已交寄 2 件" in text(response)


def test_send_several_without_a_tick_says_what_to_do(client, parcel):
    response = client.post("/parcels/send/")

    assert response.status_code == 422
    assert "请先勾选要交寄的专递" in text(response)


def test_parcel_shows_its_road(world, client, parcel):
    client.post(f"/parcels/{parcel.pk}/send/")
    world.pass_time(hours=25)
    world.carry()
    page = text(client.get(f"/parcels/{parcel.pk}/"))

    assert "投递员正在派送" in page
    assert parcel.waybill in text(client.get("/parcels/?state=received"))


def test_parcel_unknown_is_not_found(client):
    assert client.get("/parcels/999999/").status_code == 404


def test_results_of_a_parcel_are_printed_as_one_pdf(client, parcel):
    assert client.get(f"/parcels/{parcel.pk}/results.pdf").content.startswith(b"%PDF")


def test_parcels_take_as_many_queries_for_eight_as_for_two(world, client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/parcels/")
        return len(captured)

    for _ in range(2):
        world.ready("SCJG-001", by_courier=True)
    few = queries()
    for _ in range(6):
        world.ready("SCJG-001", by_courier=True)
    assert queries() == few
