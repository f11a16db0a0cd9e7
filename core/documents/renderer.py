"""From the snapshot of a document to its PDF: A4, embedded fonts, PDF/A-2a and PDF/UA-1 at once.

The same snapshot gives the same bytes, so rendering again after a crash changes nothing.
"""

import io
from dataclasses import dataclass

import segno
from cryptography.hazmat.primitives import hashes
from django.conf import settings

from core.clock import CHINA
from core.documents.typesetting import typeset
from core.models import OfficialDocument


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
    pdf = typeset(document.kind, _snapshot(document), at=document.issued_at, number=document.number)
    return Rendered(pdf, _digest(hashes.SHA256(), pdf), _digest(hashes.SM3(), pdf))


def verification_url(token: str) -> str:
    """Return the public address at which anybody can verify a document."""
    return f"{settings.PUBLIC_URL}/verify/{token}/"


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG drawing, error correction level M."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#000", xmldecl=False)
    return drawing.getvalue().decode()


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
