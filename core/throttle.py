"""Slowing down whoever guesses: so many tries in so many seconds, counted in the cache."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from core.errors import Refusal


class TooOften(Refusal):
    """Tried more often than a person would; `seconds` says how long to wait."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__("too_often", f"操作太频繁了，请 {seconds} 秒以后再试。")
        self.seconds = seconds


def spend(*, what: str, who: str, times: int, seconds: int) -> None:
    """Count one try of somebody and raise TooOften once there were more than `times` in `seconds`."""
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    key = f"throttle:{what}:{digest}"
    cache.add(key, 0, timeout=seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, timeout=seconds)
        return
    if tries > times:
        raise TooOften(seconds)


def address_of(request: HttpRequest) -> str:
    """Return the address a request comes from; behind our own proxy, the one that the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
