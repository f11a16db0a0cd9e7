"""Marking in a text what was searched for."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from matters.search import Query, pairs, segments


def highlighted(text: str, query: str) -> SafeString:
    """Return a text as HTML, the words of the query in it marked; the text itself is escaped.

    Where a word does not stand in the text, the words in it that do are marked, or else its pairs of characters, as the
    search finds them.
    """
    spans = [span for word in Query(query).words for span in _found(text, word)]
    marked = _covered(len(text), spans)
    parts, begin = [], 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marked[at] != marked[begin]:
            part = escape(text[begin:at])
            parts.append(f"<mark>{part}</mark>" if marked[begin] else part)
            begin = at
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


def _found(text: str, forms: tuple[str, str]) -> list[tuple[int, int]]:
    """Return where the word stands, else the word without its surroundings, else the words or pairs in it."""
    bare = forms[1]
    for parts in ([forms[0]], [bare], segments(bare), pairs(bare)):
        if spans := [span for part in parts for span in _spans(text, part)]:
            return spans
    return []


def _spans(text: str, wanted: str) -> list[tuple[int, int]]:
    if not any(character.isalnum() for character in wanted):
        return []  # a mark on punctuation says nothing
    return [match.span() for match in re.finditer(re.escape(wanted), text, re.IGNORECASE)]


def _covered(length: int, spans: list[tuple[int, int]]) -> list[bool]:
    covered = [False] * length
    for begin, end in spans:
        covered[begin:end] = [True] * (end - begin)
    return covered
