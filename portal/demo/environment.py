"""The environment of a trial: variables that must be set before the settings are read."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from portal import engines

FIRST_PORT, PORTS = 8000, 100
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass
class Door:
    """The listening socket of the demo's web server, opened early so that nobody else takes the port."""

    listener: socket.socket
    url: str


def directory() -> Path:
    """Return the directory of what the demo's processes write."""
    path = engines.var_directory() / "demo"
    path.mkdir(parents=True, exist_ok=True)
    return path


def set_defaults(private: engines.Engines) -> None:
    """Make this a trial: no HTTPS in front, the demo clock may move, addresses are those of the running demo."""
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
    """Listen where `--host` and `--port` say, or on the first free port from the one used last time."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int)
    options, _ = parser.parse_known_args(arguments)
    first = options.port or _last_port()
    ports = [first] if options.port else range(first, first + PORTS)
    for port in ports:
        with contextlib.suppress(OSError):
            listener = socket.create_server((options.host, port), backlog=128)
            name = "127.0.0.1" if options.host in LOOPBACK else socket.gethostname()
            if options.host not in LOOPBACK:
                os.environ.setdefault("ALLOWED_HOSTS", "*")
            return Door(listener, f"http://{name}:{port}")
    raise OSError(f"Ports {ports[0]} to {ports[-1]} are taken; choose one with --port.")


def _last_port() -> int:
    port = last_address().rpartition(":")[2]
    return int(port) if port.isdigit() else FIRST_PORT
