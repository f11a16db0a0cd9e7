"""From data to a PDF: A4, embedded fonts, PDF/A-2a and PDF/UA-1 at once.

The same data at the same moment gives the same bytes. What people typed reaches the templates as JSON and is never
read as markup.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
import typst

from core.documents import glyphs

log = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).parent / "templates"


def typeset(template: str, data: dict[str, Any], *, at: datetime, number: str = "") -> bytes:
    """Return the PDF that a template of this room makes of the data, dated `at`.

    Any text can be printed: as it stands, if the fonts have it; then with 〓 for what no font shows, named in
    `missing`; at last with nothing but common characters. `number` is for the log.
    """
    data = glyphs.printable({**data, "missing": []})
    try:
        return _compile(template, data, at)
    except typst.TypstError as error:
        log.info("document_characters_missing", number=number, error=str(error)[:200])
    texts, missing = glyphs.substituted(data, glyphs.shown_by_fonts)
    try:
        return _compile(template, {**texts, "missing": missing}, at)
    except typst.TypstError:
        texts, missing = glyphs.substituted(data, glyphs.shown_everywhere)
        return _compile(template, {**texts, "missing": missing}, at)


def _compile(template: str, data: dict[str, Any], at: datetime) -> bytes:
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=glyphs.fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        pdf_standards=glyphs.STANDARDS,
        timestamp=int(at.timestamp()),
    )
