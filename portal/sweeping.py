"""The one sweep over all rooms, on the `clock` queue."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from applications import sweeps as applications
from applications.selectors import bundle_last_filed, bundle_usage, usage
from core import queue
from core import sweeps as core
from core.models import User
from core.services import calendar, dispatch
from delivery import sweeps as delivery
from matters import sweeps as matters
from matters.enums import Role
from matters.models import StaffPost
from matters.services import bundles, search_index
from systems import sweeps as systems

ROOMS = (core, matters, applications, delivery, systems)
SWEEPS = tuple(sweep for room in ROOMS for sweep in room.SWEEPS)


def sweep(*, now: datetime) -> dict[str, int]:
    """Send again what has no receipt, then do what the clock brings about; return what was done."""
    return queue.run_sweeps(SWEEPS, now=now) | run_clocks(now=now)


def count_uses() -> int:
    """Have the catalogue know how often each matter and bundle was applied for, and each bundle when last.

    Returns how many entries of the search changed.
    """
    bundles.note_filings(bundle_last_filed())
    return search_index.count_uses(matters=usage(), bundles=bundle_usage())


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Do what time alone brings about, in every room; return what was done."""
    done: dict[str, int] = {}
    for room in (matters, applications, delivery, systems):
        done |= room.run_clocks(now=now)
    readers = _administrators()
    return done | {
        "warned_of_calendar": calendar.warn_of_end(readers=readers, now=now, link=reverse("calendar")),
        "warned_of_stuck": dispatch.warn_of_stuck(
            sweeps=SWEEPS, readers=readers, now=now, link=reverse("operations")
        ),
    }


def _administrators() -> QuerySet[User]:
    posts = StaffPost.objects.current().filter(role=Role.ADMINISTRATOR)
    return User.objects.filter(pk__in=posts.values("user"))
