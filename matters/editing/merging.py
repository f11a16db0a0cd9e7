"""Two people changed one draft: what only one of them changed is taken, what both changed is asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matters.catalogue.fields import Field, Inner, Objects
from matters.catalogue.reader import Path
from matters.editing.places import MISSING, label
from matters.editing.typed import Content
from matters.editing.values import TITLES, title

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Conflict:
    """One element that two people changed in different ways; a side that took it out is MISSING."""

    field: Field
    path: Path
    mine: Any
    theirs: Any

    @property
    def place(self) -> str:
        return label(self.path)


@dataclass
class Merging:
    """The three contents being merged: `choices` say by place whose value is taken."""

    choices: Mapping[str, str]
    conflicts: list[Conflict] = field(default_factory=list)


def merge(
    base: Content,
    mine: Content,
    theirs: Content,
    fields: Sequence[Field],
    choices: Mapping[str, str] | None = None,
) -> tuple[Content, list[Conflict]]:
    """Return what comes of two changes of one content, and what is still to be chosen by somebody.

    Lists whose rows came, went or moved are chosen as a whole: what stands third is no longer the same row.
    """
    merging = Merging(choices or {})
    return _object(base, mine, theirs, fields, (), merging), merging.conflicts


def rows_of(content: Content, fields: Sequence[Field]) -> Content:
    """Return of a content the rows of its lists, and of them what they are called: a common ancestor for two contents that
    share nothing else, so that rows are compared with each other and not list with list.
    """
    lists = {one.key for one in fields if isinstance(one.kind, Objects)}
    return {
        key: [{name: row[name] for name in ("key", *TITLES) if name in row} for row in rows]
        for key, rows in content.items()
        if key in lists
    }


def _object(
    base: Content, mine: Content, theirs: Content, fields: Sequence[Field], path: Path, merging: Merging
) -> Content:
    said = dict(theirs)
    for one in fields:
        three = [each.get(one.key, MISSING) for each in (base, mine, theirs)]
        value = _value(one, three, (*path, one.key), merging)
        if value is MISSING:
            said.pop(one.key, None)
        else:
            said[one.key] = value
    return said


def _value(one: Field, three: Sequence[Any], path: Path, merging: Merging) -> Any:
    base, mine, theirs = three
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if isinstance(one.kind, Inner) and all(isinstance(each, dict) or each is MISSING for each in three):
        inner = [{} if each is MISSING else each for each in three]
        return _object(inner[0], inner[1], inner[2], one.kind.fields, path, merging) or MISSING
    if isinstance(one.kind, Objects) and _same_rows(one, three):
        return [
            _row(one.kind, rows, (*path, at), merging) for at, rows in enumerate(zip(*three, strict=True))
        ]
    chosen = merging.choices.get(label(path))
    if chosen not in (MINE, THEIRS):
        merging.conflicts.append(Conflict(one, path, mine, theirs))
    return mine if chosen == MINE else theirs


def _row(kind: Objects, rows: Sequence[Content], path: Path, merging: Merging) -> Content:
    base, mine, theirs = rows
    return _object(base, mine, theirs, kind.fields, path, merging)


def _same_rows(one: Field, three: Sequence[Any]) -> bool:
    """Return whether three lists have the same rows in the same order, whatever was changed inside them."""
    if not all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in three):
        return False
    base, *others = (list(_names(one, rows)) for rows in three)
    return all(len(names) == len(base) and not _moved(base, names) for names in others)


def _moved(before: Sequence[str], after: Sequence[str]) -> bool:
    return any(now != was and now in before for was, now in zip(before, after, strict=True))


def _names(one: Field, rows: Sequence[Content]) -> Iterator[str]:
    for row in rows:
        yield str(row.get("key") or title(one, row))
