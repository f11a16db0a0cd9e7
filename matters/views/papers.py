"""What can be carried away from a guide: QR codes, the leaflet, forms. Everything here is public."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core import clock
from core.errors import NotFound
from core.qr import qr_file
from core.throttle import address_of, spend
from core.uploads import PDF, SUFFIXES
from matters import selectors
from matters.catalogue.content import elements_of
from matters.enums import MaterialType
from matters.models import GuideFile
from matters.presenters import GuidePresenter, paper
from matters.selectors.papers import file_of_guide
from matters.selectors.papers import guide_file as kept_file
from matters.services import papers

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# Nothing in a file runs as a page of ours: no script, no origin, no frame around it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; sandbox"
PAPERS_A_MINUTE = 60


def public_address(name: str, code: str) -> str:
    """Return the address of a guide that never changes, whatever its version: what a QR code leads to."""
    return settings.PUBLIC_URL + reverse(name, args=[code])


@require_safe
def matter_qr(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Send the QR code of a matter's guide as a drawing or a picture."""
    version = selectors.matter_for_guide(code.upper())
    return _qr(request, public_address("matter", version.matter.code), version.name, kind)


@require_safe
def bundle_qr(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Send the QR code of a bundle's guide as a drawing or a picture."""
    bundle = selectors.bundle_for_guide(code.upper()).bundle
    return _qr(request, public_address("bundle", bundle.code), bundle.name, kind)


@require_safe
def leaflet(request: HttpRequest, code: str) -> HttpResponse:
    """Send one page in everyday words about a matter, to be printed and handed out."""
    spend(what="paper", who=address_of(request), times=PAPERS_A_MINUTE, seconds=60)
    guide = GuidePresenter(selectors.matter_for_guide(code.upper()), selectors.service_points())
    now = clock.now()
    said = paper.leaflet(guide, address=public_address("matter", guide.code), now=now)
    return pdf(papers.print_leaflet(said=said, now=now), f"{guide.name} 办事指引")


@require_safe
def blank_form(request: HttpRequest, code: str, order: int) -> HttpResponse:
    """Send the blank form of one material, made from the guide where the department has uploaded none."""
    spend(what="paper", who=address_of(request), times=PAPERS_A_MINUTE, seconds=60)
    version = selectors.matter_for_guide(code.upper())
    rows = elements_of(version).get("materials") or []
    row = rows[order - 1] if 1 <= order <= len(rows) else {}
    if not (row.get("generated") or row.get("material_type") == MaterialType.FORM):
        raise NotFound("这份材料没有空白表格，请按指南准备。")
    at = version.published_at or clock.now()
    made = papers.print_blank_form(said=paper.blank_form(version, row), now=at)
    return pdf(made, f"{row['name']}（空白表格）")


@require_safe
def guide_file(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """Send a form or sample that the guide names."""
    found, title = file_of_guide(selectors.matter_for_guide(code.upper()), digest)
    return _stored(found, title)


@require_safe
@login_required
def own_file(request: HttpRequest, digest: str) -> HttpResponse:
    """Send an uploaded form or sample to those who keep the catalogue, before a guide names it."""
    found = kept_file(viewer=request.user, digest=digest)
    response = _stored(found, found.name.rpartition(".")[0] or found.name)
    response["Cache-Control"] = "private, no-store"
    return response


def _stored(found: GuideFile, title: str) -> HttpResponse:
    """Answer with a file under its true type and suffix, whatever it was called when it came."""
    try:
        opened = found.file.open()
    except FileNotFoundError as missing:
        raise NotFound("文件暂时读取不到，请稍后再试；一直打不开的，请联系窗口。") from missing
    name = title + SUFFIXES[found.content_type]
    response = FileResponse(opened, content_type=found.content_type, filename=name)
    response["Cache-Control"] = "public, max-age=300"
    return hardened(response)


def pdf(content: bytes, title: str, *, cache: bool = True) -> HttpResponse:
    """Answer with a PDF that is shown and can be saved under its title."""
    response = HttpResponse(content, content_type=PDF)
    response["Content-Disposition"] = content_disposition_header(False, f"{title}.pdf")
    response["Cache-Control"] = "public, max-age=300" if cache else "private, no-store"
    return hardened(response)


def hardened(response: Any) -> Any:
    """Have the browser take a file for what it is, and run nothing of it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def _qr(request: HttpRequest, address: str, name: str, kind: str) -> HttpResponse:
    if kind not in TYPES:
        raise Http404
    response = HttpResponse(qr_file(address, kind), content_type=TYPES[kind])
    wants_file = "download" in request.GET
    response["Content-Disposition"] = content_disposition_header(wants_file, f"{name}二维码.{kind}")
    response["Cache-Control"] = "public, max-age=86400"
    return hardened(response)
