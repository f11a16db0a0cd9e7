"""What holds for every template: Django knows no tag and no comment that runs over the end of a line."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
PAIRS = {"{#": "#}", "{%": "%}", "{{": "}}"}


def torn(text: str) -> list[int]:
    """Return the lines on which a tag or comment opens without closing; the page would show it as text."""
    return [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if any(line.count(opening) != line.count(closing) for opening, closing in PAIRS.items())
    ]


def test_torn_finds_a_comment_of_two_lines():
    assert torn("a\n{# a comment\nof two lines #}\n{# whole #}{{ also }}") == [2, 3]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_template_tears_no_tag_apart(path):
    assert torn(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_template_aborts_no_request_under_way(path):
    """An aborted request is logged as an error, and whether the server acted on it is a matter of luck: queue instead."""
    said = re.findall(r'hx-sync="([^"]*)"', path.read_text(encoding="utf-8"))
    assert [each for each in said if ":queue" not in each] == []
