"""What the user has told pip about package sources reaches uv."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine_users import PROJECT

PRINT = "import json, uv; print(json.dumps(uv.uv_environment()))"


@pytest.fixture
def pip(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which pip knows nothing but what a test tells it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "SSL_"))}
    (tmp_path / "pip.conf").write_text("")
    return {**kept, "HOME": str(tmp_path), "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}


def uv_environment(environment: dict[str, str]) -> dict[str, str]:
    answer = subprocess.run(
        [sys.executable, "-c", PRINT], env=environment, cwd=PROJECT / "scripts", capture_output=True, text=True, check=True
    )  # fmt: skip
    return json.loads(answer.stdout)


def test_uv_environment_without_settings_names_no_source(pip: dict[str, str]) -> None:
    given = uv_environment({**pip, "PIP_CONFIG_FILE": os.devnull})
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"} & given.keys()


def test_uv_environment_passes_a_mirror_on(pip: dict[str, str]) -> None:
    Path(pip["PIP_CONFIG_FILE"]).write_text(
        "[global]\nindex-url = https://mirror.example/simple\nextra-index-url =\n    https://a.example/\n    https://b.example/\n"
        "trusted-host = a.example\n[install]\nfind-links = /wheels\n"
    )
    given = uv_environment(pip)
    assert given["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert given["UV_INDEX"] == "https://a.example/ https://b.example/"
    assert given["UV_FIND_LINKS"] == "/wheels"
    assert given["UV_INSECURE_HOST"] == "a.example"


def test_uv_environment_lets_a_variable_win_over_a_file(pip: dict[str, str]) -> None:
    Path(pip["PIP_CONFIG_FILE"]).write_text("[global]\nindex-url = https://file.example/simple\n")
    given = uv_environment({**pip, "PIP_INDEX_URL": "https://variable.example/simple"})
    assert given["UV_DEFAULT_INDEX"] == "https://variable.example/simple"


def test_uv_environment_lets_what_the_user_told_uv_win(pip: dict[str, str]) -> None:
    Path(pip["PIP_CONFIG_FILE"]).write_text("[global]\nindex-url = https://file.example/simple\n")
    given = uv_environment({**pip, "UV_DEFAULT_INDEX": "https://uv.example/simple"})
    assert given["UV_DEFAULT_INDEX"] == "https://uv.example/simple"
