"""From the snapshot of a document to its PDF: A4, embedded fonts, PDF/A-2a and PDF/UA-1 at once.

The same snapshot gives the same bytes, so rendering again after a crash changes nothing. What people typed reaches
the templates as JSON data and is never read as markup.
"""

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import segno
import typst
from cryptography.hazmat.primitives import hashes
from django.conf import settings

from core.clock import CHINA
from core.models import OfficialDocument

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Rendered:
    """A finished PDF and its digests, as lower-case hexadecimal text."""

    pdf: bytes
    sha256: str
    sm3: str


def render_pdf(document: OfficialDocument) -> Rendered:
    """Return the PDF of a document with its SHA-256 and SM3 (GB/T 32905) digests."""
    pdf = typst.compile(
        str(TEMPLATES / f"{document.kind}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts(),
        sys_inputs={"document": json.dumps(_snapshot(document), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(document.issued_at.timestamp()),
    )
    return Rendered(pdf, _digest(hashes.SHA256(), pdf), _digest(hashes.SM3(), pdf))


def verification_url(token: str) -> str:
    """Return the public address at which anybody can verify a document."""
    return f"{settings.PUBLIC_URL}/verify/{token}/"


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG drawing, error correction level M."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#000", xmldecl=False)
    return drawing.getvalue().decode()


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the packaged fonts; the machine's own are never used, so that a document looks alike everywhere."""
    folder = pylopdf_fonts_zh_cn.serif_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


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
    }


def _digest(algorithm: hashes.HashAlgorithm, content: bytes) -> str:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize().hex()
