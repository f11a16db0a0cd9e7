"""Between what people write in a cell and what the catalogue says: both ways, for each kind of value."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from matters import enums
from matters.catalogue.fields import Field, Kind, Many, Selector
from matters.catalogue.kinds import Choice, Code, CreditCode, Day, Reference, Text, Whole, YesNo

Names = Mapping[str, Mapping[str, str]]  # section → name → code

SHORT = 100  # the items of a list whose texts are no longer stand in a row; longer ones on lines of their own
_SEPARATORS = re.compile(r"[\^、,，;；|\n\t]+")
_LINES = re.compile(r"[\^\n]+")
_YES = frozenset(
    [
        "是",
        "√",
        "✓",
        "✔",
        "☑",
        "有",
        "对",
        "真",
        "1",
        "y",
        "yes",
        "true",
        "t",
        "需要",
        "需",
        "支持",
        "允许",
        "可",
    ]
)
_NO = frozenset(
    [
        "否",
        "×",
        "✗",
        "✘",
        "x",
        "无",
        "没有",
        "错",
        "假",
        "0",
        "n",
        "no",
        "false",
        "f",
        "不需要",
        "不需",
        "不支持",
        "不允许",
        "不可",
        "不",
        "☐",
    ]
)
_NOTHING = frozenset(["/", "-", "—", "——", "--", "无", "n/a", "na", "none", "null"])
_UNITS = {
    "工作日": "workday",
    "个工作日": "workday",
    "工作天": "workday",
    "天": "day",
    "自然日": "day",
    "个自然日": "day",
    "日历日": "day",
    "小时": "hour",
    "个小时": "hour",
    "分钟": "minute",
    "月": "month",
    "个月": "month",
    "年": "year",
    "当场": "instant",
    "即办": "instant",
    "即时": "instant",
}
_AT_ONCE = frozenset(
    ["即办", "即时", "即时办结", "当场", "当场办结", "当场办理", "立即", "立即办结", "马上办", "即来即办"]
)
_AMOUNT = re.compile(r"(?:约|不超过)?\s*(\d{1,5})\s*(\D*)")
_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DIGITS = {said: number for number, said in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119, as workbooks count days
_SERIAL_BEGINS = date(1899, 12, 30)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_HIDDEN_MARKS = str.maketrans("", "", "\ufeff\u200b")


def text_of(raw: Any) -> str:
    """Return what a cell shows, as text: whole numbers without a point, dates as 2026-09-14."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.strftime("%Y-%m-%d %H:%M")
    if isinstance(raw, str):
        said = raw.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").translate(_HIDDEN_MARKS)
        return unescaped(said).strip()
    return str(raw)


def escaped(said: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe before = + - @ and tabulators."""
    bare = said.lstrip("'")
    return f"'{said}" if bare.startswith(_DANGEROUS) else said


def unescaped(said: str) -> str:
    """Return text without the apostrophe that `escaped` has put before it."""
    return said[1:] if said.startswith("'") and said.lstrip("'").startswith(_DANGEROUS) else said


def is_blank(raw: Any) -> bool:
    """Return whether a cell says nothing."""
    return raw is None or (isinstance(raw, str) and not text_of(raw))


def read_cell(kind: Kind, raw: Any, names: Names) -> Any:
    """Return a cell's value as JSON would say it; None where it says nothing.

    What cannot be understood is returned as the text it is, for the kind itself to refuse with its own words.
    """
    said = text_of(raw)
    if not said:
        return None
    return _reader_of(type(kind))(kind, said, names)


def from_national(raw: Any, codes: Mapping[str, str]) -> Any:
    """Return what stands here for the national code in a cell; any other cell as it is."""
    return codes.get(_narrow(text_of(raw)), raw) if codes else raw


def amount_and_unit(raw: Any) -> tuple[int, str] | None:
    """Return number and unit of a time limit written in one cell (“20个工作日”, “即办”), if it is one."""
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text_of(raw)))
    if said in _AT_ONCE:
        return 0, enums.LimitUnit.INSTANT.value
    match = _AMOUNT.fullmatch(said)
    unit = _UNITS.get(match.group(2).removesuffix("内")) if match else None
    return (int(match.group(1)), unit) if match and unit else None


def write_cell(kind: Kind, value: Any) -> str | int:
    """Return a value as it stands in a cell: code lists by label, lists in a row or on lines; reading gives it back."""
    if isinstance(kind, YesNo):
        return "是" if value else "否"
    if isinstance(kind, Whole):
        return value
    if isinstance(kind, Choice):
        return str(kind.choices(value).label)
    if isinstance(kind, Many):
        return _write_list(kind, value)
    if isinstance(kind, Selector):
        return "；".join(f"{question}={'、'.join(answers)}" for question, answers in value.items())
    return str(value)


def how_to_fill(kind: Kind) -> str:
    """Return how a cell of this kind is filled in, in a sentence for whoever fills it in."""
    if isinstance(kind, YesNo):
        return "填“是”或“否”"
    if isinstance(kind, Whole):
        return f"填 {kind.least} 到 {kind.most} 的整数"
    if isinstance(kind, Choice):
        return f"填名称或代码：{_offered(kind)}"
    if isinstance(kind, Day):
        return "填日期，如 2026-09-14"
    if isinstance(kind, Reference):
        return f"填{_SECTIONS[kind.to]}的代码或名称"
    if isinstance(kind, Selector):
        return "填“问题键=答案键”，如 kind=new、renew；都适用的不填"
    if isinstance(kind, Many):
        apart = "每行一条" if _is_long(kind) else "可填多个，用顿号或 ^ 隔开"
        return f"{how_to_fill(kind.item)}；{apart}"
    if isinstance(kind, Code):
        return f"填英文字母、数字、短横和下划线，最多 {kind.max_length} 个"
    if isinstance(kind, CreditCode):
        return "填18位统一社会信用代码"
    if isinstance(kind, Text):
        return f"填文字，最多 {kind.max_length} 个字" if kind.max_length else "填文字"
    return "填 http:// 或 https:// 开头的网址"


def how_to_fill_column(one: Field) -> str:
    """Return how the cells of a field's column are filled in, with the national codes it takes."""
    codes = "、".join(f"{code}（{write_cell(one.kind, value)}）" for code, value in one.codes.items())
    return f"{how_to_fill(one.kind)}{f'；国家代码也可：{codes}' if codes else ''}"


_SECTIONS = {"departments": "部门", "matters": "事项", "main_items": "大项", "service_points": "网点"}


def _offered(kind: Choice) -> str:
    return "、".join(
        str(label) if str(code) == str(label) else f"{label}（{code}）"
        for code, label in kind.choices.choices
    )


def _narrow(said: str) -> str:
    """Full-width digits, letters and marks as ordinary ones, without blanks: for what is not prose."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))


def _read_yes_no(kind: Kind, said: str, names: Names) -> Any:
    word = _narrow(said).casefold()
    if word in _YES:
        return True
    return False if word in _NO else said


def _read_whole(kind: Kind, said: str, names: Names) -> Any:
    word = _narrow(said)
    if word.casefold() in _NOTHING:
        return None
    if word in _DIGITS:
        return _DIGITS[word]
    match = re.fullmatch(r"(-?\d{1,9})(?:\.0+)?(?:次|份|个|人|级|MiB|MB)?", word)
    return int(match.group(1)) if match else said


def _read_choice(kind: Kind, said: str, names: Names) -> Any:
    assert isinstance(kind, Choice)
    word = _narrow(said)
    for value, label in kind.choices.choices:
        if word.casefold() in (str(value).casefold(), _narrow(str(label)).casefold()):
            return value
    if kind.choices is enums.LimitUnit and word in _UNITS:
        return _UNITS[word]
    coded = re.match(r"([A-Za-z0-9_]+)(?:[-.、:(]|(?=[^\x00-\x7f]))", word)  # “01 行政许可”, “1-即办件”
    codes = [coded.group(1), word] if coded else [word]
    for code in codes:
        for value in kind.choices.values:
            if str(value) == code or (code.isdecimal() and str(value) == code.zfill(len(str(value)))):
                return value
    return None if word.casefold() in _NOTHING else said


def _read_day(kind: Kind, said: str, names: Names) -> Any:
    word = _narrow(said)
    if word.casefold() in _NOTHING:
        return None
    match = _DATE.match(word) or _COMPACT_DATE.fullmatch(word)
    try:
        if match:
            return date(*map(int, match.groups())).isoformat()
        if word.isdecimal() and _FIRST_SERIAL <= int(word) <= _LAST_SERIAL:
            return (_SERIAL_BEGINS + timedelta(days=int(word))).isoformat()
    except ValueError:
        pass
    return said


def _read_reference(kind: Kind, said: str, names: Names) -> Any:
    assert isinstance(kind, Reference)
    word = _narrow(said)
    if word.casefold() in _NOTHING:
        return None
    return names.get(kind.to, {}).get(word, word)


def _read_code(kind: Kind, said: str, names: Names) -> Any:
    return _narrow(said)


def _read_many(kind: Kind, said: str, names: Names) -> Any:
    assert isinstance(kind, Many)
    if said.startswith("["):
        try:
            return json.loads(said)
        except ValueError:
            pass
    if _narrow(said).casefold() in _NOTHING:
        return None
    parts = (_LINES if _is_long(kind) else _SEPARATORS).split(said)
    values = [read_cell(kind.item, part, names) for part in parts if part.strip()]
    return [one for one in values if one is not None]


def _read_selector(kind: Kind, said: str, names: Names) -> Any:
    if said.startswith("{"):
        try:
            return json.loads(said)
        except ValueError:
            return said
    if _narrow(said) in ("全部", "全部情形", "所有情形", "都适用", *_NOTHING):
        return None
    chosen: dict[str, list[str]] = {}
    for part in re.split(r"[;；\n]+", said):
        question, mark, answers = unicodedata.normalize("NFKC", part).partition("=")
        if not mark:
            return said
        chosen[question.strip()] = [one.strip() for one in _SEPARATORS.split(answers) if one.strip()]
    return chosen


def _is_long(kind: Many) -> bool:
    item = kind.item
    return isinstance(item, Text) and (item.max_length is None or item.max_length > SHORT)


def _write_list(kind: Many, values: list[Any]) -> str:
    written = [str(write_cell(kind.item, one)) for one in values]
    apart = _LINES if _is_long(kind) else _SEPARATORS
    if any(apart.search(one) or one.startswith("[") for one in written):
        return json.dumps(values, ensure_ascii=False)
    return ("\n" if _is_long(kind) else "、").join(written)


def _read_text(kind: Kind, said: str, names: Names) -> Any:
    return said


@cache
def _reader_of(of_kind: type) -> Callable[[Any, str, Names], Any]:
    return next((reader for kind, reader in _READERS.items() if issubclass(of_kind, kind)), _read_text)


# Narrower kinds stand before wider ones.
_READERS: dict[type, Callable[[Any, str, Names], Any]] = {
    YesNo: _read_yes_no,
    Whole: _read_whole,
    Choice: _read_choice,
    Day: _read_day,
    Reference: _read_reference,
    Code: _read_code,
    CreditCode: _read_code,
    Many: _read_many,
    Selector: _read_selector,
}
