"""The one outlet: all results of an application leave together."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from applications import machine
from applications.enums import DECIDED, DeliveryMethod, VisitCause
from applications.locks import lock_application
from applications.models import Application
from applications.services import closing, notifications, visits
from core import codes
from core.clock import local_date
from core.enums import ApplicantKind, IdType
from core.errors import Invalid, NotFound, Refusal
from core.models import Applicant, OfficialDocument, User
from core.services.documents import DocumentNotReady, ensure_rendered
from delivery.enums import DeliveryStatus, DeliveryWay, Relation
from delivery.models import Delivery, Handover
from delivery.selectors import standing_results
from delivery.services import arrival, shipments
from matters.enums import Role
from matters.models import ServicePoint
from matters.permissions import require

LARGEST_SIGNATURE = 300_000
PNG_URL = "data:image/png;base64,"


def gather(*, application_id: int, now: datetime) -> Delivery | None:
    """Put an application on the outlet's list once all its cases have ended and every result is a finished paper.

    Does nothing, and returns None, while a result is missing, and the second time; the sweeper asks again. What no
    worker has rendered yet is rendered here, before anything is locked. What passes no window (a record, a payout, an
    electronic result) is delivered at once and the application closes.
    """
    _renderstanding_results(application_id, now)
    return _gather(application_id, now)


def _renderstanding_results(application_id: int, now: datetime) -> None:
    """Render what is not rendered; what cannot be is logged by the renderer, and what was given up is left alone."""
    results = OfficialDocument.objects.filter(pk__in=standing_results(application_id).values("document_id"))
    for document in results.filter(receipted_at=None, failed_at=None):
        with suppress(DocumentNotReady):
            ensure_rendered(document=document, now=now)


@transaction.atomic
def _gather(application_id: int, now: datetime) -> Delivery | None:
    application = lock_application(application_id)
    if application.receipted_at or not application.ended_at or not application.next_attempt_at:
        return None
    if application.cases.filter(status__in=DECIDED, receipted_at=None).exists():
        return None
    if standing_results(application_id).filter(document__receipted_at=None).exists():
        return None
    application.receipted_at, application.next_attempt_at = now, None
    application.save(update_fields=["receipted_at", "next_attempt_at"])
    delivery = Delivery.objects.create(application=application, way=_way(application), ready_at=now)
    if delivery.way == DeliveryWay.ELECTRONIC:
        closing.results_out(application=application, now=now)
        arrival.arrive(delivery=delivery, act="deliver", by=None, now=now)
    elif delivery.way == DeliveryWay.COURIER:
        shipments.order(delivery=delivery, now=now)
    else:
        closing.results_out(application=application, now=now)
        _invite(delivery, now)
    return delivery


@transaction.atomic
def hand_over(
    *,
    application_id: int,
    collector_name: str,
    relation: str,
    signature: str,
    place: ServicePoint | None,
    by: User,
    now: datetime,
    collector_id: str = "",
) -> Handover:
    """Hand every result over at the window against name and signature, and close the application.

    An applicant collects under their own name; anybody else is an agent with an identity number, or for an
    organisation its legal representative. Raises Invalid for any other collector, Refusal `not_ready` while a result
    is missing, `by_courier` for a parcel, `nothing_left` when every result has been revoked, WrongState the second time.
    """
    require(by, Role.OUTLET)
    application = lock_application(application_id)
    delivery = _ready(application)
    _check_collector(application.applicant, collector_name, relation, collector_id, now)
    _check_signature(signature)
    handover = Handover.objects.create(
        delivery=delivery,
        service_point=visits.record(
            application=application, cause=VisitCause.COLLECTION, place=place, by=by, now=now
        ).service_point,
        collector_name=collector_name.strip(),
        relation=relation,
        collector_id=collector_id.strip(),
        signature=signature,
        handed_at=now,
        handed_by=by,
    )
    arrival.arrive(delivery=delivery, act="hand_over", by=by, now=now)
    return handover


@transaction.atomic
def end_empty(*, application_id: int, now: datetime) -> bool:
    """Close an application whose results were all revoked before they were collected or sent; return whether it did.

    What is left of it, the revocation, has reached the applicant electronically; the parcel that waits is cancelled.
    """
    application = lock_application(application_id)
    delivery = Delivery.objects.filter(application=application, status=DeliveryStatus.READY).first()
    if delivery is None or standing_results(application_id).exists():
        return False
    delivery.application = application
    if delivery.way == DeliveryWay.COURIER:
        delivery.shipment.delivery = delivery
        shipments.cancel(shipment=delivery.shipment, now=now)
        closing.results_out(application=application, now=now)
    delivery.way = DeliveryWay.ELECTRONIC
    delivery.save(update_fields=["way"])
    arrival.arrive(delivery=delivery, act="deliver", by=None, now=now)
    return True


def _way(application: Application) -> str:
    if not standing_results(application.pk).filter(passes_outlet=True).exists():
        return DeliveryWay.ELECTRONIC
    if application.delivery_method == DeliveryMethod.COURIER:
        return DeliveryWay.COURIER
    return DeliveryWay.WINDOW


def _invite(delivery: Delivery, now: datetime) -> None:
    application = delivery.application
    notifications.tell(
        application,
        now,
        "可以取件了",
        f"“{application.title}”的全部结果已齐备，请带身份证到出件窗口一次领取；也可委托他人代领。",
        sms=f"您的申请{application.number}全部结果已齐备，请到出件窗口一次领取。",
    )


def _ready(application: Application) -> Delivery:
    delivery = Delivery.objects.filter(application=application).first()
    if delivery is None:
        if application.number is None or application.accepted_at is None:
            raise NotFound()
        raise Refusal("not_ready", "还有事项没有办结，全部结果齐备后才能一次出件。")
    delivery.application = application
    if delivery.way == DeliveryWay.COURIER and delivery.status != DeliveryStatus.DELIVERED:
        raise Refusal("by_courier", "申请人选择了政务专递，结果由专递岗寄出，不在窗口出件。")
    machine.check(delivery, "hand_over")
    if not standing_results(application.pk).exists():
        raise Refusal("nothing_left", "结果都已被依法撤销，没有可以领取的结果；撤销决定书已电子送达申请人。")
    return delivery


def _check_collector(applicant: Applicant, name: str, relation: str, id_number: str, now: datetime) -> None:
    if not name.strip():
        raise Invalid("collector_required", "请填写领取人姓名。", field="collector_name")
    is_person = applicant.kind == ApplicantKind.NATURAL
    if relation not in Relation.values:
        raise Invalid("relation_required", "请选择领取人与申请人的关系。", field="relation")
    if relation == (Relation.LEGAL_REPRESENTATIVE if is_person else Relation.SELF):
        whom = "个人申请的结果由本人或受托人领取" if is_person else "单位申请的结果由法定代表人或受托人领取"
        raise Invalid("relation_mismatch", f"{whom}，请重新选择领取人。", field="relation")
    if relation == Relation.SELF and "".join(name.split()) != "".join(applicant.name.split()):
        raise Invalid(
            "not_the_applicant",
            "领取人姓名与申请人不一致：本人领取请核对身份证件上的姓名，他人代领请选“受托人”并登记身份证号码。",
            field="collector_name",
        )
    if relation == Relation.AGENT:
        _check_agent(id_number, now)


def _check_signature(signature: str) -> None:
    if not signature.strip():
        raise Invalid("signature_required", "请领取人签名；无法手写的，请键入本人姓名。", field="signature")
    if len(signature) > LARGEST_SIGNATURE or (
        signature.startswith("data:") and not signature.startswith(PNG_URL)
    ):
        raise Invalid("signature_broken", "签名无法识别，请清除后重新签名。", field="signature")


def _check_agent(id_number: str, now: datetime) -> None:
    try:
        codes.validate_identity(IdType.RESIDENT, id_number, today=local_date(now))
    except Invalid as wrong:
        raise Invalid(wrong.code, wrong.message, field="collector_id") from wrong
