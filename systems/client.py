"""Sending one signed message over HTTP, within four seconds in all, to an address that may be sent to."""

import json
import time
from collections.abc import Iterator
from contextlib import closing

import urllib3
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from core import clock
from core.errors import Invalid
from systems import signing
from systems.addresses import require_allowed

CONNECT_SECONDS, WHOLE_SECONDS = 2.0, 4.0
SOFT_SECONDS = 5
"""When a worker process is called away from what WHOLE_SECONDS cannot end: headers that come drop by drop, each drop in
time, or an address with several machines that are tried in turn."""
MOST_ANSWERED = 64 * 1024
TOO_SLOW = f"对方没有在 {WHOLE_SECONDS:.0f} 秒内答完"


class NotDelivered(Exception):
    """The other side has not acknowledged the message; `is_outage` when it does not work at all now."""

    def __init__(self, sentence: str, *, is_outage: bool) -> None:
        super().__init__(sentence)
        self.is_outage = is_outage


def deliver(address: str, *, key_id: str, secret: str, once: str, body: bytes) -> None:
    """Send a signed message and return when it is acknowledged within WHOLE_SECONDS; raise NotDelivered when it is not.

    The acknowledgement is a 2xx answer whose JSON says `{"acknowledged": "<the idempotency key>"}`. Redirects are not
    followed, proxies and passwords of the environment not used.
    """
    try:
        parts = require_allowed(address)
    except Invalid as refusal:
        raise NotDelivered(refusal.message, is_outage=True) from refusal
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = signing.signed_headers(
        secret,
        key_id=key_id,
        seconds=clock.machine_seconds(),
        method="POST",
        target=target,
        once=once,
        body=body,
    )
    headers |= {"Content-Type": "application/json", "Accept": "application/json"}
    status, answer = _post(address, body, headers)
    if not 200 <= status < 300:
        raise NotDelivered(f"对方回答 {status}", is_outage=status >= 500)
    if _acknowledged(answer) != once:
        raise NotDelivered(f"对方回答 {status}，但没有回执", is_outage=False)


def _post(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    deadline = time.monotonic() + WHOLE_SECONDS
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, total=WHOLE_SECONDS)
    with urllib3.PoolManager(
        retries=False, timeout=timeout, ca_certs=settings.SYSTEM_CA_FILE or None
    ) as pool:
        try:
            response = pool.request(
                "POST", address, body=body, headers=headers, redirect=False, preload_content=False
            )
            with closing(response):
                return response.status, b"".join(_pieces(response, deadline))
        except (urllib3.exceptions.HTTPError, OSError, SoftTimeLimitExceeded) as error:
            raise NotDelivered(_in_words(error), is_outage=True) from error


def _in_words(error: Exception) -> str:
    """Say which end of the way to look at: nobody there, nobody who answers in time, or an answer that breaks off."""
    match error:
        case _TooLong():
            return f"对方的回答超过 {MOST_ANSWERED // 1024} KB"
        case urllib3.exceptions.ReadTimeoutError() | TimeoutError() | SoftTimeLimitExceeded():
            return TOO_SLOW
        case urllib3.exceptions.ProtocolError():
            return "连上了对方，但对方中断了连接"
        case urllib3.exceptions.SSLError():
            return "连上了对方，但证书或加密没有通过核对"
    return f"没有连上对方：{type(error).__name__}"


class _TooLong(OSError):
    """The answer is no acknowledgement, whatever else it says."""


def _pieces(response: urllib3.BaseHTTPResponse, deadline: float) -> Iterator[bytes]:
    """Yield what comes as it comes, until it ends, grows too large or takes too long altogether."""
    length = 0
    while piece := response.read1(4096):
        length += len(piece)
        if length > MOST_ANSWERED:
            raise _TooLong
        if time.monotonic() > deadline:
            raise TimeoutError
        yield piece


def _acknowledged(answer: bytes) -> str:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    return str(said.get("acknowledged", "")) if isinstance(said, dict) else ""
