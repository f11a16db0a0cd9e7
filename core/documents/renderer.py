"""From the snapshot of a document to its PDF: A4, embedded fonts, PDF/A-2a and PDF/UA-1 at once.

The same snapshot gives the same bytes, so rendering again after a crash changes nothing. What people typed reaches
the templates as JSON data and is never read as markup.
"""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import segno
import structlog
import typst
from cryptography.hazmat.primitives import hashes
from django.conf import settings

from core.clock import CHINA
from core.documents import glyphs
from core.models import OfficialDocument

log = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Rendered:
    """A finished PDF and its digests, as lower-case hexadecimal text."""

    pdf: bytes
    sha256: str
    sm3: str


def render_pdf(document: OfficialDocument) -> Rendered:
    """Return the PDF of a document with its SHA-256 and SM3 (GB/T 32905) digests.

    Any text can be printed: where no font has a character, 〓 stands for it and the foot says for which.
    """
    pdf = _compile_any(document)
    return Rendered(pdf, _digest(hashes.SHA256(), pdf), _digest(hashes.SM3(), pdf))


def verification_url(token: str) -> str:
    """Return the public address at which anybody can verify a document."""
    return f"{settings.PUBLIC_URL}/verify/{token}/"


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG drawing, error correction level M."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#000", xmldecl=False)
    return drawing.getvalue().decode()


def _compile_any(document: OfficialDocument) -> bytes:
    """Compile as it stands; then with 〓 for what no font shows; at last with nothing but common characters."""
    snapshot = glyphs.printable(_snapshot(document))
    try:
        return _compile(document, snapshot)
    except typst.TypstError as error:
        log.info("document_characters_missing", number=document.number, error=str(error)[:200])
    texts, missing = glyphs.substituted(snapshot, glyphs.shown_by_fonts)
    try:
        return _compile(document, {**texts, "missing": missing})
    except typst.TypstError:
        texts, missing = glyphs.substituted(snapshot, glyphs.shown_everywhere)
        return _compile(document, {**texts, "missing": missing})


def _compile(document: OfficialDocument, snapshot: dict[str, object]) -> bytes:
    return typst.compile(
        str(TEMPLATES / f"{document.kind}.typ"),
        root=str(TEMPLATES),
        font_paths=glyphs.fonts(),
        sys_inputs={"document": json.dumps(snapshot, ensure_ascii=False)},
        pdf_standards=glyphs.STANDARDS,
        timestamp=int(document.issued_at.timestamp()),
    )


def _snapshot(document: OfficialDocument) -> dict[str, object]:
    url = verification_url(document.verify_token)
    return {
        "title": document.title,
        "kind": document.get_kind_display(),
        "number": document.number,
        "issuer": document.issuer,
        "issued_on": document.issued_at.astimezone(CHINA).strftime("%Y-%m-%d"),
        "data": document.data,
        "verify_url": url,
        "qr": qr_svg(url),
        "missing": [],
    }


def _digest(algorithm: hashes.HashAlgorithm, content: bytes) -> str:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize().hex()
