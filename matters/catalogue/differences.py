"""What differs between two guides, element by element, in words that people read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from matters.catalogue.content import elements
from matters.catalogue.fields import Field, Inner, Objects
from matters.catalogue.format import GUIDE
from matters.catalogue.parsing import Values
from matters.catalogue.words import in_words, row_in_words, title_of

CHANGED, ADDED, REMOVED, MOVED = "changed", "added", "removed", "moved"


@dataclass(frozen=True)
class Difference:
    """One element that two guides say differently; an empty side says nothing of it.

    `place` names the element as findings do (`materials[2].basis`): of a row of a list by where it stands in
    the later guide, or in the earlier one where it has been taken out. `element` names it by what stays, the key of
    the row: `materials(ID).basis`; `path` whatever the row: `materials.basis`. `sides` are the objects in which the
    element stands, of the earlier and of the later guide.
    """

    section: str
    label: str
    place: str
    before: str
    after: str
    element: str = field(default="", compare=False)
    path: str = field(default="", compare=False)
    change: str = field(default=CHANGED, compare=False)
    sides: tuple[Values, Values] = field(default=({}, {}), compare=False, repr=False)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what differs between two contents, in the order in which a guide is read.

    Rows of lists are compared by their keys, so that a row that moved counts as moved and not as changed.
    """
    old, new = elements(before), elements(after)
    return [found for title, fields in GUIDE.values() for found in compare(fields, old, new, Spot(title))]


@dataclass(frozen=True)
class Spot:
    """Where two guides are being compared: what people call it, and its names."""

    section: str
    label: str = ""
    place: str = ""
    element: str = ""
    path: str = ""

    def at(self, key: str, label: str) -> "Spot":
        """Return the spot of an element of the object here."""
        dot, middle = ("." if self.path else ""), ("·" if self.label else "")
        return Spot(
            self.section,
            f"{self.label}{middle}{label}",
            f"{self.place}{dot}{key}",
            f"{self.element}{dot}{key}",
            f"{self.path}{dot}{key}",
        )

    def row(self, at: int, key: str, title: str) -> "Spot":
        """Return the spot of one row of the list here."""
        return replace(
            self,
            label=f"{self.label}“{title}”",
            place=f"{self.place}[{at}]",
            element=f"{self.element}({key})",
        )

    def differs(self, before: str, after: str, change: str, old: Values, new: Values) -> Difference:
        """Return the difference found here."""
        return Difference(
            self.section,
            self.label,
            self.place,
            before,
            after,
            self.element,
            self.path,
            change,
            (old, new),
        )


def compare(fields: Sequence[Field], old: Values, new: Values, spot: Spot) -> Iterator[Difference]:
    """Yield what differs between two objects of the same fields."""
    for key, one in _leaves(fields):
        before, after = old.get(one.name), new.get(one.name)
        if before == after:
            continue
        here = spot.at(key, one.label)
        if isinstance(one.kind, Objects):
            yield from _rows(one.kind, before or [], after or [], here)
        elif in_words(one.kind, before) != in_words(one.kind, after):
            yield here.differs(in_words(one.kind, before), in_words(one.kind, after), CHANGED, old, new)


def _leaves(fields: Sequence[Field], around: str = "") -> Iterator[tuple[str, Field]]:
    """Yield the fields with the keys that lead to them; those of inner objects in their place."""
    for one in fields:
        if isinstance(one.kind, Inner):
            yield from _leaves(one.kind.fields, f"{around}{one.key}.")
        else:
            yield f"{around}{one.key}", one


def _rows(kind: Objects, before: list[Values], after: list[Values], spot: Spot) -> Iterator[Difference]:
    old, new = _by_key(before, kind.fields), _by_key(after, kind.fields)
    for key, (at, row) in new.items():
        here = spot.row(at, key, title_of(row, kind.fields))
        if key not in old:
            yield here.differs("", row_in_words(row, kind.fields), ADDED, {}, row)
        else:
            yield from compare(kind.fields, old[key][1], row, here)
    for key, (at, row) in old.items():
        if key not in new:
            here = spot.row(at, key, title_of(row, kind.fields))
            yield here.differs(row_in_words(row, kind.fields), "", REMOVED, row, {})
    kept = [key for key in new if key in old]
    if kept != [key for key in old if key in new]:
        moved = replace(spot, label=f"{spot.label}的次序")
        yield moved.differs(_order(old, kept, before=True), _order(new, kept, before=False), MOVED, {}, {})


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
