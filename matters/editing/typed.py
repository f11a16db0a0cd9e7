"""What was typed into a section's form, as content: everything as typed, whatever was not shown as it was."""

from collections.abc import Sequence
from typing import Any

from django.utils.datastructures import MultiValueDict

from matters.catalogue.fields import Field, Inner, Objects
from matters.catalogue.reader import Path
from matters.editing.places import MISSING, label
from matters.editing.values import from_box, from_text, from_ticks, is_one_box, is_ticked

Sent = MultiValueDict[str, str]
Content = dict[str, Any]

OWN = frozenset({"code", "department"})  # what an entry is about is settled when it is begun
# Hidden fields: places whose boxes were shown (an unticked one sends nothing), and rows that were open.
BOXES, ROWS = "boxes", "rows"


def typed(content: Content, fields: Sequence[Field], sent: Sent) -> Content:
    """Return a content with what was typed over it; whatever the form did not show stays untouched."""
    return _object(content, [one for one in fields if one.key not in OWN], sent, ())


def as_object(kind: Objects, row: Any) -> Content:
    """Return a row of a list as an object; plain text may stand for its chief field."""
    if isinstance(row, dict):
        return row
    return {kind.plain: row} if kind.plain and isinstance(row, str) else {}


def _object(content: Content, fields: Sequence[Field], sent: Sent, path: Path) -> Content:
    said = dict(content)
    for one in fields:
        value = _value(one, content.get(one.key, MISSING), sent, (*path, one.key))
        if value is MISSING:
            said.pop(one.key, None)
        else:
            said[one.key] = value
    return said


def _value(one: Field, before: Any, sent: Sent, path: Path) -> Any:
    place = label(path)
    if isinstance(one.kind, Inner):
        return _inner(one, one.kind, before, sent, path)
    if isinstance(one.kind, Objects):
        return _rows(one.kind, before, sent, path)
    if is_ticked(one) or is_one_box(one, before):
        if place not in sent.getlist(BOXES):
            return before
        if is_ticked(one):
            return from_ticks(one, before, sent.getlist(place))
        return from_box(one, before, ticked=bool(sent.get(place)))
    return from_text(one, before, sent[place]) if place in sent else before


def _inner(one: Field, kind: Inner, before: Any, sent: Sent, path: Path) -> Any:
    around = before if isinstance(before, dict) else {}
    said = _object(around, kind.fields, sent, path)
    if said == around:
        return before
    return said or MISSING


def _rows(kind: Objects, before: Any, sent: Sent, path: Path) -> Any:
    if not isinstance(before, list):
        return before
    shown = set(sent.getlist(ROWS))
    rows = list(before)
    for at, row in enumerate(before):
        if label((*path, at)) in shown:
            around = as_object(kind, row)
            said = _object(around, kind.fields, sent, (*path, at))
            rows[at] = row if said == around else said
    return rows
