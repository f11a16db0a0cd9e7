"""The environment of a trial: variables that must be set before the settings are read."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from portal import engines
from portal.engines.processes import free_port

FIRST_PORT, PORTS = 8000, 100
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass
class Door:
    """The listening socket of the demo's web server, opened early so that nobody else takes the port."""

    listener: socket.socket
    url: str  # for people
    local_url: str  # for this machine's own questions


door: Door | None = None  # of the demo that this process starts


def directory() -> Path:
    """Return the directory of what the demo's processes write."""
    path = engines.var_directory() / "demo"
    path.mkdir(parents=True, exist_ok=True)
    return path


def log_directory() -> Path:
    """Return the directory of the logs of the demo's processes."""
    path = engines.var_directory() / "log"
    path.mkdir(parents=True, exist_ok=True)
    return path


def prepare_demo(private: engines.Engines, arguments: list[str]) -> None:
    """Open the door of the demo that is about to start, and make this process a trial."""
    global door
    door = open_door(arguments)
    os.environ["DEMO"] = "1"
    os.environ.setdefault("PUBLIC_URL", door.url)
    allowed = [host for host in os.environ.get("SYSTEM_HOSTS", "").split(",") if host]
    os.environ["SYSTEM_HOSTS"] = ",".join([*allowed, f"127.0.0.1:{free_port()}"])  # the simulated department
    set_defaults(private)


def set_defaults(private: engines.Engines) -> None:
    """Make this a trial: no HTTPS in front, the clock may move, addresses are those of the running demo."""
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("PLAIN_HTTP", "1")
    if not private.redis_is_private:
        os.environ.setdefault("REDIS_PREFIX", "portal-demo:")
    if last_address():
        os.environ.setdefault("PUBLIC_URL", last_address())


def last_address() -> str:
    """Return where the demo runs or last ran; empty when it never did."""
    try:
        return (directory() / "address").read_text().strip()
    except FileNotFoundError:
        return ""


def open_door(arguments: list[str]) -> Door:
    """Listen where `--host` and `--port` say, or on the first free port from the one used last time.

    Raises OSError when none can be had.
    """
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int)
    options, _ = parser.parse_known_args(arguments)
    first = options.port or _last_port()
    ports = [first] if options.port else range(first, first + PORTS)
    if options.host not in LOOPBACK:
        os.environ.setdefault("ALLOWED_HOSTS", "*")
    for port in ports:
        with contextlib.suppress(OSError):
            return _door(socket.create_server((options.host, port), backlog=128), options.host, port)
    raise OSError(
        f"Ports {ports[0]} to {ports[-1]} of {options.host} cannot be had; choose with --host and --port."
    )


def _door(listener: socket.socket, host: str, port: int) -> Door:
    everywhere = host == "0.0.0.0"  # noqa: S104 - only when the operator says so
    return Door(
        listener,
        url=f"http://{socket.gethostname() if everywhere else host}:{port}",
        local_url=f"http://{'127.0.0.1' if everywhere else host}:{port}",
    )


def _last_port() -> int:
    port = last_address().rpartition(":")[2]
    return int(port) if port.isdigit() else FIRST_PORT
