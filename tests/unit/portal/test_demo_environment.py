"""The variables and the door of a trial."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.demo import environment
from portal.engines import Engines

PRIVATE = Engines(database_is_private=True, redis_is_private=True)
THEIRS = Engines(database_is_private=False, redis_is_private=False)


@pytest.fixture(autouse=True)
def own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    for name in ("DEMO", "PLAIN_HTTP", "PUBLIC_URL", "REDIS_PREFIX", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "")  # so that monkeypatch restores what the code sets
        monkeypatch.delenv(name)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_set_defaults_keeps_what_the_operator_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "0")
    environment.set_defaults(PRIVATE)
    assert os.environ["DEMO"] == "0"
    assert os.environ["PLAIN_HTTP"] == "1"


def test_set_defaults_on_their_redis_uses_a_prefix_of_its_own() -> None:
    environment.set_defaults(PRIVATE)
    assert "REDIS_PREFIX" not in os.environ
    environment.set_defaults(THEIRS)
    assert os.environ["REDIS_PREFIX"] == "portal-demo:"


def test_set_defaults_knows_where_the_demo_runs() -> None:
    (environment.directory() / "address").write_text("http://127.0.0.1:8123\n")
    environment.set_defaults(PRIVATE)
    assert os.environ["PUBLIC_URL"] == "http://127.0.0.1:8123"


def test_open_door_takes_the_next_port_when_one_is_taken(taken: int) -> None:
    (environment.directory() / "address").write_text(f"http://127.0.0.1:{taken}\n")
    door = environment.open_door([])
    with door.listener:
        port = door.listener.getsockname()[1]
        assert taken < port < taken + environment.PORTS
        assert door.url == door.local_url == f"http://127.0.0.1:{port}"


def test_open_door_with_a_taken_port_asked_for_refuses(taken: int) -> None:
    with pytest.raises(OSError, match=f"Ports {taken} to {taken} of 127.0.0.1 cannot be had"):
        environment.open_door(["--port", str(taken)])


def test_open_door_on_every_address_accepts_every_name() -> None:
    with environment.open_door(["--host", "0.0.0.0"]).listener:
        assert os.environ["ALLOWED_HOSTS"] == "*"


def test_prepare_demo_publishes_the_address_it_listens_on() -> None:
    environment.prepare_demo(PRIVATE, [])
    assert environment.door is not None
    with environment.door.listener:
        assert os.environ["PUBLIC_URL"] == environment.door.url
        assert os.environ["DEMO"] == "1"
    environment.door = None
