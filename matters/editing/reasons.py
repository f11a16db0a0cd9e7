"""Why a draft says something else than its template, as it is typed beside each deviation."""

from collections.abc import Iterable

from django.utils.datastructures import MultiValueDict

from matters.checks.deviations import Deviation
from matters.editing.typed import Content
from matters.editing.values import as_text

PREFIX = "why:"


def typed_reasons(content: Content, found: Iterable[Deviation], sent: MultiValueDict[str, str]) -> Content:
    """Return a content with the reasons typed; those of what no longer deviates are left out."""
    said = {
        one.element: as_text(sent.get(f"{PREFIX}{one.element}", one.why)).replace("\0", "").strip()
        for one in found
    }
    rows = [{"key": element, "why": why} for element, why in said.items() if why]
    if rows == content.get("deviations", []):
        return content
    others = {key: value for key, value in content.items() if key != "deviations"}
    return {**others, "deviations": rows} if rows else others
