"""What the elements of a guide say, in words: code lists by their labels, yes and no, lists in a row; and places."""

import re
from typing import Any

from matters.catalogue.fields import Field, Inner, Kind, Many, Objects, Selector
from matters.catalogue.format import BUNDLES, GUIDE
from matters.catalogue.kinds import Choice, Element, YesNo

FIELDS = {one.key: one for _, fields in GUIDE.values() for one in fields}
_PLACES = {**{one.key: one for one in BUNDLES.fields}, **FIELDS}
_PART = re.compile(r"(?P<key>[^.()]+)(?:\((?P<row>.*?)\))?(?:\.|$)")
_ROW = re.compile(r"(?P<key>[^\[]+)\[(?P<index>[0-9]+)\]")


def in_words(kind: Kind, value: Any) -> str:
    """Return a value of one kind as people read it; what is not said is an empty text."""
    if value is None or value == "" or value in ([], {}):
        return ""
    if isinstance(kind, YesNo):
        return "是" if value else "否"
    if isinstance(kind, Choice):
        return str(kind.choices(value).label)
    if isinstance(kind, Element):
        return element_words(value)
    if isinstance(kind, Many):
        return "、".join(in_words(kind.item, item) for item in value)
    if isinstance(kind, Selector):
        return "；".join(f"{question}：{'或'.join(answers)}" for question, answers in value.items())
    if isinstance(kind, Objects):
        return "、".join(title_of(row, kind.fields) for row in value)
    return str(value)


def element_words(element: str) -> str:
    """Return the name of an element in words: `materials(ID).originals` is 申请材料“ID”·原件份数."""
    words, fields = [], FIELDS
    for part in _PART.finditer(element):
        one = fields.get(part["key"])
        label = one.label if one else part["key"]
        said = f"{label}“{part['row']}”" if part["row"] else label
        if said not in words[-1:]:  # a part may be called as the whole is: 承诺办结时限
            words.append(said)
        fields = inside(one)
    return "·".join(words)


def inside(one: Field | None) -> dict[str, Field]:
    """Return the fields of the objects that a field holds, by key."""
    kind = one.kind if one else None
    return {inner.key: inner for inner in kind.fields} if isinstance(kind, Inner | Objects) else {}


def title_of(row: dict[str, Any], fields: Any) -> str:
    """Return what one row of a list is called: its name, question or law, whichever field speaks for it."""
    for key in ("name", "text", "question", "law", "label", "reason", "way"):
        for one in fields:
            if one.key == key and row.get(one.name):
                return str(row[one.name])
    return next((in_words(one.kind, row.get(one.name)) for one in fields if row.get(one.name)), "")


def row_in_words(row: dict[str, Any], fields: Any) -> str:
    """Return what one row of a list says, a line for each element that says more than nothing; keys are left out.

    The element by which the row is called (`title_of`) is said only where there is nothing else.
    """
    title = title_of(row, fields)
    lines = []
    for one in leaves(fields):
        value = row.get(one.name)
        if one.key == "key" or value == one.empty:
            continue
        said = in_words(one.kind, value)
        if said and said != title:
            lines.append(f"{one.label}：{said}")
    return "；\n".join(lines) or title


def leaves(fields: Any) -> list[Field]:
    """Return the fields with those of inner objects in their place."""
    return [
        leaf for one in fields for leaf in (leaves(one.kind.fields) if isinstance(one.kind, Inner) else [one])
    ]


def place_words(place: str) -> str:
    """Return a place in words: `materials[2].name` is 申请材料第 3 项 · 材料名称; rows count from 1 for people."""
    words, fields = [], _PLACES
    for part in place.split("."):
        row = _ROW.fullmatch(part)
        one = fields.get(row["key"] if row else part)
        label = one.label or one.key if one else part
        said = f"{label}第 {int(row['index']) + 1} 项" if row else label
        if said not in words[-1:]:  # a part may be called as the whole is: 承诺办结时限
            words.append(said)
        fields = inside(one)
    return " · ".join(words)
