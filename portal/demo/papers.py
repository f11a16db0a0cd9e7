"""Papers for the demo to hand in: one page each, marked as a sample."""

from functools import lru_cache
from pathlib import Path

import typst

from core.documents.glyphs import fonts

TEMPLATE = Path(__file__).parent / "sample.typ"


@lru_cache(maxsize=256)
def sample_paper(name: str) -> bytes:
    """Return a one-page PDF of the material of this name."""
    return typst.compile(
        str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts(), sys_inputs={"name": name}
    )
