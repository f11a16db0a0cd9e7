"""What the outlet, the courier desk and whoever verifies see. No queries here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from applications import machine
from applications.enums import ENDED, ApplicationStatus, CaseStatus
from applications.models import Application, Case
from applications.presenters import live_tasks, stage_for_staff, waiting_text, when
from core import masking
from core.clock import local_date
from core.models import OfficialDocument
from delivery.enums import DeliveryStatus, DeliveryWay, ShipmentStatus
from delivery.models import Certificate, Delivery, Handover, Shipment

LONG_WAIT = timedelta(days=30)
SHIPMENT_TONES = {
    ShipmentStatus.ORDERED: "neutral",
    ShipmentStatus.BOOKED: "waiting",
    ShipmentStatus.SENT: "progress",
    ShipmentStatus.RECEIVED: "success",
    ShipmentStatus.CANCELLED: "neutral",
}


def waited_text(since: datetime, now: datetime) -> str:
    """Return how long something has waited as people say it: 35分钟, 3小时, 2天."""
    minutes = max(int((now - since) / timedelta(minutes=1)), 0)
    if minutes < 60:
        return f"{minutes}分钟"
    return f"{minutes // 60}小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)}天"


def results_of(application: Application) -> list[Certificate]:
    """Return the results of an application read whole that leave it, in the order of its cases; a revoked one does not."""
    standing = (case for case in application.cases.all() if case.status != CaseStatus.REVOKED)
    found = (getattr(case, "certificate", None) for case in standing)
    return [certificate for certificate in found if certificate]


def delivery_of(application: Application) -> Delivery | None:
    return getattr(application, "delivery", None)


@dataclass(frozen=True)
class WaitingRow:
    """One delivery that is ready at the window."""

    delivery: Delivery
    now: datetime

    @property
    def url(self) -> str:
        return reverse("handover", args=[self.delivery.application.number])

    @property
    def waited(self) -> str:
        return waited_text(self.delivery.ready_at, self.now)

    @property
    def urgency(self) -> str:
        return "soon" if self.now - self.delivery.ready_at > LONG_WAIT else ""


@dataclass(frozen=True)
class AtOutlet:
    """One application at the outlet: ready, not ready and why, in a parcel, or delivered."""

    application: Application
    now: datetime

    @property
    def url(self) -> str:
        return reverse("handover", args=[self.application.number])

    @property
    def delivery(self) -> Delivery | None:
        return delivery_of(self.application)

    @property
    def kind(self) -> str:
        """One of ready, courier, delivered, not_ready, over."""
        if self.delivery is None:
            return "not_ready" if self.application.status in OPEN else "over"
        if self.delivery.status == DeliveryStatus.DELIVERED:
            return "delivered"
        return "courier" if self.delivery.way == DeliveryWay.COURIER else "ready"

    @property
    def word(self) -> str:
        words = {"ready": "可以出件", "courier": "政务专递", "delivered": "已送达", "not_ready": "还没齐"}
        return words.get(self.kind) or stage_for_staff(self.application)

    @property
    def tone(self) -> str:
        return {"ready": "success", "courier": "info", "not_ready": "waiting"}.get(self.kind, "neutral")

    @property
    def waited(self) -> str:
        return waited_text(self.delivery.ready_at, self.now) if self.delivery else ""

    @property
    def results(self) -> list[Certificate]:
        return results_of(self.application)

    @property
    def missing(self) -> list[dict[str, str]]:
        """Say of every case without a result what is missing and whose turn it is."""
        if self.application.accepted_at is None:
            whose = machine.OWNERS[Application][self.application.status]
            return [
                {"case": self.application.title, "text": f"{stage_for_staff(self.application)}，轮到{whose}"}
            ]
        lacking = (case for case in self.application.cases.all() if not _has_ended_with_paper(case))
        return [{"case": case.version.name, "text": self._turn(case)} for case in lacking]

    def _turn(self, case: Case) -> str:
        if case.status == CaseStatus.WAITING:
            return waiting_text(case) or "等待前置事项"
        if case.status in ENDED:
            return _making(case)
        here = [task for task in live_tasks(self.application) if task.case_id == case.pk]
        turns = [f"{task.department.short_name}“{task.step.name}”" for task in here]
        return f"轮到{'、'.join(turns)}" if turns else "正在转下一环节"

    @property
    def applicant(self) -> list[dict[str, Any]]:
        applicant = self.application.applicant
        rows = [
            ("申请人", applicant.name),
            (applicant.get_id_type_display(), masking.mask_identity(applicant.id_number, applicant.id_type)),
            ("手机", masking.mask_phone(applicant.phone)),
            ("联系人", applicant.contact_name),
            ("办理内容", self.application.title),
        ]
        return [{"label": label, "value": value} for label, value in rows if value]

    @property
    def handover(self) -> Handover | None:
        return getattr(self.delivery, "handover", None) if self.delivery else None

    @property
    def receipt(self) -> list[dict[str, Any]]:
        """Return what stands on the receipt of a handover."""
        signed = self.handover
        if signed is None:
            return []
        rows = [
            ("领取人", f"{signed.collector_name}（{signed.get_relation_display()}）"),
            ("受托人证件", masking.mask_identity(signed.collector_id) if signed.collector_id else ""),
            ("领取时间", when(signed.handed_at)),
            ("出件网点", signed.service_point.name),
            ("出件人", signed.handed_by.name),
        ]
        return [{"label": label, "value": value} for label, value in rows if value]

    @property
    def drawn_signature(self) -> str:
        signed = self.handover
        return signed.signature if signed and signed.signature.startswith("data:image/png;base64,") else ""


OPEN = (ApplicationStatus.SUBMITTED, ApplicationStatus.CORRECTION_OPEN, ApplicationStatus.ACCEPTED)


def _has_ended_with_paper(case: Case) -> bool:
    without_result = (CaseStatus.REFUSED, CaseStatus.WITHDRAWN, CaseStatus.NOT_PROCEEDED)
    return case.status in without_result or _is_finished(getattr(case, "certificate", None))


def _is_finished(result: Certificate | None) -> bool:
    return result is not None and result.document.receipted_at is not None


def _making(case: Case) -> str:
    result: Certificate | None = getattr(case, "certificate", None)
    if result and result.document.failed_at:
        return "结果文书多次制作失败，请联系系统管理员；文号已经取得，决定不受影响"
    return "已有决定，结果文书正在制作，稍候即可"


@dataclass(frozen=True)
class ParcelRow:
    """One parcel on the courier desk; the address is masked, the label shows it."""

    shipment: Shipment

    @property
    def number(self) -> str:
        return self.shipment.delivery.application.number or ""

    @property
    def tone(self) -> str:
        return SHIPMENT_TONES[ShipmentStatus(self.shipment.status)]

    @property
    def can_send(self) -> bool:
        return self.shipment.status == ShipmentStatus.BOOKED

    @property
    def is_here(self) -> bool:
        """Whether it still lies at the courier desk, or was to."""
        return self.shipment.status not in (ShipmentStatus.SENT, ShipmentStatus.RECEIVED)

    @property
    def send_label(self) -> str:
        return f"交寄 {self.shipment}"

    @property
    def why_not_send(self) -> str:
        if self.shipment.status == ShipmentStatus.ORDERED:
            return "还没有取得运单号，系统正在向承运方下单，请稍候刷新。"
        if self.shipment.status == ShipmentStatus.CANCELLED:
            return "内件都已被依法撤销，这件专递已取消，不要交寄。"
        return "" if self.can_send else "这件专递已经交寄。"

    @property
    def results(self) -> list[Certificate]:
        return results_of(self.shipment.delivery.application)

    @property
    def phone(self) -> str:
        return masking.mask_phone(self.shipment.recipient_phone)

    @property
    def address(self) -> str:
        """The first characters of the address: enough to sort parcels, not to find the door."""
        whole = self.shipment.recipient_address
        return f"{whole[:6]}……" if len(whole) > 6 else "……"

    @property
    def last_event(self) -> str:
        events = list(self.shipment.events.all())
        return f"{events[-1].text} · {when(events[-1].at)}" if events else ""

    @property
    def timeline(self) -> list[dict[str, Any]]:
        shipment = self.shipment
        sent = (
            [{"title": "交寄", "at": shipment.sent_at, "who": shipment.sent_by.name}]
            if shipment.sent_by
            else []
        )
        events = [
            {"title": each.text, "at": each.at, "who": shipment.courier} for each in shipment.events.all()
        ]
        return [{**each, "state": "done"} for each in (*sent, *events)]


@dataclass(frozen=True)
class Verification:
    """What anybody may know about a document: whether it is valid, and what it is."""

    document: OfficialDocument
    today: date

    @property
    def expired_on(self) -> date | None:
        """The last day of validity, once it has passed."""
        until = self.document.data.get("valid_until")
        day = date.fromisoformat(until) if until else None
        return day if day and day < self.today else None

    @property
    def is_valid(self) -> bool:
        return self.document.revoked_at is None and self.expired_on is None

    @property
    def title(self) -> str:
        return "有效" if self.is_valid else "无效"

    @property
    def text(self) -> str:
        if self.document.revoked_at:
            return f"已于{local_date(self.document.revoked_at):%Y年%-m月%-d日}撤销"
        if self.expired_on:
            return f"有效期已于{self.expired_on:%Y年%-m月%-d日}届满"
        return "本文书由本系统出具，现在有效"

    @property
    def facts(self) -> Sequence[dict[str, Any]]:
        document = self.document
        until = document.data.get("valid_until")
        rows = [
            ("名称", document.title, document.get_kind_display()),
            ("文号", document.number, ""),
            ("出具机关", document.issuer["name"], ""),
            ("出具时间", when(document.issued_at), ""),
            ("有效期至", f"{date.fromisoformat(until):%Y年%-m月%-d日}" if until else "", ""),
            ("持有人", document.holder, "为保护隐私，姓名只显示一部分" if "*" in document.holder else ""),
            ("电子证照标识", document.data.get("identifier", ""), ""),
            ("撤销原因", document.revoked_reason, ""),
        ]
        return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]
