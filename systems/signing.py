"""How both sides sign what they send each other: HMAC-SHA256 over moment, method, address, key and body.

The clock is the machine's (`core.clock.machine_seconds`): what two machines agree on must not move with a demo's time.
"""

import hashlib
import hmac

KEY, MOMENT, SIGNATURE, ONCE = "System-Key", "System-Timestamp", "System-Signature", "Idempotency-Key"
WINDOW_SECONDS = 300


def signature(secret: str, *, moment: str, method: str, target: str, once: str, body: bytes) -> str:
    """Return the signature in hexadecimal digits.

    `moment` is in whole seconds since 1970, `target` the path with its query, `once` the idempotency key, empty
    where there is none. Each stands on a line of its own before the body.
    """
    head = "\n".join((moment, method.upper(), target, once, ""))
    return hmac.new(secret.encode(), head.encode() + body, hashlib.sha256).hexdigest()


def signed_headers(
    secret: str, *, key_id: str, seconds: int, method: str, target: str, once: str, body: bytes
) -> dict[str, str]:
    """Return the headers that a signed request carries."""
    moment = str(seconds)
    signed = signature(secret, moment=moment, method=method, target=target, once=once, body=body)
    headers = {KEY: key_id, MOMENT: moment, SIGNATURE: signed}
    return {**headers, ONCE: once} if once else headers


def is_fresh(moment: str, *, seconds: int) -> bool:
    """Return whether the moment of a request lies within WINDOW_SECONDS of now, before or after."""
    known = moment.isascii() and moment.isdigit() and len(moment) <= 12
    return known and abs(seconds - int(moment)) <= WINDOW_SECONDS
