"""Issuing the result of a decided case."""

from datetime import datetime

from django.db import transaction

from applications.enums import CaseStatus
from applications.locks import lock_case
from applications.models import Case, Revocation
from applications.services import post_checks, routing
from core import queue
from core.errors import NotFound
from core.services import documents
from delivery import papers
from delivery.models import Certificate
from delivery.services import outlet

TELL = "systems.tell"
REVOKED = "所依据的准予决定经核查后已被依法撤销"


def issue(*, case_id: int, now: datetime) -> Certificate | None:
    """Issue the numbered, sealed result of a decided case, once; then start what waited for it and gather.

    Returns None when there is nothing to do: not offered, or issued before. Gathering is a transaction of its own:
    it renders first, and is swept again when it fails.
    """
    certificate = _issue_once(case_id, now)
    if certificate:
        outlet.gather(application_id=certificate.case.application_id, now=now)
    return certificate


@transaction.atomic
def mark_revoked(*, revocation_id: int, now: datetime) -> bool:
    """Mark the result of a revoked decision as void, so that its verification says so; False the second time.

    Where nothing else waits at the window or to be sent, the application closes: there is nothing to come for.
    """
    if not post_checks.result_marked(revocation_id=revocation_id, now=now):
        return False
    revocation = Revocation.objects.select_related("revoked_by").get(pk=revocation_id)
    certificate = Certificate.objects.select_related("document", "case").get(
        case__decision__revocation=revocation
    )
    documents.revoke(
        document=certificate.document, reason=REVOKED, by=revocation.revoked_by, now=revocation.revoked_at
    )
    outlet.end_empty(application_id=certificate.case.application_id, now=now)
    return True


@transaction.atomic
def _issue_once(case_id: int, now: datetime) -> Certificate | None:
    case = lock_case(case_id)
    if case.receipted_at or not case.next_attempt_at:
        return None
    certificate = _issue(case, now)
    routing.result_issued(case_id=case.pk, now=now)
    return certificate


def _issue(case: Case, now: datetime) -> Certificate:
    document, identifier = papers.result(case=case, now=now)
    is_granted = case.status == CaseStatus.GRANTED
    certificate = Certificate.objects.create(
        case=case,
        kind=document.kind,
        name=document.title,
        document=document,
        identifier=identifier,
        passes_outlet=case.version.passes_outlet,
        issued_at=now,
        next_attempt_at=now + Certificate.FIRST_WAIT if is_granted else None,
    )
    if is_granted:
        queue.enqueue(TELL, queue=queue.DELIVERY, certificate_id=certificate.pk)
    return certificate


def told(*, certificate_id: int, now: datetime) -> Certificate | None:
    """Note in the caller's transaction that who must know of a result is told; return it, None the second time.

    Raises NotFound for a result that is gone.
    """
    rows = Certificate.objects.select_for_update(of=("self",))
    certificate = rows.filter(pk=certificate_id).first()
    if certificate is None:
        raise NotFound()
    if certificate.receipted_at or certificate.next_attempt_at is None:
        return None
    certificate.receipted_at, certificate.next_attempt_at = now, None
    certificate.save(update_fields=["receipted_at", "next_attempt_at"])
    return certificate
