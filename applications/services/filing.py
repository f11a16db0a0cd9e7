"""Submitting and withdrawing."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import get_random_string

from applications import machine, papers, permissions
from applications.enums import DECIDED, LIVE_TASK, Channel, ClockKind, CorrectionStatus, VisitCause
from applications.locks import lock_application
from applications.models import Application, Attachment, Case, Correction
from applications.services import clocks, drafting, form, notifications, routing, visits
from core import audit, codes
from core.clock import local_date
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import Disposition
from matters.policies import check_in_use

QUERY_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
UNCONFIRMED = "窗口代为申报的，请让申请人核对所填内容，并勾选“申请人已核对并确认”。"


@transaction.atomic
def submit(*, application_id: int, by: User, now: datetime, confirmed: bool = False) -> Application:
    """Hand in a complete draft: number, query code, application form, receipt, and at the counter the visit.

    At the counter somebody else has typed, so the applicant must have checked it: without `confirmed` Invalid
    `confirmation_required` is raised, with it the confirmation goes on the audit trail. Raises Invalid naming the
    first missing material, and WrongState when it was submitted before (a double click changes nothing).
    """
    application = lock_application(application_id)
    permissions.require_editing(by, application)
    machine.check(application, "submit")
    at_counter = application.channel == Channel.COUNTER
    if at_counter and not confirmed:
        raise Invalid("confirmation_required", UNCONFIRMED, field="confirmed")
    _check_in_use(application)
    _check_complete(application)
    machine.make(
        application,
        "submit",
        by=by,
        now=now,
        number=next_number(now),
        query_code=get_random_string(6, QUERY_CODE_LETTERS),
        submitted_at=now,
    )
    clocks.start(*received(application), on=application, now=now)
    if at_counter:
        _note_presence(application, by, now)
    form.attach_form(application=application, by=by, now=now)
    papers.receipt(application=application, now=now)
    notifications.submitted(application=application, now=now)
    return application


def received(application: Application) -> list[ClockKind]:
    """Return the clocks that a receipt of papers starts: the legal one, and the shorter one of what comes over the net."""
    online = [ClockKind.PRE_ACCEPTANCE] if application.channel != Channel.COUNTER else []
    return [*online, ClockKind.ACCEPTANCE]


def _note_presence(application: Application, by: User, now: datetime) -> None:
    """Put on record that the applicant was there, and has checked what was typed for them."""
    visits.record(
        application=application, cause=VisitCause.FILING, place=application.service_point, by=by, now=now
    )
    audit.record(
        by=by,
        now=now,
        act="application.confirm",
        on=application,
        reference=application.number or "",
        subject=application.subject,
        delivery=application.delivery_method,
    )


def next_number(now: datetime) -> str:
    """Return the next application number: region, date, sequence, ISO 7064 MOD 37,36 check character.

    The sequence never waits for another filing and may leave gaps.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('applications_number')")
        sequence = cursor.fetchone()[0]
    body = f"{settings.REGION_CODE}{local_date(now):%y%m%d}{sequence:06d}"
    return codes.with_hybrid_check(body)


def missing_materials(application: Application) -> list[str]:
    """Return the names of the materials that must still be handed in, as a file or on paper."""
    return list(
        application.materials.filter(disposition=Disposition.ASK, is_required=True, paper_received_at=None)
        .exclude(
            attachments__in=Attachment.objects.filter(material__application=application, removed_at=None)
        )
        .order_by("order")
        .values_list("name", flat=True)
    )


def _check_in_use(application: Application) -> None:
    """Refuse to file what has been suspended or cancelled since the draft was begun; the draft stays as it is."""
    for case in application.cases.select_related("version__matter__current", "version__matter__department"):
        check_in_use(case.version.matter)


def _check_complete(application: Application) -> None:
    if not application.subject:
        raise Invalid("subject_required", "请先填写办理对象，再提交申请。", field="subject")
    missing = missing_materials(application)
    if missing and not application.is_simulated:
        raise Invalid(
            "material_missing",
            f"还缺 {len(missing)} 份材料：{'、'.join(missing)}。请补齐后再提交。",
            field="materials",
        )


@transaction.atomic
def withdraw(*, application_id: int, reason: str, by: User, now: datetime) -> Application:
    """Withdraw what has not been decided. With nothing decided the application ends; otherwise the rest goes out."""
    application = lock_application(application_id)
    permissions.require_answering(by, application)
    machine.check(application, "withdraw")
    open_cases = [case for case in application.cases.select_related("version") if case.status not in DECIDED]
    live = [case for case in open_cases if machine.can(case, "withdraw")]
    if not live:
        raise Refusal("already_decided", "全部事项已作出决定，不能撤回；如对决定有异议，可依法申请复议。")
    for case in live:
        case.application = application
        _withdraw_case(case, reason, by, now)
    if application.cases.filter(status__in=DECIDED).exists():
        routing.note_end(application=application, now=now)
    else:
        _end(application, reason, by, now)
    notifications.withdrawn(application=application, now=now)
    return application


def _withdraw_case(case: Case, reason: str, by: User, now: datetime) -> None:
    for task in case.tasks.filter(status__in=LIVE_TASK):
        task.case = case
        machine.make(task, "cancel", by=by, now=now, note="申请人撤回", next_attempt_at=None)
    drafting.drop(case=case, by=by, now=now, note="申请人撤回")
    machine.make(case, "withdraw", by=by, now=now, note=reason, ended_at=now, end_reason=reason)
    papers.void_simulated(case=case, why="申请人已撤回申请", by=by, now=now)


def _end(application: Application, reason: str, by: User, now: datetime) -> None:
    correction = Correction.objects.filter(application=application, status=CorrectionStatus.OPEN).first()
    if correction:
        correction.application = application
        machine.make(correction, "cancel", by=by, now=now)
    machine.make(application, "withdraw", by=by, now=now, note=reason, ended_at=now)
