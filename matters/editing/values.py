"""How a value stands in a control, and what is kept of what somebody types there; nothing typed is ever refused."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from matters.catalogue.fields import Field, Many, Objects, Selector
from matters.catalogue.kinds import Choice, Code, Text, Whole, YesNo
from matters.catalogue.words import in_words
from matters.editing.places import MISSING

YES, NO = "yes", "no"
TITLES = ("name", "text", "question", "law", "label", "reason", "way", "need")  # what calls a row by its name
_WHOLE = re.compile(r"-?[0-9]{1,9}")


def is_ticked(one: Field) -> bool:
    """Return whether a field is answered by any number of check boxes."""
    kind = one.kind
    return isinstance(kind, Selector) or (isinstance(kind, Many) and isinstance(kind.item, Choice | Code))


def is_one_box(one: Field, value: Any) -> bool:
    """Return whether a field is one check box: yes or no, with no third answer."""
    plain = value is MISSING or value is None or isinstance(value, bool)
    return isinstance(one.kind, YesNo) and isinstance(one.empty, bool) and plain


def as_text(value: Any) -> str:
    """Return a value as text, also one that is not of its kind."""
    if value is MISSING or value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def text_of(one: Field, value: Any) -> str:
    """Return what the control of a field says for a value."""
    if isinstance(one.kind, YesNo):
        if is_one_box(one, value):
            value = one.empty if value is MISSING or value is None else value
        return (
            {True: YES, False: NO}.get(value, as_text(value)) if isinstance(value, bool) else as_text(value)
        )
    if isinstance(one.kind, Many) and isinstance(value, list):
        return "\n".join(as_text(item) for item in value)
    return as_text(value)


def ticks_of(one: Field, value: Any) -> list[str]:
    """Return which boxes are ticked for a value; an answer of a question is `question:answer`."""
    if isinstance(one.kind, Selector):
        pairs = value.items() if isinstance(value, dict) else ()
        return [
            f"{question}:{as_text(answer)}"
            for question, answers in pairs
            for answer in (answers if isinstance(answers, list) else [answers])
        ]
    return [as_text(item) for item in value] if isinstance(value, list) else []


def from_text(one: Field, before: Any, typed: str) -> Any:
    """Return what to keep of a text typed over a value: the value where it says the same, MISSING where it is empty.

    What cannot be of the field's kind stays the text it is, and is named as a fault where the content is read.
    """
    typed = as_text(typed).replace("\0", "")
    if typed.strip() == text_of(one, before).strip():
        return before
    if isinstance(one.kind, Many):
        lines = [line.strip() for line in typed.split("\n") if line.strip()]
        return [_plain(one.kind.item, line) for line in lines] or MISSING
    if not typed.strip():
        return MISSING
    return _plain(one.kind, typed)


def from_box(one: Field, before: Any, *, ticked: bool) -> Any:
    """Return what to keep of one check box."""
    return before if (text_of(one, before) == YES) == ticked else ticked


def from_ticks(one: Field, before: Any, ticked: Sequence[str]) -> Any:
    """Return what to keep of ticked boxes, those that were there before first and in their order."""
    known = ticks_of(one, before)
    if set(known) == set(ticked):
        return before
    inorder = [tick for tick in known if tick in ticked] + [tick for tick in ticked if tick not in known]
    if isinstance(one.kind, Selector):
        return _by_question(inorder) or MISSING
    assert isinstance(one.kind, Many)
    return [_plain(one.kind.item, tick) for tick in dict.fromkeys(inorder)] or MISSING


def _by_question(ticks: Iterable[str]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for tick in ticks:
        question, _, answer = tick.partition(":")
        if answer:
            said.setdefault(question, []).append(answer)
    return said


def _plain(kind: Any, typed: str) -> Any:
    if isinstance(kind, Text):
        return typed.strip()
    plain = unicodedata.normalize("NFKC", typed).strip()
    if isinstance(kind, YesNo):
        return {YES: True, NO: False}.get(plain, plain)
    if isinstance(kind, Choice):
        return next(
            (value for value in kind.choices.values if value is not None and str(value) == plain), plain
        )
    if isinstance(kind, Whole) and _WHOLE.fullmatch(plain):
        return int(plain)
    return plain


def words(one: Field, value: Any) -> str:
    """Return a value as people read it, also one that is not of its kind."""
    if value is MISSING:
        return ""
    if isinstance(one.kind, Objects) and isinstance(value, list):
        return "\n".join(f"{at}. {title(one, row)}" for at, row in enumerate(value, start=1))
    try:
        return in_words(one.kind, value)
    except (ValueError, TypeError, AttributeError):
        return as_text(value)


def title(one: Field, row: Any) -> str:
    """Return what a row of a list is called in the editor; empty where it has no name yet."""
    if not isinstance(row, dict):
        return as_text(row)
    assert isinstance(one.kind, Objects)
    kinds = {each.key: each for each in one.kind.fields}
    for key in TITLES:
        if key in kinds and row.get(key):
            return words(kinds[key], row[key])
    return ""
