"""QR codes for pages and for printing."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Return a QR code of a text (an address, as a rule) as inline SVG that scales with its frame."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2, omitsize=True)
    return mark_safe(drawing)  # noqa: S308 - segno draws modules, the text itself is not in the drawing


def qr_file(text: str, kind: str) -> bytes:
    """Return a QR code as a file to print or to paste: svg, or png with twelve dots a module; with its quiet zone."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind=kind, scale=12, border=4)
    return drawing.getvalue()
