"""A department's own software for tests: a real HTTP server on this machine that answers as it is told."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.http import HttpResponse
from django.test import Client

from core import clock
from core.models import User
from matters.models import Department
from systems import signing
from systems.models import DepartmentSystem
from systems.services import keeping

Answer = tuple[int, dict[str, str], bytes | Iterator[bytes]]
Behaviour = Callable[["Received"], Answer]


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers[signing.ONCE.lower()]

    @property
    def said(self) -> dict:
        return json.loads(self.body)


def acknowledge(received: Received) -> Answer:
    return 200, {}, json.dumps({"acknowledged": received.key}).encode()


def status(code: int, **headers: str) -> Behaviour:
    return lambda received: (code, headers, acknowledge(received)[2])


@dataclass
class Office:
    """The machine of a department: what it received, and what it answers, in turn; the last answer stays."""

    behaviours: list[Behaviour] = field(default_factory=lambda: [acknowledge])
    received: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/inbox?from=portal"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def keys(self) -> list[str]:
        return [each.key for each in self.received]

    def answer(self, received: Received) -> Answer:
        self.received.append(received)
        behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        return behaviour(received)


@contextmanager
def running(office: Office) -> Iterator[Office]:
    """Have the office answer on a free port inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            code, extra, answer = office.answer(Received(self.path, headers, body))
            try:
                self.send_response(code)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.end_headers()  # HTTP/1.0: the answer ends when the connection is closed
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    self.wfile.write(piece)
            except OSError:
                return  # who asked has gone

        def log_message(self, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Connected:
    """A department's system in use, with the secrets of both sides."""

    system: DepartmentSystem
    outgoing: keeping.NewKey
    incoming: keeping.NewKey


def connect(department: Department, address: str, *, by: User | None = None) -> Connected:
    """Write down a department's system with a key for each direction, and take it into use."""
    now = clock.now()
    system = keeping.keep(department=department, address=address, is_active=False, by=by, now=now)
    keys = [
        keeping.make_key(system=system, direction=direction, by=by, now=now)
        for direction in ("outgoing", "incoming")
    ]
    system = keeping.keep(department=department, address=address, is_active=True, by=by, now=now)
    return Connected(system, *keys)


class Desk:
    """The department's side of the API: what it asks is signed with its incoming key."""

    def __init__(self, key: keeping.NewKey) -> None:
        self.key = key
        self.client = Client(raise_request_exception=False)

    def send(self, body: Any, *, once: str = "", **change: str) -> HttpResponse:
        """Send a result; `change` replaces headers after they were made."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        target = "/api/v1/system-results/"
        headers = self.headers("POST", target, raw, once or uuid.uuid4().hex)
        return self.client.post(target, raw, content_type="application/json", headers={**headers, **change})

    def reconcile(self, day: str) -> HttpResponse:
        target = f"/api/v1/system-reconciliation/?day={day}"
        return self.client.get(target, headers=self.headers("GET", target, b"", ""))

    def headers(self, method: str, target: str, body: bytes, once: str, *, age: int = 0) -> dict[str, str]:
        return signing.signed_headers(
            self.key.secret,
            key_id=self.key.key.key_id,
            seconds=clock.machine_seconds() - age,
            method=method,
            target=target,
            once=once,
            body=body,
        )
