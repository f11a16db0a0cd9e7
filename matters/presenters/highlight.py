"""Marking in a text what was searched for."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from matters.search import words_of


def highlighted(text: str, query: str) -> SafeString:
    """Return a text as HTML, the words of the query in it marked; the text itself is escaped."""
    words = sorted({form for word in words_of(query) for form in word if form}, key=len, reverse=True)
    if not words:
        return escape(text)
    pattern = re.compile("(" + "|".join(map(re.escape, words)) + ")", re.IGNORECASE)
    parts = pattern.split(text)
    marked = (f"<mark>{escape(part)}</mark>" if at % 2 else escape(part) for at, part in enumerate(parts))
    return mark_safe("".join(marked))  # noqa: S308 - every part is escaped
