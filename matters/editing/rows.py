"""Rows of a content's lists: one more, one less, one place up or down."""

from typing import Any

from matters.catalogue.fields import Objects
from matters.catalogue.kinds import Code
from matters.catalogue.reader import Path
from matters.editing.places import list_field, value_at, with_value
from matters.editing.typed import Content

# How the keys begin that new rows are given; people may change them.
BEGINNINGS = {"situations": "q", "answers": "a", "flow": "step", "pre_review": "pre"}


def add(content: Content, path: Path) -> tuple[Content, Path]:
    """Return a content with one more row at the end of a list, and the row's path."""
    one = list_field(path)
    if one is None or not isinstance(one.kind, Objects) or not isinstance(value_at(content, path[:-1]), dict):
        return content, path
    rows = _rows(content, path)
    row = {"key": _free_key(one.key, rows)} if _has_code(one.kind) else {}
    return with_value(content, path, [*rows, row]), (*path, len(rows))


def remove(content: Content, path: Path) -> Content:
    """Return a content without one row."""
    rows, at = _rows(content, path[:-1]), path[-1]
    return with_value(content, path[:-1], [row for place, row in enumerate(rows) if place != at])


def move(content: Content, path: Path, by: int) -> tuple[Content, Path]:
    """Return a content with a row that many places further, and the row's path; the ends of a list hold."""
    rows, at = list(_rows(content, path[:-1])), path[-1]
    assert isinstance(at, int)
    to = min(max(at + by, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    return with_value(content, path[:-1], rows), (*path[:-1], to)


def is_row(content: Content, path: Path) -> bool:
    """Return whether a path leads to a row that is there."""
    at = path[-1] if path else None
    return isinstance(at, int) and list_field(path[:-1]) is not None and at < len(_rows(content, path[:-1]))


def _rows(content: Content, path: Path) -> list[Any]:
    rows = value_at(content, path)
    return rows if isinstance(rows, list) else []


def _has_code(kind: Objects) -> bool:
    return any(one.key == "key" and isinstance(one.kind, Code) for one in kind.fields)


def _free_key(name: str, rows: list[Any]) -> str:
    taken = {row.get("key") for row in rows if isinstance(row, dict)}
    beginning = BEGINNINGS.get(name, name)
    return next(key for at in range(1, len(rows) + 2) if (key := f"{beginning}{at}") not in taken)
