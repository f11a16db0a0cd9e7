"""What all processes of the portal count together, for the metrics: a hash in Redis, which may be lost and never stops work."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

import redis
from django.conf import settings

SWEEP_ENDED = "sweep|ended_at"
_KEY = settings.REDIS_PREFIX + "metrics"


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def add(counts: Iterable[tuple[str, float]]) -> None:
    """Add to counters, all in one message; without Redis nothing is counted."""
    with suppress(redis.RedisError), _redis().pipeline(transaction=False) as pipe:
        for name, amount in counts:
            pipe.hincrbyfloat(_KEY, name, amount)
        pipe.execute()


def note(values: dict[str, float]) -> None:
    """Set gauges that the last writer knows best."""
    with suppress(redis.RedisError):
        _redis().hset(_KEY, mapping=values)


def counted() -> dict[str, float]:
    """Return every counter and gauge by its name; nothing while Redis is away."""
    with suppress(redis.RedisError):
        return {name.decode(): float(value) for name, value in _redis().hgetall(_KEY).items()}
    return {}


def last_sweep() -> datetime | None:
    """Return when a sweep last ended; None when nobody knows, because there was none yet or Redis is away or was emptied."""
    with suppress(redis.RedisError):
        ended = _redis().hget(_KEY, SWEEP_ENDED)
        return datetime.fromtimestamp(float(ended), UTC) if ended else None
    return None
