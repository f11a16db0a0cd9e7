"""The examples in deploy/ keep secrets to themselves and name what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import environ
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


def units() -> dict[str, str]:
    """What each example of a systemd unit says, by its name."""
    return {each.name: each.read_text() for each in (PROJECT / "deploy" / "systemd").iterdir()}


@pytest.fixture
def example(monkeypatch) -> dict[str, str]:
    """The example of an environment."""
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    environ.Env.read_env(PROJECT / "deploy" / "environment.example")
    return environ.Env.ENVIRON


def test_what_the_portal_writes_lies_where_the_units_let_it(example):
    let = [
        re.findall(r"^ReadWritePaths=(.+)$", text, re.M) for text in units().values() if "manage.py" in text
    ]
    assert let
    for paths in let:
        for name in ("VAR_DIR", "MEDIA_ROOT"):
            assert Path(paths[0]) in [Path(example[name]), *Path(example[name]).parents]


def test_the_image_writes_where_its_volume_lies(example):
    image = (PROJECT / "deploy" / "Dockerfile").read_text()
    assert f"VAR_DIR={example['VAR_DIR']} MEDIA_ROOT={example['MEDIA_ROOT']}" in image
    assert f"files:{example['VAR_DIR']}" in (PROJECT / "deploy" / "compose.yaml").read_text()


def test_every_unit_is_enabled_by_the_words_of_the_manual():
    manual = (PROJECT / "docs" / "how-to" / "operate.md").read_text()
    named = {
        name for line in re.findall(r"`systemctl enable --now ([^`]+)`", manual) for name in line.split()
    }
    enabled = {name.removesuffix(".service") for name, text in units().items() if "[Install]" in text}
    assert {re.sub("@.*", "@", name) for name in named} == enabled


def test_every_script_that_is_named_is_there_and_can_be_run():
    told = [*units().values(), (PROJECT / "docs" / "how-to" / "operate.md").read_text()]
    scripts = {name for text in told for name in re.findall(r"deploy/backup/[a-z-]+", text)}
    assert len(scripts) == 4
    for script in scripts:
        assert (PROJECT / script).stat().st_mode & 0o111


def test_no_example_has_one_worker_read_what_another_is_for():
    for text in [*units().values(), (PROJECT / "deploy" / "compose.yaml").read_text()]:
        assert "--all" not in text
