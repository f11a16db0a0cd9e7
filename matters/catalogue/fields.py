"""Kinds of values a catalogue file may hold, and what is said when one is wrong."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db import models

from core.codes import is_credit_code
from matters.catalogue.reader import Place

_CODE = re.compile(r"[-A-Za-z0-9_]+")
_TYPE_NAMES = {bool: "是/否", int: "整数", float: "小数", str: "文字", list: "列表", dict: "对象"}


class Wrong(Exception):
    """A value is not of its kind; the text is a Chinese sentence for whoever wrote the file."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of one place of a file."""

    place: Place
    message: str

    @property
    def sentence(self) -> str:
        return f"{self.place.where}：{self.message}"


@dataclass
class Findings:
    """What is wrong with a file (faults), and what is only worth knowing (hints)."""

    faults: list[Remark] = field(default_factory=list)
    hints: list[Remark] = field(default_factory=list)

    @property
    def errors(self) -> list[tuple[int, str]]:
        """The line and the sentence of each fault."""
        return [(one.place.line, one.sentence) for one in self.faults]

    def wrong(self, place: Place, message: str) -> None:
        """Note that what stands at a place cannot be taken."""
        self.faults.append(Remark(place, message))

    def notice(self, place: Place, message: str) -> None:
        """Note what is worth knowing of a place."""
        self.hints.append(Remark(place, message))


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """Return remarks in the order in which their places stand in the file, each sentence once."""
    ordered = sorted(remarks, key=lambda one: (one.place.document.order(one.place.path), one.message))
    return list({one.sentence: one for one in reversed(ordered)}.values())[::-1]


@dataclass
class Entry:
    """One object of the file: where it stands, and its values by attribute; a wrong value is left out."""

    place: Place
    values: dict[str, Any]


class Kind(Protocol):
    def read(self, place: Place, findings: Findings) -> Any:
        """Return the normalised value, or raise Wrong."""


def _of_type(place: Place, wanted: type) -> Any:
    if type(place.value) is not wanted:
        shown = "" if isinstance(place.value, dict | list) else f" {place.value!r}"
        raise Wrong(f"应当是{_TYPE_NAMES[wanted]}，实际是{_TYPE_NAMES[type(place.value)]}{shown}")
    return place.value


@dataclass(frozen=True)
class Text:
    max_length: int | None = None
    required: bool = False

    def read(self, place: Place, findings: Findings) -> str:
        text = _of_type(place, str).strip()
        if any((ord(char) < 32 and char not in "\n\t") or 0xD800 <= ord(char) <= 0xDFFF for char in text):
            raise Wrong("含有不可见的控制字符，请删去")
        if self.required and not text:
            raise Wrong("不能为空")
        if self.max_length and len(text) > self.max_length:
            raise Wrong(f"有 {len(text)} 个字，最多 {self.max_length} 个字")
        return text


@dataclass(frozen=True)
class Element(Text):
    """The name of an element, as `differences` give it: `materials(ID).originals`."""


@dataclass(frozen=True)
class Code:
    """An identifier: letters, digits, hyphen and underscore."""

    max_length: int

    def read(self, place: Place, findings: Findings) -> str:
        text = Text(self.max_length, required=True).read(place, findings)
        if not _CODE.fullmatch(text):
            raise Wrong(f"“{text}”只能由英文字母、数字、短横和下划线组成")
        return text


@dataclass(frozen=True)
class Reference(Code):
    """The code of something else in the catalogue: `to` is its section. Tables may give its name instead."""

    to: str

    def read(self, place: Place, findings: Findings) -> str:
        text = Text(required=True).read(place, findings)
        if not _CODE.fullmatch(text):
            raise Wrong(f"目录里没有“{text}”，请填代码，或目录中已有的名称")
        return Code.read(self, place, findings)


@dataclass(frozen=True)
class CreditCode:
    """A unified social credit code (GB 32100-2015) with its check character; may be empty."""

    def read(self, place: Place, findings: Findings) -> str:
        text = _of_type(place, str).strip()
        if text and not is_credit_code(text):
            raise Wrong(f"统一社会信用代码“{text}”不正确：应为18位，且最后一位校验码须相符")
        return text


@dataclass(frozen=True)
class Whole:
    most: int = 32767
    least: int = 0

    def read(self, place: Place, findings: Findings) -> int:
        number = _of_type(place, int)
        if not self.least <= number <= self.most:
            raise Wrong(f"{number} 不在 {self.least} 到 {self.most} 之间")
        return number


@dataclass(frozen=True)
class YesNo:
    def read(self, place: Place, findings: Findings) -> bool:
        return _of_type(place, bool)


@dataclass(frozen=True)
class Choice:
    """A value of a code list."""

    choices: type[models.Choices]
    name: str

    def read(self, place: Place, findings: Findings) -> Any:
        value = place.value
        if not isinstance(value, str) or value.isdecimal():
            value = _of_type(place, int if issubclass(self.choices, int) else str)
        if value not in self.choices.values:
            offered = "、".join(f"{code} {label}" for code, label in self.choices.choices)
            raise Wrong(f"“{value}”不是{self.name}，可选：{offered}")
        return value


@dataclass(frozen=True)
class Day:
    """A date as 2026-09-14; it stays text, as files and JSON have it."""

    def read(self, place: Place, findings: Findings) -> str:
        said = _of_type(place, str).strip()
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise Wrong(f"“{said}”不是日期，请写成 2026-09-14 这样") from None


@dataclass(frozen=True)
class Address:
    """A web address; nothing but http and https, so that a guide never carries a script."""

    def read(self, place: Place, findings: Findings) -> str:
        said = Text(500).read(place, findings)
        if said and not said.startswith(("https://", "http://")):
            raise Wrong(f"“{said}”不是网址，应以 https:// 或 http:// 开头")
        return said


@dataclass(frozen=True)
class Selector:
    """In which situations something applies: for each question named, one of these answers; empty is always."""

    def read(self, place: Place, findings: Findings) -> dict[str, list[str]]:
        _of_type(place, dict)
        chosen = {}
        for question in place.value:
            answers = read_value(place.child(question), Many(Code(40), required=True), findings)
            if answers is not None:
                chosen[question] = answers
        return chosen


@dataclass(frozen=True)
class Many:
    """A list of plain values."""

    item: Kind
    required: bool = False

    def read(self, place: Place, findings: Findings) -> list[Any]:
        _of_type(place, list)
        if self.required and not place.value:
            raise Wrong("不能为空列表")
        values = [read_value(item, self.item, findings) for item in place.items()]
        return list(dict.fromkeys(value for value in values if value is not None))


@dataclass(frozen=True)
class Objects:
    """A list of objects, each read by the same fields; plain text may stand for an object's `plain` field."""

    fields: Sequence["Field"]
    ignored: frozenset[str] = frozenset()
    plain: str = ""

    def read(self, place: Place, findings: Findings) -> list[Entry]:
        _of_type(place, list)
        items = [
            Place(item.document, item.path, {self.plain: item.value})
            if self.plain and isinstance(item.value, str)
            else item
            for item in place.items()
        ]
        return [read_entry(item, self.fields, findings, self.ignored) for item in items]


@dataclass(frozen=True)
class Inner:
    """One object whose fields belong to the object around it."""

    fields: Sequence["Field"]

    def read(self, place: Place, findings: Findings) -> Entry:
        return read_entry(place, self.fields, findings)


REQUIRED: Any = object()


@dataclass(frozen=True)
class Field:
    """One field of an object: its name in the file, its kind, and the attribute it becomes.

    `label` is its Chinese name, `national` the column of the national 实施清单 it answers to, `also` what else
    tables call it; all are accepted as headers of a table. `codes` are the national codes of values that have
    other words here; a table may hold them in their place.
    """

    key: str
    kind: Kind
    attribute: str = ""
    default: Any = REQUIRED
    label: str = ""
    national: str = ""
    also: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The attribute under which the value stands once it is read."""
        return self.attribute or self.key

    @property
    def empty(self) -> Any:
        """What stands for the value where the file says nothing."""
        return self.default() if callable(self.default) else self.default


def read_value(place: Place, kind: Kind, findings: Findings) -> Any:
    """Return the normalised value of a place, or None after noting what is wrong with it."""
    try:
        if place.value is None:
            raise Wrong("没有值")
        return kind.read(place, findings)
    except Wrong as wrong:
        findings.wrong(place, str(wrong))
        return None


def read_entry(
    place: Place, fields: Sequence[Field], findings: Findings, ignored: frozenset[str] = frozenset()
) -> Entry:
    """Return the values of an object, noting every field that is missing, wrong or unknown."""
    entry = Entry(place, {})
    if not isinstance(place.value, dict):
        findings.wrong(place, "应当是一个对象（花括号）")
        return entry
    for key in place.value.keys() - {one.key for one in fields} - ignored:
        findings.notice(place.child(key), "不认识的字段，没有导入")
    for one in fields:
        _read_field(place.child(one.key), one, entry, findings)
    return entry


def _read_field(place: Place, one: Field, entry: Entry, findings: Findings) -> None:
    if place.value is None:
        if one.default is REQUIRED:
            findings.wrong(place, "缺少这个字段")
            return
        if not isinstance(one.kind, Inner):
            entry.values[one.name] = one.empty
            return
        place = Place(place.document, place.path, {})
    value = read_value(place, one.kind, findings)
    if isinstance(one.kind, Inner) and value is not None:
        entry.values.update(value.values)
    elif value is not None:
        entry.values[one.name] = value


def plain(value: Any) -> Any:
    """Return a value that was read with the entries inside it as mappings of their values."""
    if isinstance(value, Entry):
        return {name: plain(inner) for name, inner in value.values.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def write(values: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Return values as a file says them: the opposite of reading, without what a file may leave out."""
    said: dict[str, Any] = {}
    for one in fields:
        if isinstance(one.kind, Inner):
            inner = write(values, one.kind.fields)
            if inner:
                said[one.key] = inner
        elif one.name in values and (one.default is REQUIRED or values[one.name] != one.empty):
            value = values[one.name]
            nested = isinstance(one.kind, Objects)
            said[one.key] = [write(item, one.kind.fields) for item in value] if nested else value  # type: ignore[attr-defined]
    return said


def text(
    key: str,
    model: type[models.Model],
    attribute: str = "",
    *,
    required: bool = False,
    label: str = "",
    national: str = "",
    codes: Mapping[str, str] | None = None,
) -> Field:
    """Return the field for a text column, as long as the column allows; empty where it may be left out."""
    column = model._meta.get_field(attribute or key)
    assert isinstance(column, models.Field)
    default = REQUIRED if required else ""
    name = label or str(column.verbose_name)
    kind = Text(column.max_length, required)
    return Field(key, kind, attribute, default, name, national, codes=codes or {})


def note(key: str, label: str = "", national: str = "", *, longest: int | None = None) -> Field:
    """Return the field for text that stands only in the guide, and may be left out."""
    return Field(key, Text(longest), default="", label=label, national=national)


def choice(key: str, choices: type[models.Choices], label: str, national: str = "", *, default: Any) -> Field:
    """Return the field for a value of a code list that may be left out."""
    return Field(key, Choice(choices, label), default=default, label=label, national=national)


def yes_no(key: str, default: Any = False, label: str = "", national: str = "") -> Field:
    """Return the field for a yes/no column."""
    return Field(key, YesNo(), default=default, label=label, national=national)


def optional_list(key: str, kind: Kind, attribute: str = "", label: str = "", national: str = "") -> Field:
    """Return the field for a list that may be left out."""
    empty: Callable[[], list[Any]] = list
    return Field(key, kind, attribute, empty, label, national)


def selector() -> Field:
    """Return the field that says in which situations (情形) something applies."""
    empty: Callable[[], dict[str, Any]] = dict
    return Field("when", Selector(), default=empty, label="适用情形")
