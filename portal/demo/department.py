"""The software of one department, played for the demo: it takes what is pushed, acknowledges it, and sends results back.

It knows the portal only by HTTP and the keys it was given, as a real one would.
"""

from __future__ import annotations

import hmac
import json
import logging
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3

from systems import signing

log = logging.getLogger(__name__)

RESULTS = "/api/v1/system-results/"
TRIES = 8


@dataclass(frozen=True)
class Setup:
    """What a department's people were told when their system was connected."""

    department: str
    port: int
    portal: str
    outgoing: dict[str, str]  # key id → secret of what the portal sends
    incoming: tuple[str, str]  # key id and secret of what is sent back
    seconds_at_work: float = 4.0

    @classmethod
    def read(cls, path: Path) -> Setup:
        """Return what stands in a file."""
        said = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**said, "incoming": tuple(said["incoming"])})


@dataclass
class Simulator:
    """A department that passes and grants whatever comes, a few seconds later; inspections are left to people."""

    setup: Setup
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, target: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Return the status and the answer to a message; the same key twice is acknowledged and done once."""
        if not self._is_signed(target, headers, body):
            return 401, {"error": "signature"}
        once, said = headers[signing.ONCE.lower()], json.loads(body)
        with self._lock:
            is_new = once not in self.seen
            self.seen[once] = said
        if is_new and said["kind"] == "task":
            threading.Timer(self.setup.seconds_at_work, self._finish, (once, said)).start()
        return 200, {"acknowledged": once}

    def _is_signed(self, target: str, headers: dict[str, str], body: bytes) -> bool:
        key_id, moment, signature, once = (
            headers.get(name.lower(), "")
            for name in (signing.KEY, signing.MOMENT, signing.SIGNATURE, signing.ONCE)
        )
        secret = self.setup.outgoing.get(key_id)
        if secret is None or not signing.is_fresh(moment, seconds=int(time.time())):
            return False
        wanted = signing.signature(secret, moment=moment, method="POST", target=target, once=once, body=body)
        return hmac.compare_digest(wanted.encode(), signature.encode())

    def _finish(self, once: str, said: dict[str, Any]) -> None:
        """Send the result of a task, with the same key until the portal has answered."""
        result = self.result_of(said)
        if result is None:
            return
        body = json.dumps(result).encode()
        for attempt in range(TRIES):
            status = self._post(body, f"result-{once}")
            if 0 < status < 500:
                log.info("result of task %s: %s", said["task"], status)
                return
            time.sleep(min(2**attempt, 30))

    def result_of(self, said: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the department has to say of a task; None where its people do it on the page."""
        people = f"{self.setup.department.lower()}."
        if said["people_needed"] > 1:
            return None
        if said["step"]["kind"] == "decide":
            return {"task": said["task"], "by": f"{people}decide", "outcome": "granted"}
        if said["step"]["kind"] not in ("review", "consult"):
            return None
        opinion = "已在本部门系统核验，同意。"
        return {"task": said["task"], "by": f"{people}review1", "outcome": "pass", "opinion": opinion}

    def _post(self, body: bytes, once: str) -> int:
        """Return the status of the portal's answer; 0 where nobody answered."""
        key_id, secret = self.setup.incoming
        headers = signing.signed_headers(
            secret,
            key_id=key_id,
            seconds=int(time.time()),
            method="POST",
            target=RESULTS,
            once=once,
            body=body,
        )
        headers["Content-Type"] = "application/json"
        with urllib3.PoolManager(retries=False, timeout=10.0) as pool:
            try:
                answer = pool.request("POST", self.setup.portal + RESULTS, body=body, headers=headers)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                log.warning("the portal does not answer: %s", error)
                return 0
            return int(answer.status)


def server(simulator: Simulator) -> ThreadingHTTPServer:
    """Return the HTTP server of a simulated department, listening on this machine alone."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            status, answer = simulator.take(self.path, headers, body)
            said = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            log.info(format, *args)

    found = ThreadingHTTPServer(("127.0.0.1", simulator.setup.port), Handler)
    found.daemon_threads = True
    return found
