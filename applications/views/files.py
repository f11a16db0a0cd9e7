"""Documents and attachments: only for who may see them, shown but never executed, kept by no cache."""

from pathlib import PurePath

from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from applications import selectors
from applications.permissions import is_applicant
from applications.services import reading
from core import clock
from core.errors import NotFound
from core.services.documents import ensure_rendered
from core.uploads import PDF, SUFFIXES

# Nothing in a file runs as a page of ours: no script, no origin, no frame around it.
POLICY = "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'; sandbox"


@require_safe
@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an official document as PDF; staff who open it leave a trace."""
    found = selectors.document_for(request.user, pk)
    owner = selectors.application_for(request.user, found.reference)
    if not is_applicant(request.user, owner):
        reading.note(record=found, reference=found.reference, by=request.user, now=clock.now())
    rendered = ensure_rendered(document=found, now=clock.now())
    return private(rendered.file, PDF, f"{found.title} {found.number}")


@require_safe
@login_required
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one file that was handed in, or with `?download` send it to be kept; staff who open it leave a trace."""
    found = selectors.attachment_for(request.user, pk)
    application = found.material.application
    if not is_applicant(request.user, application):
        reading.note(record=found, reference=application.number or "", by=request.user, now=clock.now())
    stem = PurePath(found.name).stem
    return private(found.file, found.content_type, stem, download="download" in request.GET)


def private(file: File, content_type: str, stem: str, *, download: bool = False) -> HttpResponse:
    """Answer with a file under its true type and suffix, whatever it was called when it came."""
    try:
        opened = file.open()
    except FileNotFoundError as missing:
        raise NotFound("文件暂时读取不到，请稍后再试；一直打不开的，请联系窗口。") from missing
    response = FileResponse(
        opened, as_attachment=download, content_type=content_type, filename=stem + SUFFIXES[content_type]
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
