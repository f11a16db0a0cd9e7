"""All results of one application in one file, to be printed at once."""

import io
from collections.abc import Sequence
from datetime import datetime

import pypdfium2

from core import audit
from core.errors import Refusal
from core.models import OfficialDocument, User
from core.pdf import one_at_a_time
from core.services.documents import ensure_rendered


@one_at_a_time
def together(*, documents: Sequence[OfficialDocument], reference: str, by: User, now: datetime) -> bytes:
    """Return the documents one after another as one PDF, and note who printed them.

    What no worker has rendered yet is rendered here. Raises Refusal `nothing_to_print` for an empty list.
    """
    if not documents:
        raise Refusal("nothing_to_print", "还没有可以打印的结果。")
    whole = pypdfium2.PdfDocument.new()
    for document in documents:
        rendered = ensure_rendered(document=document, now=now)
        audit.record(by=by, now=now, act="officialdocument.print", on=rendered, reference=reference)
        with rendered.file.open() as file:
            whole.import_pages(pypdfium2.PdfDocument(file.read()))
    output = io.BytesIO()
    whole.save(output)
    return output.getvalue()
