"""Places of a content, as findings name them (`materials[2].name`), and what stands there."""

import re
from typing import Any

from matters.catalogue.fields import Field, Inner, Objects
from matters.catalogue.format import GUIDE
from matters.catalogue.reader import Path, label

__all__ = ["FIELDS", "SECTION_OF", "label", "path_of", "row_of", "value_at", "with_value"]

_PART = re.compile(r"\.?([^.\[\]]+)|\[([0-9]{1,4})\]")
FIELDS = {one.key: one for _, fields in GUIDE.values() for one in fields}
SECTION_OF = {one.key: section for section, (_, fields) in GUIDE.items() for one in fields}
MISSING: Any = object()


def path_of(place: str) -> Path:
    """Return a place as keys and row numbers, counting from 0; whatever is no place is empty."""
    parts = list(_PART.finditer(place))
    if "".join(part[0] for part in parts) != place:
        return ()
    return tuple(part[1] if part[1] is not None else int(part[2]) for part in parts)


def row_of(place: str) -> str:
    """Return the row of a section's list in which a place stands; empty for a place outside any list."""
    path = path_of(place)
    is_row = (
        len(path) > 1 and isinstance(FIELDS[path[0]].kind, Objects) if path and path[0] in FIELDS else False
    )
    return label(path[:2]) if is_row else ""


def list_field(path: Path) -> Field | None:
    """Return the field of the list that a path leads to; None where there is no list of objects."""
    fields, found = FIELDS, None
    for part in path:
        if isinstance(part, int):
            continue
        found = fields.get(part)
        kind = found.kind if found else None
        fields = {one.key: one for one in kind.fields} if isinstance(kind, Inner | Objects) else {}
    return found if found and isinstance(found.kind, Objects) else None


def value_at(content: Any, path: Path) -> Any:
    """Return what stands at a path; None where there is nothing."""
    for part in path:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return None
    return content


def with_value(content: Any, path: Path, value: Any) -> Any:
    """Return a content with another value at a path; the parts it does not touch are shared."""
    if not path:
        return value
    first, *rest = path
    if isinstance(first, int):
        rows = list(content)
        rows[first] = with_value(rows[first], tuple(rest), value)
        return rows
    return {**content, first: with_value(content.get(first, {}), tuple(rest), value)}
