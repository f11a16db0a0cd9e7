"""The application as the applicant filled it in, as staff read it beside their work. No queries here."""

from typing import Any

from applications.models import Application, Case
from applications.presenters.words import when
from applications.questions import questions_of
from core import masking


def facts_of(application: Application, case: Case) -> list[dict[str, Any]]:
    """Return who applies for what, with masked numbers, as rows of a summary list; what is not filled in is left out."""
    applicant, bundle = application.applicant, application.bundle
    number = masking.mask_identity(applicant.id_number, applicant.id_type)
    rows = [
        ("申请人", applicant.name, f"{applicant.get_id_type_display()} {number}"),
        ("联系人", applicant.contact_name, ""),
        ("联系电话", masking.mask_phone(applicant.phone), ""),
        ("一件事", bundle.name if bundle else "", ""),
        ("办理对象", application.subject, ""),
        *((one["question"], one["answer"], "") for one in questions_of([case]).words),
        ("符合的情形", "、".join(application.conditions), ""),
        ("补充说明", application.detail, ""),
        ("申报", f"{application.get_channel_display()} · {when(application.submitted_at)}提交", ""),
        ("受理", _accepted(application), ""),
    ]
    return [{"label": label, "value": value, "note": note} for label, value, note in rows if value]


def _accepted(application: Application) -> str:
    by = application.accepted_by.name if application.accepted_by else "系统"
    return f"{by} · {when(application.accepted_at)}" if application.accepted_at else ""
