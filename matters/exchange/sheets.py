"""Which sheets a catalogue has as a workbook, and which columns each: read off the format of the catalogue."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from matters.catalogue.fields import REQUIRED, Field, Inner, Kind, Objects
from matters.catalogue.format import CATALOGUE

KeyPath = tuple[str, ...]

# A sheet is called as its list is; where offices say it otherwise, by that name. The others are accepted too.
TITLES: dict[KeyPath, tuple[str, ...]] = {
    ("service_points",): ("网点", "服务网点"),
    ("matters",): ("事项", "实施清单", "事项清单", "办事指南"),
    ("matters", "situations", "answers"): ("情形答案",),
    ("matters", "legal_bases"): ("设定依据",),
    ("matters", "materials"): ("申请材料", "材料", "材料清单"),
    ("matters", "flow"): ("办理环节", "环节", "办理流程"),
    ("matters", "pre_review"): ("预审环节",),
    ("matters", "consulting"): ("咨询方式", "咨询"),
    ("matters", "complaints"): ("监督投诉方式", "投诉方式", "监督投诉"),
    ("matters", "questions"): ("常见问题", "常见问题解答"),
    ("bundles", "members"): ("一件事成员", "成员事项"),
    ("bundles", "dependencies"): ("先后关系", "先后顺序"),
}
# What the sheets of a matter's rows call the matter, besides the header of the matter's own code.
_OWNER_NAMES = {"matters": ("事项", "所属事项", "matter"), "bundles": ("一件事", "bundle")}
_NO_CONTENT = frozenset({"序号", "no", "编号", "#"})


def normal(header: str) -> str:
    """Return a header without blanks, width, case and marks: as headers are compared."""
    said = unicodedata.normalize("NFKC", header).casefold()
    return "".join(char for char in said if char.isalnum() or char in "_.#")


@dataclass(frozen=True)
class Column:
    """One column: the keys that lead to its value within the row's object, and what its header may say."""

    path: KeyPath
    field: Field

    @property
    def label(self) -> str:
        return self.field.label or self.field.key

    @property
    def code(self) -> str:
        """The national name, or else the key in JSON."""
        return self.field.national or ".".join(self.path)

    @property
    def kind(self) -> Kind:
        return self.field.kind

    @property
    def is_required(self) -> bool:
        return self.field.default is REQUIRED

    @property
    def headers(self) -> list[str]:
        """All that a header may say; the earlier the better."""
        keys = (self.label, self.code, ".".join(self.path), self.field.name)
        return list(dict.fromkeys([*keys, *self.field.also]))


@dataclass(frozen=True)
class Sheet:
    """One table: the rows of a list of the catalogue. `owners` are the columns that say of what a row is a part."""

    path: KeyPath
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    ignored: frozenset[str]
    owners: tuple[Column, ...] = ()
    is_required: bool = False
    owner_names: tuple[Column, ...] = ()  # beside or in place of the codes of the owners
    _known: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in self.owner_names:
            self._known[normal(name.label)] = self._known[normal(name.code)] = name
        for owner in self.owners:
            for header in [owner.label, owner.code, *_OWNER_NAMES.get(owner.path[0], ())]:
                self._known.setdefault(normal(header), owner)
        named = [(rank, header, one) for one in self.columns for rank, header in enumerate(one.headers)]
        for _, header, column in sorted(named, key=lambda one: one[0]):
            self._known.setdefault(normal(header), column)

    @property
    def title(self) -> str:
        return self.titles[0]

    @property
    def section(self) -> str:
        return self.path[0]

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return (*self.owners, *self.columns)

    def column(self, header: str) -> Column | None:
        """Return the column that a header names, if any."""
        return self._known.get(normal(header))

    def column_at(self, path: KeyPath) -> Column | None:
        """Return the column whose value stands under these keys."""
        return next((one for one in self.columns if one.path == path), None)

    def passes_over(self, header: str) -> bool:
        """Return whether a header names what a catalogue has but does not store: running numbers, reckoned figures."""
        return normal(header) in _NO_CONTENT or header.strip() in self.ignored

    def nearest(self, header: str) -> str:
        """Return the known header most like an unknown one, or an empty text."""
        known = {normal(said): said for one in self.all_columns for said in one.headers}
        found = get_close_matches(normal(header), known, n=1, cutoff=0.5)
        return known[found[0]] if found else ""

    def is_called(self, title: str) -> bool:
        """Return whether a sheet of this title is this one."""
        names = {normal(one) for one in (*self.titles, self.path[-1], "_".join(self.path))}
        return normal(title) in names


def _sheets() -> Iterator[Sheet]:
    for section in CATALOGUE:
        assert isinstance(section.kind, Objects)
        yield from _sheets_of((section.key,), section.label, section.kind, ())


def _sheets_of(
    path: KeyPath,
    label: str,
    kind: Objects,
    owners: tuple[Column, ...],
    owner_names: tuple[Column, ...] = (),
    is_required: bool = False,
) -> Iterator[Sheet]:
    titles = (*TITLES.get(path, ()), label)
    columns = tuple(_columns(kind.fields))
    yield Sheet(path, tuple(dict.fromkeys(titles)), columns, kind.ignored, owners, is_required, owner_names)
    lists = [one for one in kind.fields if isinstance(one.kind, Objects)]
    if not lists:
        return
    identity = Column((path[-1], columns[0].path[0]), columns[0].field)
    names = tuple(Column((path[-1], "name"), one) for one in kind.fields if one.key == "name" and not owners)
    for one in lists:
        assert isinstance(one.kind, Objects)
        is_needed = one.default is REQUIRED
        below = (*owners, identity)
        yield from _sheets_of((*path, one.key), one.label, one.kind, below, owner_names or names, is_needed)


def _columns(fields: Sequence[Field], path: KeyPath = ()) -> Iterator[Column]:
    for one in fields:
        if isinstance(one.kind, Inner):
            yield from _columns(one.kind.fields, (*path, one.key))
        elif not isinstance(one.kind, Objects):
            yield Column((*path, one.key), one)


SHEETS: tuple[Sheet, ...] = tuple(_sheets())
BY_PATH = {sheet.path: sheet for sheet in SHEETS}


def sheet_called(title: str) -> Sheet | None:
    """Return the sheet of this title, by any of its names."""
    return next((one for one in SHEETS if one.is_called(title)), None)


def nearest_title(title: str) -> str:
    """Return the title most like an unknown one, or an empty text."""
    known = {normal(said): one.title for one in SHEETS for said in one.titles}
    found = get_close_matches(normal(title), known, n=1, cutoff=0.5)
    return known[found[0]] if found else ""
