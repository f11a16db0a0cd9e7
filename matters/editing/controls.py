"""A section's form, made from its fields: one control for each kind, lists of objects with one row open at a time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matters.catalogue.fields import REQUIRED, Field, Inner, Many, Objects, Selector
from matters.catalogue.kinds import Address, Choice, Code, Day, Reference, Sibling, Text, Whole, YesNo
from matters.catalogue.reader import Path
from matters.editing.places import MISSING, label
from matters.editing.typed import OWN, Content, as_object
from matters.editing.values import NO, YES, as_text, is_one_box, is_ticked, text_of, ticks_of, title

LONG = 200  # characters from which on a text has more than one line
_ISO_DAY = 10


@dataclass(frozen=True)
class Offers:
    """What references may be chosen from: pairs of code and name, by section of the catalogue."""

    known: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One choice of a control; `group` is the question an answer belongs to."""

    value: str
    label: str
    chosen: bool
    group: str = ""


@dataclass(frozen=True)
class Control:
    """One field as it is typed into: `shape` says how it is drawn, `faults` what is wrong with what stands there."""

    shape: str
    place: str
    label: str
    text: str = ""
    options: Sequence[Option] = ()
    hint: str = ""
    is_required: bool = False
    faults: Sequence[str] = ()

    @property
    def slug(self) -> str:
        """The place in letters that a selector can name."""
        return re.sub(r"[^A-Za-z0-9_]", "-", self.place)

    @property
    def fault_id(self) -> str:
        return f"fault-{self.slug}"

    @property
    def hint_id(self) -> str:
        return f"hint-{self.slug}"

    @property
    def describedby(self) -> str:
        return f"{self.hint_id} {self.fault_id}" if self.hint else self.fault_id

    def says_the_same(self, other: "Control | None") -> bool:
        """Return whether two controls show the same, whatever is wrong with it."""
        return other is not None and (self.shape, self.text, self.options) == (
            other.shape,
            other.text,
            other.options,
        )

    @property
    def grouped(self) -> list[tuple[str, list[Option]]]:
        """The options by the question they answer."""
        groups: dict[str, list[Option]] = {}
        for one in self.options:
            groups.setdefault(one.group, []).append(one)
        return list(groups.items())


@dataclass(frozen=True)
class Group:
    """The fields of an inner object, drawn together."""

    place: str
    label: str
    parts: Sequence["Part"]
    faults: Sequence[str] = ()
    shape: str = "group"


@dataclass(frozen=True)
class Row:
    """One row of a list: what it is called, and its controls while it is open."""

    place: str
    number: int
    title: str
    note: str
    faults: Sequence[str]
    is_first: bool
    is_last: bool
    is_open: bool
    parts: Sequence["Part"] = ()


@dataclass(frozen=True)
class Rows:
    """A list of objects; those inside an open row have all their rows open."""

    place: str
    label: str
    rows: Sequence[Row]
    faults: Sequence[str] = ()
    is_inner: bool = False
    shape: str = "rows"


Part = Control | Group | Rows


class FormBuilder:
    """Makes the parts of a section's form from a content, its faults by place, and what may be chosen."""

    def __init__(
        self, content: Content, faults: Mapping[str, Sequence[str]], offers: Offers, open_row: str
    ) -> None:
        self.content, self.faults, self.offers, self.open_row = content, faults, offers, open_row

    def parts(self, fields: Sequence[Field]) -> list[Part]:
        """Return the parts of a section in the order of its fields, without what is settled for the entry."""
        return [
            self._part(one, self.content.get(one.key, MISSING), (one.key,), self.content)
            for one in fields
            if one.key not in OWN
        ]

    def _part(self, one: Field, value: Any, path: Path, around: Content) -> Part:
        if isinstance(one.kind, Inner):
            return self._group(one, one.kind, value, path)
        if isinstance(one.kind, Objects):
            return self._rows(one, one.kind, value, path)
        return self._control(one, value, path, around)

    def _group(self, one: Field, kind: Inner, value: Any, path: Path) -> Group:
        inner = value if isinstance(value, dict) else {}
        parts = [
            self._part(each, inner.get(each.key, MISSING), (*path, each.key), inner) for each in kind.fields
        ]
        return Group(label(path), one.label, parts, self.faults.get(label(path), ()))

    def _rows(self, one: Field, kind: Objects, value: Any, path: Path) -> Rows:
        rows = value if isinstance(value, list) else []
        is_inner = len(path) > 1
        shown = [self._row(one, kind, row, (*path, at), len(rows), is_inner) for at, row in enumerate(rows)]
        return Rows(label(path), one.label, shown, self.faults.get(label(path), ()), is_inner)

    def _row(self, one: Field, kind: Objects, row: Any, path: Path, count: int, is_inner: bool) -> Row:
        place, at = label(path), path[-1]
        assert isinstance(at, int)
        is_open = is_inner or place == self.open_row
        said = as_object(kind, row)
        parts = [
            self._part(each, said.get(each.key, MISSING), (*path, each.key), said) for each in kind.fields
        ]
        return Row(
            place=place,
            number=at + 1,
            title=title(one, row) or "（还没有名称）",
            note=_note(said, self.content),
            faults=self.faults_under(place),
            is_first=at == 0,
            is_last=at == count - 1,
            is_open=is_open,
            parts=parts if is_open else (),
        )

    def faults_under(self, place: str) -> list[str]:
        """Return what is wrong at a place and inside it."""
        return [
            sentence
            for where, sentences in self.faults.items()
            if where == place or where.startswith((f"{place}.", f"{place}["))
            for sentence in sentences
        ]

    # --- one control --------------------------------------------------------------------------------------------

    def _control(self, one: Field, value: Any, path: Path, around: Content) -> Control:
        shape, hint = _shape(one, value)
        return Control(
            shape=shape,
            place=label(path),
            label=one.label or one.key,
            text=text_of(one, value),
            options=self._options(one, value, path, around)
            if shape in ("select", "ticks", "answers")
            else (),
            hint=hint,
            is_required=one.default is REQUIRED,
            faults=self.faults_under(label(path)),
        )

    def _options(self, one: Field, value: Any, path: Path, around: Content) -> list[Option]:
        chosen = ticks_of(one, value) if is_ticked(one) else [text_of(one, value)]
        offered = self._offered(one, path, around)
        known = {code for code, _, _ in offered}
        options = [Option(code, said, code in chosen, group) for code, said, group in offered]
        unknown = [
            Option(code, f"{code}（不在可选范围）", True) for code in chosen if code and code not in known
        ]
        first = (
            []
            if is_ticked(one)
            else [Option("", "请选择" if one.default is REQUIRED else "未填", chosen == [""])]
        )
        return [*first, *options, *unknown]

    def _offered(self, one: Field, path: Path, around: Content) -> list[tuple[str, str, str]]:
        kind = one.kind.item if isinstance(one.kind, Many) else one.kind
        if isinstance(kind, YesNo):
            return [(YES, "是", ""), (NO, "否", "")]
        if isinstance(kind, Choice):
            return [(str(code), str(said), "") for code, said in kind.choices.choices if code is not None]
        if isinstance(kind, Selector):
            return [
                each for each in answers_of(self.content) if each[0].partition(":")[0] != around.get("key")
            ]
        if isinstance(kind, Reference):
            return [(code, f"{name}（{code}）", "") for code, name in self.offers.known.get(kind.to, ())]
        return [
            (key, f"{said}（{key}）", "")
            for key, said in _siblings(self.content, path)
            if key != around.get("key")
        ]


def answers_of(content: Content) -> list[tuple[str, str, str]]:
    """Return the answers of a guide's own questions: `question:answer`, its label, and the question."""
    return [
        (
            f"{question.get('key')}:{answer.get('key')}",
            as_text(answer.get("label")),
            as_text(question.get("text")),
        )
        for question in _objects(content.get("situations"))
        for answer in _objects(question.get("answers"))
    ]


def _siblings(content: Content, path: Path) -> list[tuple[str, str]]:
    """Return key and name of the rows of the list in which a path stands: the steps that one may wait for."""
    return [
        (as_text(row.get("key")), as_text(row.get("name")))
        for row in _objects(content.get(str(path[0])))
        if row.get("key")
    ]


def _objects(value: Any) -> list[Content]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _note(row: Content, content: Content) -> str:
    """Return in which situations a row applies, in the words of the guide's own questions."""
    words = {key: said for key, said, _ in answers_of(content)}
    chosen = row.get("when") if isinstance(row.get("when"), dict) else row.get("situations")
    if not isinstance(chosen, dict):
        return ""
    ticks = [f"{question}:{answer}" for question, answers in chosen.items() for answer in answers or ()]
    return "、".join(words.get(tick) or tick for tick in ticks)


def _shape(one: Field, value: Any) -> tuple[str, str]:
    """Return how a field is drawn, and what is said under its label."""
    kind = one.kind
    if is_one_box(one, value):
        return "box", ""
    if isinstance(kind, Selector):
        return "answers", "都不勾，就是所有情形都适用；勾了几个问题的，要同时符合"
    if is_ticked(one):
        return "ticks", ""
    if isinstance(kind, YesNo | Choice | Reference | Sibling):
        return "select", ""
    if isinstance(kind, Many):
        return "long", "一行写一个"
    if isinstance(kind, Whole):
        return "whole", ""
    if isinstance(kind, Day):
        # A browser's date field would swallow what is no date.
        said = text_of(one, value)
        return ("date" if not said or _is_day(said) else "text"), "如 2026-09-14"
    if isinstance(kind, Address):
        return "text", "以 https:// 开头"
    is_long = isinstance(kind, Text) and (kind.max_length is None or kind.max_length > LONG)
    if is_long or "\n" in text_of(one, value):
        return "long", ""
    return "text", "只用英文字母、数字、短横和下划线" if isinstance(kind, Code) else ""


def _is_day(said: str) -> bool:
    return len(said) == _ISO_DAY and said.replace("-", "").isdecimal() and said.count("-") == 2
