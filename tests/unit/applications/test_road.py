"""The whole road, once, for every kind of matter: closed, with at most one trip."""

import pytest

from applications.models import Application


@pytest.mark.parametrize("code", ["B01", "B08", "B11", "CLH-001", "SCJG-007", "ZRZY-001"])
def test_road_ends_closed_with_at_most_one_trip(world, code):
    application = world.closed(code)

    assert application.status == "closed"
    assert application.visits.count() <= 1


def test_road_of_a_bundle_by_courier_takes_no_trip(world):
    application = world.closed("B08", by_courier=True)

    assert application.visits.count() == 0
    assert application.delivery.shipment.waybill


def test_road_of_an_application_at_the_counter_counts_its_visit(world):
    application = world.closed("SCJG-009", at_counter=True, by_courier=True)

    assert [visit.causes for visit in application.visits.all()] == [["filing"]]
    assert Application.objects.count() == 1
