"""The simulated courier keeps the promises of every courier's adapter."""

from datetime import datetime, timedelta

from core.clock import CHINA
from core.codes import has_hybrid_check
from delivery.couriers import Order, Simulator, courier

SENT = datetime(2026, 9, 14, 9, 0, tzinfo=CHINA)


def order(key):
    return Order(key, "陈晓岚", "13800000001", "示例区人民路8号")


def test_book_with_the_same_key_gives_the_same_waybill():
    assert Simulator().book(order("7")) == Simulator().book(order("7"))


def test_book_with_another_key_gives_another_waybill_with_a_check_character():
    first, second = Simulator().book(order("7")), Simulator().book(order("8"))

    assert first != second
    assert has_hybrid_check(first)


def test_track_reports_only_what_has_happened_in_order():
    events = Simulator().track("SIM1", SENT, now=SENT + timedelta(hours=8))

    assert [event.code for event in events] == ["collected", "departed"]
    assert all(event.at <= SENT + timedelta(hours=8) for event in events)


def test_track_ends_with_the_receipt(settings):
    settings.COURIER_SIMULATOR_HOURS = 2
    events = Simulator().track("SIM1", SENT, now=SENT + timedelta(hours=2))

    assert events[-1].code == "received"


def test_courier_is_the_one_the_deployment_names():
    assert isinstance(courier(), Simulator)
