"""Kinds of plain values a catalogue file may hold, and what is said when one is wrong."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models

from core.codes import is_credit_code

_CODE = re.compile(r"[-A-Za-z0-9_]+")
_INVISIBLE = re.compile(r"[\0-\x08\x0b-\x1f\ud800-\udfff]")
_TYPE_NAMES = {bool: "是/否", int: "整数", float: "小数", str: "文字", list: "列表", dict: "对象"}


class Wrong(Exception):
    """A value is not of its kind; the text is a Chinese sentence for whoever wrote the file."""


class Plain(ABC):
    """A kind of value that has no parts."""

    @abstractmethod
    def take(self, value: Any) -> Any:
        """Return the normalised value, or raise Wrong."""


def of_type(value: Any, wanted: type) -> Any:
    """Return the value where it is of this type, or raise Wrong."""
    if type(value) is not wanted:
        shown = "" if isinstance(value, dict | list) else f" {value!r}"
        raise Wrong(f"应当是{_TYPE_NAMES[wanted]}，实际是{_TYPE_NAMES[type(value)]}{shown}")
    return value


@dataclass(frozen=True)
class Text(Plain):
    max_length: int | None = None
    required: bool = False

    def take(self, value: Any) -> str:
        text = of_type(value, str).strip()
        if _INVISIBLE.search(text):
            raise Wrong("含有不可见的控制字符，请删去")
        if self.required and not text:
            raise Wrong("不能为空")
        if self.max_length and len(text) > self.max_length:
            raise Wrong(f"有 {len(text)} 个字，最多 {self.max_length} 个字")
        return text


@dataclass(frozen=True)
class Element(Text):
    """The name of an element, as `differences` give it: `materials(ID).originals`."""


_SAID, _LINE = Text(required=True), Text(500)


@dataclass(frozen=True)
class Code(Plain):
    """An identifier: letters, digits, hyphen and underscore."""

    max_length: int

    @cached_property
    def _text(self) -> Text:
        return Text(self.max_length, required=True)

    def take(self, value: Any) -> str:
        text = self._text.take(value)
        if not _CODE.fullmatch(text):
            raise Wrong(f"“{text}”只能由英文字母、数字、短横和下划线组成")
        return text


@dataclass(frozen=True)
class Sibling(Code):
    """The key of another row of the same list."""


@dataclass(frozen=True)
class Reference(Code):
    """The code of something else in the catalogue: `to` is its section. Tables may give its name instead."""

    to: str

    def take(self, value: Any) -> str:
        text = _SAID.take(value)
        if not _CODE.fullmatch(text):
            raise Wrong(f"目录里没有“{text}”，请填代码，或目录中已有的名称")
        return super().take(value)


@dataclass(frozen=True)
class CreditCode(Plain):
    """A unified social credit code (GB 32100-2015) with its check character; may be empty."""

    def take(self, value: Any) -> str:
        text = of_type(value, str).strip()
        if text and not is_credit_code(text):
            raise Wrong(f"统一社会信用代码“{text}”不正确：应为18位，且最后一位校验码须相符")
        return text


@dataclass(frozen=True)
class Whole(Plain):
    most: int = 32767
    least: int = 0

    def take(self, value: Any) -> int:
        number = of_type(value, int)
        if not self.least <= number <= self.most:
            raise Wrong(f"{number} 不在 {self.least} 到 {self.most} 之间")
        return number


@dataclass(frozen=True)
class YesNo(Plain):
    def take(self, value: Any) -> bool:
        return of_type(value, bool)


@dataclass(frozen=True)
class Choice(Plain):
    """A value of a code list."""

    choices: type[models.Choices]
    name: str

    @cached_property
    def _values(self) -> frozenset[Any]:
        return frozenset(self.choices.values)

    def take(self, value: Any) -> Any:
        if not isinstance(value, str) or value.isdecimal():
            value = of_type(value, int if issubclass(self.choices, int) else str)
        if value not in self._values:
            offered = "、".join(f"{code} {label}" for code, label in self.choices.choices)
            raise Wrong(f"“{value}”不是{self.name}，可选：{offered}")
        return value


@dataclass(frozen=True)
class Day(Plain):
    """A date as 2026-09-14; it stays text, as files and JSON have it."""

    def take(self, value: Any) -> str:
        said = of_type(value, str).strip()
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            raise Wrong(f"“{said}”不是日期，请写成 2026-09-14 这样") from None


@dataclass(frozen=True)
class Address(Plain):
    """A web address; nothing but http and https, so that a guide never carries a script."""

    def take(self, value: Any) -> str:
        said = _LINE.take(value)
        if said and not said.startswith(("https://", "http://")):
            raise Wrong(f"“{said}”不是网址，应以 https:// 或 http:// 开头")
        return said
