"""Couriers, by adapter. The demo ships a simulator; a deployment names its own class in COURIER_ADAPTER."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from core.codes import with_hybrid_check


@dataclass(frozen=True)
class Order:
    """What a courier needs to know. `key` makes booking idempotent: the same key gets the same waybill."""

    key: str
    recipient_name: str
    recipient_phone: str
    recipient_address: str


@dataclass(frozen=True)
class Event:
    """One tracking event; `code` is unique within a waybill."""

    code: str
    text: str
    at: datetime


class Courier(Protocol):
    name: str

    def book(self, order: Order) -> str:
        """Book a parcel and return its waybill number; the same key returns the same number."""

    def track(self, waybill: str, sent_at: datetime, *, now: datetime) -> list[Event]:
        """Return the events up to `now`, oldest first."""


class Simulator:
    """A courier that exists only in demos and tests: every parcel arrives COURIER_SIMULATOR_HOURS after sending."""

    name = "政务专递（模拟）"
    ROAD = (
        ("collected", "已收寄", 0.0),
        ("departed", "离开示例区处理中心，运往目的地", 0.3),
        ("out_for_delivery", "投递员正在派送", 0.8),
        ("received", "已签收", 1.0),
    )

    def book(self, order: Order) -> str:
        return with_hybrid_check(f"SIM{int(order.key):09d}")

    def track(self, waybill: str, sent_at: datetime, *, now: datetime) -> list[Event]:
        whole = timedelta(hours=settings.COURIER_SIMULATOR_HOURS)
        events = [Event(code, text, sent_at + whole * share) for code, text, share in self.ROAD]
        return [event for event in events if event.at <= now]


def courier() -> Courier:
    """Return the deployment's courier."""
    return import_string(settings.COURIER_ADAPTER)()
