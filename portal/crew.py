"""Which worker processes run, on which machines, and what they read: as they say themselves over the broker."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches

from core.queue import broker_errors
from portal.celery import app

ASK_SECONDS = 1.0
KEEP_SECONDS = 5


@dataclass(frozen=True)
class Worker:
    """One `manage.py worker`: how many processes it has, its queues, how long it runs, how many messages it has taken.

    The last two are None of one that told its queues and no more.
    """

    name: str
    machine: str
    processes: int
    queues: frozenset[str]
    seconds: float | None
    taken: int | None


def workers() -> Sequence[Worker]:
    """Return the workers that answer within ASK_SECONDS, by machine and name; none while the broker is away.

    Kept for KEEP_SECONDS in this process.
    """
    near = caches["near"]
    found = near.get("crew")
    if found is None:
        found = _ask()
        near.set("crew", found, KEEP_SECONDS)
    return found


def answering() -> dict[str, list[dict[str, Any]]]:
    """Return the queues that each worker says it reads, by its host name; nothing while the broker is away."""
    for _ in range(2):  # a kept connection that the broker has closed is known to be broken once it is used
        with suppress(*broker_errors()):
            return app.control.inspect(timeout=ASK_SECONDS).active_queues() or {}
    return {}


def _ask() -> list[Worker]:
    queues, known = answering(), {}
    with suppress(*broker_errors()):
        # Those who are named are waited for only until all have answered.
        known = (queues and app.control.inspect(list(queues), timeout=ASK_SECONDS).stats()) or {}
    found = [_worker(name, queues[name], known.get(name, {})) for name in queues]
    return sorted(found, key=lambda each: (each.machine, each.name))


def _worker(hostname: str, queues: Sequence[dict[str, Any]], known: dict[str, Any]) -> Worker:
    name, _, machine = hostname.partition("@")
    return Worker(
        name,
        machine,
        processes=len(known.get("pool", {}).get("processes", ())),
        queues=frozenset(each["name"] for each in queues),
        seconds=known.get("uptime"),
        taken=sum(known["total"].values()) if "total" in known else None,
    )
