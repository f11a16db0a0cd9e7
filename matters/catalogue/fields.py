"""Kinds of values a catalogue file may hold, and what is said when one is wrong."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import models

from core.codes import is_credit_code
from matters.catalogue.reader import Place

_CODE = re.compile(r"[-A-Za-z0-9_]+")
_TYPE_NAMES = {bool: "是/否", int: "整数", float: "小数", str: "文字", list: "列表", dict: "对象"}


class Wrong(Exception):
    """A value is not of its kind; the text is a Chinese sentence for whoever wrote the file."""


@dataclass
class Findings:
    """What is wrong with a file (errors), and what is only worth knowing (notices)."""

    errors: list[tuple[int, str]] = field(default_factory=list)
    notices: list[tuple[int, str]] = field(default_factory=list)

    def wrong(self, place: Place, message: str) -> None:
        self.errors.append((place.line, f"第 {place.line} 行 {place.label}：{message}"))

    def notice(self, place: Place, message: str) -> None:
        self.notices.append((place.line, f"第 {place.line} 行 {place.label}：{message}"))


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
class Code:
    """An identifier: letters, digits, hyphen and underscore."""

    max_length: int

    def read(self, place: Place, findings: Findings) -> str:
        text = Text(self.max_length, required=True).read(place, findings)
        if not _CODE.fullmatch(text):
            raise Wrong(f"“{text}”只能由英文字母、数字、短横和下划线组成")
        return text


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
        value = _of_type(place, int if issubclass(self.choices, int) else str)
        if value not in self.choices.values:
            offered = "、".join(f"{code} {label}" for code, label in self.choices.choices)
            raise Wrong(f"“{value}”不是{self.name}，可选：{offered}")
        return value


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
    """A list of objects, each read by the same fields."""

    fields: Sequence["Field"]
    ignored: frozenset[str] = frozenset()

    def read(self, place: Place, findings: Findings) -> list[Entry]:
        _of_type(place, list)
        return [read_entry(item, self.fields, findings, self.ignored) for item in place.items()]


@dataclass(frozen=True)
class Inner:
    """One object whose fields belong to the object around it."""

    fields: Sequence["Field"]

    def read(self, place: Place, findings: Findings) -> Entry:
        return read_entry(place, self.fields, findings)


REQUIRED: Any = object()


@dataclass(frozen=True)
class Field:
    """One field of an object: its name in the file, its kind, and the attribute it becomes."""

    key: str
    kind: Kind
    attribute: str = ""
    default: Any = REQUIRED


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
        elif not isinstance(one.kind, Inner):
            entry.values[one.attribute or one.key] = one.default() if callable(one.default) else one.default
        return
    value = read_value(place, one.kind, findings)
    if isinstance(one.kind, Inner) and value is not None:
        entry.values.update(value.values)
    elif value is not None:
        entry.values[one.attribute or one.key] = value


def text(key: str, model: type[models.Model], attribute: str = "", *, required: bool = False) -> Field:
    """Return the field for a text column, as long as the column allows; empty where it may be left out."""
    column = model._meta.get_field(attribute or key)
    assert isinstance(column, models.Field)
    return Field(key, Text(column.max_length, required), attribute, REQUIRED if required else "")


def yes_no(key: str, default: Any = False) -> Field:
    """Return the field for a yes/no column."""
    return Field(key, YesNo(), default=default)


def optional_list(key: str, kind: Kind, attribute: str = "") -> Field:
    """Return the field for a list that may be left out."""
    empty: Callable[[], list[Any]] = list
    return Field(key, kind, attribute, empty)
