"""What a result says: certificate, approval, record or denial, from the facts of the case."""

from datetime import date, datetime

from applications.enums import CaseStatus
from applications.models import Case
from applications.papers import holder_of, issuer_of
from core import codes, masking, periods
from core.clock import local_date
from core.documents import content
from core.enums import DocumentKind, IdType
from core.models import OfficialDocument
from core.services import documents
from core.services.numbering import next_number
from matters.enums import ResultKind


def result(*, case: Case, now: datetime) -> tuple[OfficialDocument, str]:
    """Issue the result document of a decided case; return it with its e-certificate identifier (GB/T 36904), if any."""
    if case.status == CaseStatus.DENIED:
        return _issue(case, DocumentKind.DENIAL, "不予行政许可决定书", _denial(case), now), ""
    kind = case.version.result_kind
    if kind == ResultKind.CERTIFICATE:
        identifier = _identifier(case, now) if case.version.e_certificate else ""
        paper = _certificate(case, identifier, now)
        return _issue(case, DocumentKind.CERTIFICATE, case.version.result_name, paper, now), identifier
    if kind == ResultKind.DOCUMENT:
        return _issue(case, DocumentKind.APPROVAL, case.version.result_name, _approval(case), now), ""
    return _issue(case, DocumentKind.RECORD, case.version.result_name, _record(case), now), ""


def _certificate(case: Case, identifier: str, now: datetime) -> content.Certificate:
    applicant = case.application.applicant
    return content.Certificate(
        to=applicant.name,
        application_number=case.application.number or "",
        identity_label=IdType(applicant.id_type).label,
        identity=masking.mask_identity(applicant.id_number, applicant.id_type),
        lines=(
            content.Line(label="办理对象", value=case.application.subject),
            content.Line(label="办理事项", value=case.version.name),
        ),
        valid_from=local_date(now),
        valid_until=_years_on(local_date(now), case.version.result_validity),
        validity=case.version.result_validity,
        identifier=identifier,
    )


def _approval(case: Case) -> content.Approval:
    return content.Approval(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        applied_on=local_date(case.application.submitted_at),
        accepted_on=local_date(case.application.accepted_at),
        basis=case.decision.basis,
        granted=f"准予{case.application.applicant.name}就“{case.application.subject}”办理{case.version.name}。",
        conditions=(case.decision.reasons,) if case.decision.reasons else (),
    )


def _record(case: Case) -> content.Record:
    return content.Record(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        accepted_on=local_date(case.application.accepted_at),
        decided_on=local_date(case.decision.decided_at),
        result=case.version.result_name,
        lines=(
            content.Line(label="办理对象", value=case.application.subject),
            content.Line(label="办理结果", value=case.decision.get_outcome_display()),
        ),
    )


def _denial(case: Case) -> content.Denial:
    return content.Denial(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        applied_on=local_date(case.application.submitted_at),
        accepted_on=local_date(case.application.accepted_at),
        facts=case.decision.facts,
        basis=case.decision.basis,
        reasons=(case.decision.reasons,),
        reconsideration_body=case.decision.reconsideration_body,
        court=case.decision.court,
    )


def _identifier(case: Case, now: datetime) -> str:
    department = case.version.matter.department
    year = local_date(now).year
    serial = next_number(series=f"{department.code}:e-certificate", year=year)
    type_code = f"{department.uscc}{case.version.matter_id % 1000:03d}"
    return codes.certificate_identifier(
        type_code=type_code, issuer=department.uscc, serial=f"{year}{serial:06d}"
    )


def _years_on(start: date, validity: str) -> date | None:
    """Return the last day of a validity written as a plain number of years (“5年”); anything else stays in words."""
    years = validity.removesuffix("年")
    if not years.isdecimal():
        return None
    return periods.months_on(start, int(years) * periods.MONTHS_A_YEAR)


def _issue(case: Case, kind: str, title: str, paper: content.Content, now: datetime) -> OfficialDocument:
    return documents.issue(
        kind=kind,
        title=title,
        issuer=issuer_of(case.version.matter.department),
        data=paper.as_data(),
        holder=holder_of(case.application),
        reference=case.application.number or "",
        now=now,
    )
