"""Official documents: issued in the transaction that decides, rendered by a worker, revoked, never changed."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core import audit
from core.clock import local_date
from core.documents.content import CONTENTS, Issuer, json_safe
from core.documents.renderer import Rendered, render_pdf
from core.errors import NotFound, Refusal
from core.models import OfficialDocument, User
from core.models.dispatch import in_words
from core.queue import DELIVERY, enqueue
from core.services.numbering import document_number

log = structlog.get_logger(__name__)

RENDER_TASK = "core.render_document"
MOST_ATTEMPTS = 8


class DocumentNotReady(Refusal):
    """The PDF could not be made just now; the row stands and it will be tried again."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "document_not_ready", "文书正在生成，请稍候一分钟再打开；文书本身已经出具，不会丢失。"
        )


def issue(
    *,
    kind: str,
    title: str,
    issuer: Issuer,
    data: dict[str, Any],
    holder: str,
    reference: str,
    now: datetime,
    by: User | None = None,
) -> OfficialDocument:
    """Number and issue a document in the caller's transaction, and have it rendered after the commit.

    `data` is the content dataclass of the kind as a dictionary (`content.as_data()`); `holder` is masked already;
    `reference` is the application number. A content that does not fit its kind raises TypeError.
    """
    CONTENTS[kind](**data)
    with transaction.atomic(savepoint=False):
        document = OfficialDocument(
            kind=kind,
            number=document_number(
                issuer_code=issuer.code, issuer_short=issuer.short or issuer.name, kind=kind, now=now
            ),
            title=title,
            issuer=asdict(issuer),
            data=json_safe(data),
            holder=holder,
            reference=reference,
            verify_token=secrets.token_urlsafe(18),
            issued_at=now,
            next_attempt_at=now + OfficialDocument.FIRST_WAIT,
        )
        detail = {"number": document.number, "kind": kind}
        audit.insert(document, by=by, now=now, act="document.issue", reference=reference, detail=detail)
        enqueue(RENDER_TASK, queue=DELIVERY, document_id=document.pk)
    return document


def render(*, document_id: int, now: datetime) -> OfficialDocument:
    """Render a document once and receipt it; a document that is rendered already is returned as it stands.

    The path and the bytes follow from the row alone, so a file left by a transaction that rolled back is written
    over with the same content. A failure is recorded, given up after MOST_ATTEMPTS, and raised as DocumentNotReady;
    a row that is gone, as NotFound.
    """
    failure: Exception | None = None
    with transaction.atomic():
        document = OfficialDocument.objects.select_for_update().filter(pk=document_id).first()
        if document is None:
            raise NotFound()
        if document.receipted_at:
            return document
        try:
            rendered = render_pdf(document)
            name = _store(document, rendered)
        except Exception as error:  # a storage backend raises what it likes
            failure = error
            _record_failure(document, error, now)
        else:
            _record_receipt(document, name, rendered, now)
    if failure:
        log.error("document_not_rendered", document_id=document_id, exc_info=failure)
        raise DocumentNotReady from failure
    return document


def ensure_rendered(*, document: OfficialDocument, now: datetime) -> OfficialDocument:
    """Return the document with its file, rendering it here when the worker has not come yet."""
    return document if document.receipted_at else render(document_id=document.pk, now=now)


def revoke(*, document: OfficialDocument, reason: str, by: User | None, now: datetime) -> OfficialDocument:
    """Revoke a document: it keeps its number and its file, and its verification page says it is void."""
    if not reason.strip():
        raise Refusal("revocation_needs_reason", "请写明撤销原因，核验页面会向公众说明。", field="reason")
    with transaction.atomic():
        locked = OfficialDocument.objects.select_for_update().get(pk=document.pk)
        if locked.revoked_at:
            raise Refusal("already_revoked", f"文书{locked.number}已于此前撤销，无需再次撤销。")
        locked.revoked_at, locked.revoked_reason = now, reason.strip()
        locked.save(update_fields=["revoked_at", "revoked_reason"])
        audit.record(
            by=by, now=now, act="document.revoke", on=locked, reference=locked.reference, number=locked.number
        )
    return locked


def _store(document: OfficialDocument, rendered: Rendered) -> str:
    name = f"documents/{local_date(document.issued_at).year}/{document.verify_token}.pdf"
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(rendered.pdf))


def _record_receipt(document: OfficialDocument, name: str, rendered: Rendered, now: datetime) -> None:
    document.file.name = name
    document.sha256, document.sm3 = rendered.sha256, rendered.sm3
    document.receipted_at, document.failed_at, document.last_error = now, None, ""
    document.save(update_fields=["file", "sha256", "sm3", "receipted_at", "failed_at", "last_error"])


def _record_failure(document: OfficialDocument, error: Exception, now: datetime) -> None:
    document.last_error = in_words(error)
    document.failed_at = now if document.attempts + 1 >= MOST_ATTEMPTS else None
    document.save(update_fields=["last_error", "failed_at"])
