"""QR codes for pages."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Return a QR code of a text (an address, as a rule) as inline SVG that scales with its frame."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=2, omitsize=True)
    return mark_safe(drawing)  # noqa: S308 - segno draws modules, the text itself is not in the drawing
