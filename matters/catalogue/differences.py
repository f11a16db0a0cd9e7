"""What differs between two guides, element by element, in words that people read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matters.catalogue.content import elements
from matters.catalogue.fields import Field, Objects
from matters.catalogue.format import GUIDE
from matters.catalogue.parsing import Values
from matters.catalogue.words import in_words, leaves, title_of


@dataclass(frozen=True)
class Difference:
    """One element that two guides say differently; an empty side says nothing of it.

    `place` names the element as findings do (`materials[2].basis`): of a row of a list by where it stands in
    the later guide, or in the earlier one where it has been taken out.
    """

    section: str
    label: str
    place: str
    before: str
    after: str


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what differs between two contents, in the order in which a guide is read.

    Rows of lists are compared by their keys, so that a row that moved counts as moved and not as changed.
    """
    old, new = elements(before), elements(after)
    return [
        Difference(title, *found)
        for title, fields in GUIDE.values()
        for found in _differences(fields, old, new)
    ]


def _differences(fields: Sequence[Field], old: Values, new: Values) -> Iterator[tuple[str, str, str, str]]:
    for one in leaves(fields):
        before, after = old.get(one.name), new.get(one.name)
        if before == after:
            continue
        if isinstance(one.kind, Objects):
            yield from _rows(one, before or [], after or [])
        elif in_words(one.kind, before) != in_words(one.kind, after):
            yield one.label, one.name, in_words(one.kind, before), in_words(one.kind, after)


def _rows(one: Field, before: list[Values], after: list[Values]) -> Iterator[tuple[str, str, str, str]]:
    assert isinstance(one.kind, Objects)
    fields = one.kind.fields
    old, new = _by_key(before, fields), _by_key(after, fields)
    for key, (at, row) in new.items():
        place, said = f"{one.name}[{at}]", f"{one.label}“{title_of(row, fields)}”"
        if key not in old:
            yield said, place, "", "增加"
        else:
            for label, name, was, is_now in _differences(fields, old[key][1], row):
                yield f"{said}·{label}", f"{place}.{name}", was, is_now
    for key, (at, row) in old.items():
        if key not in new:
            yield f"{one.label}“{title_of(row, fields)}”", f"{one.name}[{at}]", "有", "删去"
    kept = [key for key in new if key in old]
    if kept != [key for key in old if key in new]:
        yield f"{one.label}的次序", one.name, _order(old, kept, before=True), _order(new, kept, before=False)


def _order(rows: dict[str, tuple[int, Values]], kept: list[str], *, before: bool) -> str:
    keys = [key for key in rows if key in kept] if before else kept
    return "、".join(keys)


def _by_key(rows: list[Values], fields: Sequence[Field]) -> dict[str, tuple[int, Values]]:
    """Return the rows by what identifies them: their key, or their title, numbered where it repeats."""
    found: dict[str, tuple[int, Values]] = {}
    for at, row in enumerate(rows):
        key = str(row.get("key") or title_of(row, fields))
        while key in found:
            key += "′"
        found[key] = (at, row)
    return found
