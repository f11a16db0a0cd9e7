"""What a department's system is told: snapshots as plain data, no more of them than the department itself may see."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from applications.models import ApplicationMaterial, Attachment, Case, ReviewTask
from core.masking import mask_identity
from core.models import Applicant
from delivery.models import Certificate
from systems.enums import RuleKind
from systems.models import PushRule


def of_task(task: ReviewTask) -> dict[str, Any]:
    """Return a task as its department's system needs it: the case, the applicant in full, the materials of this matter.

    The other matters of a bundle, and what is handed in for them, are not the department's business.
    """
    case, application = task.case, task.case.application
    return {
        "kind": "task",
        "task": task.pk,
        "step": {"key": task.step.key, "name": task.step.name, "kind": task.kind, "round": task.round},
        "people_needed": task.step.staff_min,
        "released_at": task.released_at.isoformat(),
        "due_at": task.due_at and task.due_at.isoformat(),
        **_of_case(case),
        "detail": application.detail,
        "situations": case.answers,
        "applicant": in_full(application.applicant),
        "materials": [_of_material(each) for each in _materials_of(case)],
    }


def of_completion(certificate: Certificate, rules: Sequence[PushRule]) -> dict[str, Any]:
    """Return a result as the departments named by rules are told of it.

    A department that registers the holder by it (两证整合) learns everything; others who it is, without what is private.
    """
    integrates = any(rule.kind == RuleKind.INTEGRATE for rule in rules)
    applicant = certificate.case.application.applicant
    document = certificate.document
    return {
        "kind": "completion",
        "because": sorted({rule.get_kind_display() for rule in rules}),
        **_of_case(certificate.case),
        "detail": certificate.case.application.detail,
        "result": {
            "name": certificate.name,
            "number": document.number,
            "identifier": certificate.identifier,
            "issued_at": certificate.issued_at.isoformat(),
            "verify": f"{settings.PUBLIC_URL}/verify/{document.verify_token}/",
        },
        "holder": in_full(applicant) if integrates else in_short(applicant),
    }


def in_short(applicant: Applicant) -> dict[str, str]:
    """Return who it is, as far as departments that only have to know of them are concerned."""
    return {
        "kind": applicant.kind,
        "name": applicant.name,
        "id_type": applicant.id_type,
        "id_number": mask_identity(applicant.id_number, applicant.id_type),
    }


def _of_case(case: Case) -> dict[str, Any]:
    return {
        "application": case.application.number,
        "case": case.number,
        "matter": {"code": case.version.matter.code, "name": case.version.name},
        "subject": case.application.subject,
    }


def in_full(applicant: Applicant) -> dict[str, str]:
    """Return who applies, with everything that is known of them."""
    return {
        "kind": applicant.kind,
        "name": applicant.name,
        "id_type": applicant.id_type,
        "id_number": applicant.id_number,
        "phone": applicant.phone,
        "address": applicant.address,
        "contact": applicant.contact_name,
    }


def _materials_of(case: Case) -> list[ApplicationMaterial]:
    needed = case.application.materials.filter(needed_by__contains=[case.version.name])
    return list(needed.prefetch_related("attachments"))


def _of_material(material: ApplicationMaterial) -> dict[str, Any]:
    files = [file for file in material.attachments.all() if file.removed_at is None]
    return {
        "name": material.name,
        "on_paper": material.paper_received_at is not None,
        "files": [_of_file(file) for file in files],
    }


def _of_file(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "url": f"{settings.PUBLIC_URL}/api/v1/attachments/{file.pk}/file/",
    }
