"""The examples in deploy/ keep secrets to themselves and name what is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine_users import PROJECT


def ignored(name: str) -> Iterator[tuple[bool, str]]:
    """Yield what a file says is left out: whether only at the top of the checkout, and the pattern."""
    for line in (PROJECT / name).read_text().splitlines():
        if line and not line.startswith("#"):
            anchored = "/" in line.rstrip("/") if name == ".gitignore" else not line.startswith("**/")
            yield anchored, line.removeprefix("**/").strip("/")


@pytest.mark.parametrize("place", [".git", ".venv", "var", "deploy/environment"])
def test_the_image_holds_no_secret_and_no_state(place):
    assert (True, place) in ignored(".dockerignore")


def test_what_git_does_not_keep_is_not_in_the_image_either():
    assert set(ignored(".gitignore")) <= set(ignored(".dockerignore"))
    assert (True, "deploy/environment") in ignored(".gitignore")
