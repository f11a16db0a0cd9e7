"""Deciding whether to accept: accept once, or refuse with the reason and the right authority (行政许可法 §32)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from applications import machine, papers
from applications.cases import cases_of
from applications.enums import CaseStatus, ClockKind
from applications.locks import lock_application
from applications.models import Application, Case
from applications.services import filing, notifications, routing
from core.errors import Invalid
from core.models import User
from matters.enums import Role
from matters.permissions import require


@dataclass(frozen=True)
class CaseRefusal:
    """Why one matter of an application is not accepted, and which authority is competent."""

    reason: str
    competent_authority: str


@transaction.atomic
def accept(
    *, application_id: int, by: User, now: datetime, refusals: Mapping[int, CaseRefusal] | None = None
) -> Application:
    """Accept an application once, for all its departments; a matter named in `refusals` (case id) is refused alone.

    Cases without a predecessor start together, the others wait. Raises WrongState on a second acceptance, and Invalid
    `all_refused` when nothing could start: an acceptance of nothing would have nobody to work on it.
    """
    require(by, Role.INTAKE)
    application = lock_application(application_id)
    machine.check(application, "accept")
    cases = cases_of(application)
    refused = _refused(cases, refusals or {})
    _check_something_starts(cases, refused)
    limits = (ClockKind.PROMISED, *_joint(application, cases))
    machine.make(application, "accept", by=by, now=now, starts=limits, accepted_at=now, accepted_by=by)
    for case in cases:
        if case.pk in refused:
            _refuse_case(case, refused[case.pk], by, now)
    for case in cases:
        if case.pk not in refused:
            _enter(case, by, now)
    routing.end_dependants(cases=[case for case in cases if case.pk in refused], now=now)
    papers.acceptance(application=application, now=now)
    notifications.accepted(application=application, now=now)
    return application


@transaction.atomic
def submit_and_accept(
    *, application_id: int, by: User, now: datetime, confirmed: bool = False
) -> Application:
    """Hand in a complete draft and accept it, as one act of the clerk who has checked the papers at the counter.

    Both happen or neither: a missing material leaves the draft as it was. Raises what submitting and accepting raise.
    """
    require(by, Role.INTAKE)
    filing.submit(application_id=application_id, by=by, now=now, confirmed=confirmed)
    return accept(application_id=application_id, by=by, now=now)


@transaction.atomic
def refuse(
    *, application_id: int, reason: str, competent_authority: str, by: User, now: datetime
) -> Application:
    """Refuse to accept, in writing: the reason and the authority to apply to are both required (§32(1)(2))."""
    require(by, Role.INTAKE)
    _check_refusal(CaseRefusal(reason, competent_authority))
    application = lock_application(application_id)
    machine.make(
        application,
        "refuse",
        by=by,
        now=now,
        note=reason,
        refused_at=now,
        refused_by=by,
        refusal_reason=reason.strip(),
        competent_authority=competent_authority.strip(),
        ended_at=now,
    )
    for case in application.cases.select_related("version"):
        case.application = application
        _refuse_case(case, CaseRefusal(reason, competent_authority), by, now)
    papers.refusal(application=application, now=now)
    notifications.refused(application=application, now=now)
    return application


def _refused(cases: list[Case], refusals: Mapping[int, CaseRefusal]) -> dict[int, CaseRefusal]:
    for refusal in refusals.values():
        _check_refusal(refusal)
    if refusals.keys() - {case.pk for case in cases}:
        raise Invalid("unknown_case", "不予受理的办件不属于本申请，请核对。", field="refusals")
    return {case.pk: refusals[case.pk] for case in cases if case.pk in refusals}


def _check_something_starts(cases: list[Case], refused: Mapping[int, CaseRefusal]) -> None:
    if all(case.pk in refused or case.follows for case in cases):
        raise Invalid(
            "all_refused",
            "没有可以受理的事项（其余事项都要等不予受理的事项办成）：请使用“不予受理”，"
            "写明理由和应向何机关申请。",
        )


def _check_refusal(refusal: CaseRefusal) -> None:
    if not refusal.reason.strip():
        raise Invalid("reason_required", "请写明不予受理的理由，申请人有权知道。", field="reason")
    if not refusal.competent_authority.strip():
        raise Invalid(
            "authority_required",
            "请写明应向何机关申请；确无主管机关的，请写“依法无需许可”。",
            field="competent_authority",
        )


def _refuse_case(case: Case, refusal: CaseRefusal, by: User, now: datetime) -> None:
    machine.make(
        case,
        "refuse",
        by=by,
        now=now,
        note=refusal.reason,
        ended_at=now,
        end_reason=refusal.reason.strip(),
        competent_authority=refusal.competent_authority.strip(),
    )


def _enter(case: Case, by: User, now: datetime) -> None:
    if case.follows:
        machine.make(case, "wait", by=by, now=now)
    else:
        routing.start_case(case=case, by=by, now=now)


def _joint(application: Application, cases: list[Case]) -> list[ClockKind]:
    """Return the clock of joint handling where several departments decide (行政许可法 §42(2))."""
    departments = {case.version.matter.department_id for case in cases if case.status != CaseStatus.REFUSED}
    return [ClockKind.BUNDLE] if application.bundle_id and len(departments) > 1 else []
