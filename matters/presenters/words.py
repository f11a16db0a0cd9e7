"""Limits, trips and ways to apply, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from matters.enums import (
    HandlingForm,
    LimitUnit,
    PresenceBy,
    PresenceNeed,
    PresenceWaiver,
    PresenceWhen,
    ServiceObject,
)
from matters.models import MatterVersion

ONLINE = (HandlingForm.WEB, HandlingForm.MOBILE)


def limit_text(value: int | None, unit: str) -> str:
    """Return a time limit in words: 5个工作日, 10分钟, 当场办结."""
    if unit == LimitUnit.INSTANT or not value:
        return "当场办结"
    if unit == LimitUnit.DAY:
        return f"{value}天（自然日）"
    return f"{value}{LimitUnit(unit).label}"


def trips_text(version: MatterVersion) -> str:
    """Return how often one must come to a counter, in words."""
    return promise_text(version.max_trips)


def promise_text(trips: int) -> str:
    """Return a number of promised trips in words."""
    return {0: "一次不用跑", 1: "最多跑一次"}.get(trips, f"最多跑{trips}次")


def trip_reasons(version: MatterVersion) -> list[str]:
    """Return why so many trips, or why none: what must be done on the spot, and what spares the way."""
    if version.max_trips:
        reasons = [_presence_text(one) for one in version.presence]
        return reasons or ([version.on_site_reason] if version.on_site_reason else [])
    ways = [
        ("网上提交申请，不用到窗口", bool(set(ONLINE) & set(version.handling_forms))),
        ("申请材料可以邮寄", HandlingForm.MAIL in version.handling_forms),
        ("部门共享的材料免提交", any(row.shared_data for row in version.materials.all())),
        ("结果以电子证照送达", version.e_certificate),
        ("纸质结果快递到家", version.express_supported),
    ]
    return [way for way, offered in ways if offered]


def _presence_text(presence: Mapping[str, Any]) -> str:
    when, need = PresenceWhen(presence["when"]).label, PresenceNeed(presence["need"]).label
    text = f"{when}{need}（{PresenceBy(presence['by']).label}）"
    if presence["reason"]:
        text += f"：{presence['reason']}"
    waivers = "、".join(PresenceWaiver(waiver).label for waiver in presence["waived_by"])
    return f"{text}；{waivers}的可免" if waivers else text


def service_objects_text(version: MatterVersion) -> str:
    """Return whom a matter serves, in words."""
    return "、".join(ServiceObject(value).label for value in version.service_objects)


def handling_forms_text(forms: Iterable[int]) -> str:
    """Return the ways to apply, in words."""
    return "、".join(HandlingForm(value).label for value in forms)
