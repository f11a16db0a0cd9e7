"""What the documents of this room say: built from the records, issued through core, kept as snapshots."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings

from applications.cases import cases_of
from applications.enums import CaseStatus, DecisionOutcome, DeliveryMethod
from applications.items import Item
from applications.models import (
    Application,
    ApplicationMaterial,
    Case,
    Extension,
    Revocation,
    SimulatedDecision,
    Suspension,
)
from applications.questions import questions_of
from applications.remedies import bodies_of
from core import masking
from core.clock import local_date
from core.documents import content
from core.enums import DocumentKind
from core.models import OfficialDocument, User
from core.services import documents
from matters.enums import Disposition
from matters.models import Department
from matters.presenters import limit_text

SPARED = {
    Disposition.SHARED: "免提交",
    Disposition.INTERNAL: "内部流转",
    Disposition.GENERATED: "系统生成",
}
PROMISE = "申请人已核对以上内容，并承诺所填内容和所交材料真实、有效。"  # 行政许可法 §31


def issuer_of(department: Department) -> content.Issuer:
    """Return the snapshot of a department as the issuer of a document."""
    name = settings.REGION_NAME + department.short_name
    return content.Issuer(
        name=name,
        code=department.code,
        uscc=department.uscc,
        seal_name=f"{name}政务服务专用章",
        short=name,
    )


def holder_of(application: Application) -> str:
    """Return the applicant as the verification page may show them: persons masked."""
    return masking.mask_holder(application.applicant.kind, application.applicant.name)


def progress_url(application: Application) -> str:
    """Return where anybody with the number and the query code sees how it goes on."""
    return f"{settings.PUBLIC_URL}/progress/?number={application.number}"


def lead_department(application: Application) -> Department:
    """Return the department in whose name the application's documents are issued (行政许可法 §24, §26)."""
    return _lead(application, () if application.bundle_id else cases_of(application))


def _lead(application: Application, cases: Sequence[Case]) -> Department:
    return application.bundle.lead_department if application.bundle else cases[0].version.matter.department


def receipt(*, application: Application, now: datetime) -> OfficialDocument:
    """Issue the receipt slip (收件凭证); its date starts the clocks of silence."""
    cases = cases_of(application)
    department = _lead(application, cases)
    slip = content.Receipt(
        to=application.applicant.name,
        application_number=application.number or "",
        query_code=application.query_code,
        matters=tuple(case.version.name for case in cases),
        situation="；".join(f"{one['question']}{one['answer']}" for one in questions_of(cases).words),
        materials=tuple(
            _material_line(each) for each in application.materials.order_by("order") if each.is_required
        ),
        received_at=now,
        received_by=application.service_point.name if application.service_point else "网上申报",
        channel=application.get_channel_display(),
        place=application.service_point.address if application.service_point else "",
        progress_url=progress_url(application),
        contact_phone=department.consult_phone,
    )
    return _issue(application, DocumentKind.RECEIPT, department, slip, now)


def acceptance(*, application: Application, now: datetime) -> OfficialDocument:
    """Issue the acceptance slip (受理通知书) for every matter that was accepted (行政许可法 §32(2))."""
    cases = cases_of(application)
    department = _lead(application, cases)
    slip = content.Acceptance(
        to=application.applicant.name,
        application_number=application.number or "",
        query_code=application.query_code,
        applied_on=local_date(application.submitted_at or now),
        accepted_on=local_date(now),
        matters=tuple(
            _matter_line(case)
            for case in cases
            if case.status not in (CaseStatus.REFUSED, CaseStatus.NOT_PROCEEDED)
        ),
        materials=tuple(
            _material_line(each) for each in application.materials.order_by("order") if each.is_required
        ),
        promised_on=local_date(application.promised_due_at) if application.promised_due_at else None,
        progress_url=progress_url(application),
        contact_phone=department.consult_phone,
        complaint_phone=department.complaint_phone,
    )
    refused = [case for case in cases if case.status == CaseStatus.REFUSED]
    for case in sorted(refused, key=lambda each: each.version.matter.department.code):
        _refusal(application, case, now)
    return _issue(application, DocumentKind.ACCEPTANCE, department, slip, now)


def refusal(*, application: Application, now: datetime) -> OfficialDocument:
    """Issue the refusal of the whole application (不予受理通知书)."""
    department = lead_department(application)
    paper = content.Refusal(
        to=application.applicant.name,
        application_number=application.number or "",
        applied_on=local_date(application.submitted_at or now),
        matter=application.title,
        reasons=(application.refusal_reason,),
        competent_authority=application.competent_authority,
        **_bodies(cases_of(application)[0]),
    )
    return _issue(application, DocumentKind.REFUSAL, department, paper, now)


def correction(
    *, application: Application, items: Sequence[Item], due_at: datetime, now: datetime
) -> OfficialDocument:
    """Issue the one notice that lists everything to put right (补正材料一次性告知书)."""
    department = lead_department(application)
    paper = content.Correction(
        to=application.applicant.name,
        application_number=application.number or "",
        applied_on=local_date(application.submitted_at or now),
        matters=tuple(case.version.name for case in cases_of(application)),
        items=tuple(
            content.CorrectionLine(
                material=each.what, problem=each.reason, remedy=each.how or "按要求重新提交"
            )
            for each in items
        ),
        due_on=local_date(due_at),
        ways=("网上补正，无需到场", "到任一综合窗口补正"),
        progress_url=progress_url(application),
        contact_phone=department.consult_phone,
    )
    return _issue(application, DocumentKind.CORRECTION, department, paper, now)


def special_procedure(*, suspension: Suspension, promised_on: date | None, now: datetime) -> OfficialDocument:
    """Issue the notice of a special procedure, of a suspension that is about to begin (特别程序告知书, 行政许可法 §45)."""
    case = suspension.case
    department = case.version.matter.department
    paper = content.SpecialProcedure(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        procedure=suspension.procedure,
        basis=suspension.basis,
        reason=suspension.reason,
        needed=limit_text(suspension.expected_days, suspension.expected_unit),
        begins_on=local_date(now),
        until=local_date(suspension.expected_end),
        promised_on=promised_on,
        progress_url=progress_url(case.application),
        contact_phone=department.consult_phone,
    )
    return _issue(case.application, DocumentKind.SPECIAL_PROCEDURE, department, paper, now)


def extension(
    *,
    extension: Extension,
    matter: str,
    basis: str,
    due_at: datetime,
    promised_at: datetime | None,
    now: datetime,
) -> OfficialDocument:
    """Issue the notice that a decision will take longer, until when and why (延期办理告知书, 行政许可法 §42)."""
    application = extension.clock.application
    case = extension.case
    department = case.version.matter.department if case else lead_department(application)
    paper = content.Extension(
        to=application.applicant.name,
        application_number=application.number or "",
        matter=matter,
        reason=extension.reason.rstrip("。；"),
        basis=basis,
        days=extension.days,
        approver=extension.approver,
        due_before=local_date(extension.clock.due_at) if extension.clock.due_at else local_date(due_at),
        due_on=local_date(due_at),
        promised_on=local_date(promised_at) if promised_at else None,
        contact_phone=department.consult_phone,
    )
    return _issue(application, DocumentKind.EXTENSION, department, paper, now)


def application_form(
    *, application: Application, cases: Sequence[Case], instead: Sequence[str], now: datetime
) -> dict[str, Any]:
    """Return what the application form says that the system writes; identity number and phone are masked."""
    applicant = application.applicant
    return {
        "title": "政务服务事项申请表",
        "number": application.number or "",
        "day": local_date(now).isoformat(),
        "applicant_name": applicant.name,
        "instead": list(dict.fromkeys(instead)),
        "applicant": _facts(
            ("申请人", applicant.name),
            (applicant.get_id_type_display(), masking.mask_identity(applicant.id_number, applicant.id_type)),
            ("联系人", applicant.contact_name),
            ("手机", masking.mask_phone(applicant.phone)),
        ),
        "matters": [
            {
                "name": case.version.name,
                "code": case.version.matter.code,
                "department": case.version.matter.department.short_name,
            }
            for case in cases
        ],
        "content": _facts(("办理对象", application.subject), ("补充说明", application.detail)),
        "answers": questions_of(cases).words,
        "delivery": _facts(
            ("领取方式", application.get_delivery_method_display()),
            *_recipient(application),
        ),
        "promise": PROMISE,
    }


def _recipient(application: Application) -> list[tuple[str, str]]:
    if application.delivery_method != DeliveryMethod.COURIER:
        return []
    phone = masking.mask_phone(application.recipient_phone)
    return [("收件人", f"{application.recipient_name}，{phone}"), ("收件地址", application.recipient_address)]


def _facts(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in rows if value]


def not_proceeded(*, case: Case, predecessor: Case, now: datetime) -> OfficialDocument:
    """Tell in writing that a matter ends because the one it waits for did."""
    department = case.version.matter.department
    paper = content.NotProceeded(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        predecessor=predecessor.version.name,
        predecessor_result=predecessor.get_status_display(),
        advice="前置事项办成后，可以重新申请；已提交的材料可以沿用。",
        contact_phone=department.consult_phone,
    )
    return _issue(case.application, DocumentKind.NOT_PROCEEDED, department, paper, now)


def simulated(*, opinion: SimulatedDecision, now: datetime) -> OfficialDocument:
    """Issue the simulated opinion (模拟审批意见书): no certificate, no number of a decision, and it says so."""
    case = opinion.case
    department = case.version.matter.department
    paper = content.Simulated(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        applied_on=local_date(case.application.submitted_at or now),
        accepted_on=local_date(case.application.accepted_at or now),
        is_granted=opinion.outcome == DecisionOutcome.GRANTED,
        missing=opinion.missing,
        conditions=opinion.conditions,
        basis=case.version.legal_basis,
        progress_url=progress_url(case.application),
        contact_phone=department.consult_phone,
    )
    return _issue(case.application, DocumentKind.SIMULATED, department, paper, now)


def void_simulated(*, case: Case, why: str, by: User | None, now: datetime) -> None:
    """Void the letter of a case's simulated opinion, where there is one: from now on its verification says so, and why."""
    given = SimulatedDecision.objects.filter(case=case, document__revoked_at=None).select_related("document")
    opinion = given.first()
    if opinion and opinion.document:
        documents.revoke(document=opinion.document, reason=f"{why}，模拟审批意见不再有效。", by=by, now=now)


def mending(*, case: Case, findings: str, due_on: date, now: datetime) -> OfficialDocument:
    """Say in writing what a check after a commitment found short, and until when to mend it."""
    department = case.version.matter.department
    paper = content.Mending(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        decided_on=local_date(case.decision.decided_at),
        findings=findings,
        due_on=due_on,
        contact_phone=department.consult_phone,
    )
    return _issue(case.application, DocumentKind.MENDING, department, paper, now)


def revocation(*, revocation: Revocation, case: Case, now: datetime) -> OfficialDocument:
    """Issue the decision that takes a grant back (撤销行政许可决定书), with its remedies."""
    result: OfficialDocument = case.certificate.document
    paper = content.Revocation(
        to=case.application.applicant.name,
        application_number=case.application.number or "",
        matter=case.version.name,
        decided_on=local_date(case.decision.decided_at),
        result_title=result.title,
        result_number=result.number,
        facts=revocation.facts,
        basis=revocation.basis,
        reasons=(revocation.reasons,),
        reconsideration_body=revocation.reconsideration_body,
        court=revocation.court,
    )
    return _issue(case.application, DocumentKind.REVOCATION, case.version.matter.department, paper, now)


def _refusal(application: Application, case: Case, now: datetime) -> OfficialDocument:
    paper = content.Refusal(
        to=application.applicant.name,
        application_number=application.number or "",
        applied_on=local_date(application.submitted_at or now),
        matter=case.version.name,
        reasons=(case.end_reason,),
        competent_authority=case.competent_authority,
        **_bodies(case),
    )
    return _issue(application, DocumentKind.REFUSAL, case.version.matter.department, paper, now)


def _bodies(case: Case) -> dict[str, str]:
    bodies = bodies_of(case.version)
    return {"reconsideration_body": bodies.reconsideration, "court": bodies.court}


def _matter_line(case: Case) -> content.MatterLine:
    version = case.version
    return content.MatterLine(
        name=version.name,
        department=version.matter.department.short_name,
        limit=limit_text(version.promised_value, version.promised_unit),
        due_on=local_date(case.promised_due_at) if case.promised_due_at else None,
    )


def _material_line(material: ApplicationMaterial) -> content.MaterialLine:
    """Say what was handed in; a file sent over the net is neither an original nor a copy."""
    if material.disposition in SPARED:
        return content.MaterialLine(name=material.name, state=SPARED[material.disposition])
    if material.paper_received_at is None:
        return content.MaterialLine(name=material.name, state="已收电子件")
    return content.MaterialLine(
        name=material.name, originals=material.originals, copies=material.copies, state="已收"
    )


def _issue(
    application: Application, kind: str, department: Department, paper: content.Content, now: datetime
) -> OfficialDocument:
    return documents.issue(
        kind=kind,
        title=DocumentKind(kind).label,
        issuer=issuer_of(department),
        data=paper.as_data(),
        holder=holder_of(application),
        reference=application.number or "",
        now=now,
    )
