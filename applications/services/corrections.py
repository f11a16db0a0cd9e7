"""The one correction notice: everything that must be put right, told once (一次性告知)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from applications import machine, papers, permissions
from applications.enums import CaseStatus, Channel, ClockKind, CorrectionStatus, VisitCause
from applications.items import Item
from applications.locks import lock_application
from applications.models import Application, ApplicationMaterial, Correction, CorrectionItem
from applications.services import clocks, filing, notifications, visits
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import LimitUnit, Role
from matters.models import ServicePoint
from matters.permissions import require

DEFAULT_WORKDAYS = 10
LONGEST_WORKDAYS = 60
WORKDAYS_RULE = f"补正期限请填 1 到 {LONGEST_WORKDAYS} 个工作日。"


@transaction.atomic
def ask(
    *, application_id: int, items: Sequence[Item], by: User, now: datetime, workdays: int = DEFAULT_WORKDAYS
) -> Correction:
    """Send the one notice that lists everything, with a deadline in working days.

    Raises Refusal `second_notice` when a notice was sent before: what was visible the first time may not be asked
    later (行政许可法 §32(1)(4)); after the answer the only ways are to accept or to refuse.
    """
    require(by, Role.INTAKE)
    application = lock_application(application_id)
    machine.check(application, "ask_correction")
    _check(application, items, workdays)
    (clock,) = clocks.start(
        ClockKind.CORRECTION, on=application, now=now, limit=(workdays, LimitUnit.WORKDAY)
    )
    assert clock.due_at is not None  # a correction does not start without its end
    correction = Correction(application=application, issued_at=now, issued_by=by, due_at=clock.due_at)
    correction.document = papers.correction(
        application=application, items=items, due_at=clock.due_at, now=now
    )
    correction.save()
    CorrectionItem.objects.bulk_create(
        CorrectionItem(
            correction=correction,
            material_id=item.material_id,
            what=item.what.strip(),
            reason=item.reason.strip(),
            how=item.how.strip(),
        )
        for item in items
    )
    machine.make(application, "ask_correction", by=by, now=now, note=f"共 {len(items)} 项")
    notifications.correction_asked(correction=correction, now=now)
    return correction


@transaction.atomic
def answer(
    *,
    application_id: int,
    answers: Mapping[int, str],
    by: User,
    now: datetime,
    channel: str = Channel.WEB,
    place: ServicePoint | None = None,
) -> Correction:
    """Hand in the corrections (item id → what was done); at the counter the visit is recorded with its cause.

    Every item needs an answer: a new file for its material, a paper received, or a sentence.
    """
    application = lock_application(application_id)
    permissions.require_answering(by, application)
    machine.check(application, "answer_correction")
    correction = Correction.objects.select_for_update().get(application=application)
    _save_answers(correction, answers)
    correction.application = application
    machine.make(correction, "answer", by=by, now=now, answered_at=now, answered_by=by)
    machine.make(application, "answer_correction", by=by, now=now)
    clocks.start(*filing.received(application), on=application, now=now)
    if channel == Channel.COUNTER:
        require(by, Role.INTAKE)
        visits.record(application=application, cause=VisitCause.CORRECTION, place=place, by=by, now=now)
    notifications.correction_answered(application=application, now=now)
    return correction


@transaction.atomic
def lapse(*, application_id: int, now: datetime) -> bool:
    """End an application whose correction was not answered by the deadline: deemed withdrawn (浙江规定 §11(3))."""
    application = lock_application(application_id)
    correction = Correction.objects.filter(application=application, status=CorrectionStatus.OPEN).first()
    if correction is None or correction.due_at >= now or not machine.can(application, "lapse"):
        return False
    correction.application = application
    machine.make(correction, "lapse", by=None, now=now, lapsed_at=now)
    machine.make(application, "lapse", by=None, now=now, ended_at=now)
    for case in application.cases.filter(status=CaseStatus.PENDING).select_related("version"):
        case.application = application
        machine.make(case, "withdraw", by=None, now=now, ended_at=now, end_reason="逾期未补正，视为撤回")
    notifications.lapsed(application=application, now=now)
    return True


def _check(application: Application, items: Sequence[Item], workdays: int) -> None:
    if Correction.objects.filter(application=application).exists():
        raise Refusal(
            "second_notice", "本申请已经一次性告知过，不得再次要求补正；请受理，或依法不予受理并说明理由。"
        )
    if not items:
        raise Invalid("items_required", "请至少列出一项需要补正的内容。", field="items")
    if not 1 <= workdays <= LONGEST_WORKDAYS:
        raise Invalid("workdays_range", WORKDAYS_RULE, field="workdays")
    for item in items:
        if not item.what.strip() or not item.reason.strip():
            raise Invalid("item_incomplete", "每一项都要写明需补正的内容和原因。", field="items")
    own = set(ApplicationMaterial.objects.filter(application=application).values_list("pk", flat=True))
    if any(item.material_id is not None and item.material_id not in own for item in items):
        raise Invalid("unknown_material", "补正内容中有不属于本申请的材料。", field="items")


def _save_answers(correction: Correction, answers: Mapping[int, str]) -> None:
    items = list(correction.items.select_related("material"))
    for item in items:
        item.answer = answers.get(item.pk, "").strip()
        if not item.answer and not _renewed(item, correction.issued_at):
            raise Invalid(
                "answer_required",
                f"请补正“{item.what}”：上传新材料，或写明如何补正。",
                field=f"item-{item.pk}",
            )
    CorrectionItem.objects.bulk_update(items, ["answer"])


def _renewed(item: CorrectionItem, since: datetime) -> bool:
    if item.material is None:
        return False
    paper = item.material.paper_received_at
    return (
        bool(paper and paper >= since)
        or item.material.attachments.filter(removed_at=None, uploaded_at__gte=since).exists()
    )
