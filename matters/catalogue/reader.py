"""JSON that remembers on which line each value stands, so that an error can say where to look."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

MAX_DEPTH = 30
MAX_DIGITS = 30
_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CONTAINERS = (dict, list)
_WORDS = {"true": True, "false": False, "null": None}
_STRING_FAULTS = {
    "Unterminated": "字符串缺少结束的双引号",
    "Invalid control": "字符串里有换行或制表符，请写成 \\n 或 \\t",
    "Invalid \\": "反斜杠后面的字符不能这样写，单个反斜杠请写成 \\\\",
}


class Malformed(Exception):
    """The text is not JSON; line and column count from one."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"第 {line} 行第 {column} 列：{message}")
        self.line, self.column, self.message = line, column, message


@dataclass
class Document:
    """What a JSON text says, the line of every value, and the keys that an object carries twice.

    A document of another kind (a workbook) says in its own words where a value stands.
    """

    value: Any
    lines: dict[Path, int]
    repeated: list[Path]
    faults: list[tuple[Path, str]] = field(default_factory=list)  # what the reader itself has to say
    hints: list[tuple[Path, str]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of a value; of something missing, where what should hold it begins."""
        return next(
            self.lines[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self.lines
        )

    def order(self, path: Path) -> tuple[int, ...]:
        """Return what sorts values as they stand in the document."""
        return (self.line(path),)

    def where(self, path: Path) -> str:
        """Return where a value stands, in the words of whoever wrote the document."""
        return f"第 {self.line(path)} 行 {label(path)}"


def label(path: Path) -> str:
    """Return how JSON names a value: `materials[2].name`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".")


class Place(NamedTuple):
    """One value of a document, and how to name it to a person."""

    document: Document
    path: Path
    value: Any

    @property
    def line(self) -> int:
        """The line on which the value begins; of something missing, where what should hold it begins."""
        return self.document.line(self.path)

    @property
    def label(self) -> str:
        return label(self.path)

    @property
    def where(self) -> str:
        return self.document.where(self.path)

    def child(self, key: str) -> "Place":
        """Return the place of an object's member; its value is None where there is none."""
        return self.part(key, self.value.get(key) if isinstance(self.value, dict) else None)

    def part(self, key: str | int, value: Any) -> "Place":
        """Return the place of a member or item of which the value is at hand."""
        return Place(self.document, (*self.path, key), value)

    def items(self) -> Iterator["Place"]:
        """Return the places of a list's items in order."""
        for index, item in enumerate(self.value):
            yield self.part(index, item)


def read(text: str) -> Document:
    """Return the document a JSON text says, or raise Malformed with line and column of the first fault.

    A text without fault is read by the standard library, thirty times as fast; its lines are counted only when
    something is to be said of one.
    """
    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_int=_whole, parse_constant=_no_number)
        if not _is_deeper(value, MAX_DEPTH):
            return _Faultless(value, text)
    except (ValueError, RecursionError):
        pass
    return _Reader(text).document()


class _Faultless(Document):
    """A document whose lines are counted when they are first asked for."""

    def __init__(self, value: Any, text: str) -> None:
        self.value, self.repeated, self.faults, self.hints = value, [], [], []
        self.text = text

    @cached_property
    def lines(self) -> dict[Path, int]:  # type: ignore[override]
        return _Reader(self.text).document().lines


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _whole(said: str) -> int:
    if len(said) > MAX_DIGITS:
        raise ValueError("too many digits")
    return int(said)


def _no_number(said: str) -> float:
    raise ValueError(said)


def _is_deeper(value: Any, levels: int) -> bool:
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(levels):
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) in _CONTAINERS
        ]
    return bool(level)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.repeated: list[Path] = []

    def document(self) -> Document:
        value, at = self.element(0, ())
        if at != len(self.text):
            raise self.fault(at, "内容结束后还有多余的字符")
        return Document(value, self.lines, self.repeated)

    def element(self, at: int, path: Path) -> tuple[Any, int]:
        at = self.skip(at)
        self.lines[path] = bisect_left(self.newlines, at) + 1
        value, at = self.bare(at, path)
        return value, self.skip(at)

    def bare(self, at: int, path: Path) -> tuple[Any, int]:
        char = self.text[at : at + 1]
        if char in ("{", "[") and len(path) >= MAX_DEPTH:
            raise self.fault(at, f"嵌套超过 {MAX_DEPTH} 层")
        if char == "{":
            return self.members(at, path)
        if char == "[":
            return self.entries(at, path)
        if char == '"':
            return self.string(at)
        if number := _NUMBER.match(self.text, at):
            return self.number(number), number.end()
        for word, value in _WORDS.items():
            if self.text.startswith(word, at):
                return value, at + len(word)
        raise self.fault(at, "这里应当是一个值（文字须加英文双引号）" if char else "内容没有写完")

    def members(self, at: int, path: Path) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "}" or found:
            start = self.expect('"', at, "这里应当是加英文双引号的字段名（最后一个字段后面不加逗号）") - 1
            key, at = self.string(at)
            at = self.expect(":", self.skip(at), "字段名后面应当是英文冒号")
            if key in found:
                self.repeated.append((*path, key))
            found[key], at = self.element(at, (*path, key))
            self.lines[(*path, key)] = bisect_left(self.newlines, start) + 1
            if self.text[at : at + 1] == "}":
                break
            at = self.skip(self.expect(",", at, "这里应当是英文逗号或右花括号"))
        return found, at + 1

    def entries(self, at: int, path: Path) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.skip(at + 1)
        while self.text[at : at + 1] != "]" or found:
            item, at = self.element(at, (*path, len(found)))
            found.append(item)
            if self.text[at : at + 1] == "]":
                break
            at = self.expect(",", at, "这里应当是英文逗号或右方括号")
        return found, at + 1

    def number(self, match: re.Match[str]) -> int | float:
        if len(match.group()) > MAX_DIGITS:
            raise self.fault(match.start(), f"数字超过 {MAX_DIGITS} 位")
        whole = match.group(2) is None and match.group(3) is None
        return int(match.group()) if whole else float(match.group())

    def string(self, at: int) -> tuple[str, int]:
        try:
            return scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            fault = next(
                (said for start, said in _STRING_FAULTS.items() if error.msg.startswith(start)),
                "字符串写法有误",
            )
            raise self.fault(error.pos, fault) from None

    def skip(self, at: int) -> int:
        return _BLANK.match(self.text, at).end()  # type: ignore[union-attr]

    def expect(self, char: str, at: int, message: str) -> int:
        if self.text[at : at + 1] != char:
            raise self.fault(at, message if at < len(self.text) else "内容没有写完")
        return at + 1

    def fault(self, at: int, message: str) -> Malformed:
        index = bisect_left(self.newlines, at)
        start = self.newlines[index - 1] + 1 if index else 0
        return Malformed(index + 1, at - start + 1, message)
