"""The figures of the day that the first page shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, Q

from applications.enums import ApplicationStatus
from applications.models import Application, Visit
from core.clock import CHINA, local_date
from matters import selectors
from matters.selectors.themes import ThemeSize

KEEP_SECONDS = 30


@dataclass(frozen=True)
class HallToday:
    """What the hall did on one day: how many applications it accepted and closed, how many without a trip."""

    accepted: int
    closed: int
    closed_without_trip: int

    @property
    def zero_trip_share(self) -> int | None:
        """The share of today's closed applications whose applicants never came, in percent; None without any."""
        return round(self.closed_without_trip / self.closed * 100) if self.closed else None

    @property
    def stats(self) -> list[dict[str, Any]]:
        share = self.zero_trip_share
        return [
            {"label": "今天受理", "value": self.accepted, "unit": "件"},
            {"label": "今天办结", "value": self.closed, "unit": "件"},
            {
                "label": "今天零跑腿",
                "value": "—" if share is None else share,
                "unit": "" if share is None else "%",
                "tone": "success",
            },
        ]


def hall_today(*, now: datetime) -> HallToday:
    """Return the figures of the day on which `now` falls in China; up to half a minute old."""
    return HallToday(**_near(f"hall-today:{local_date(now)}", lambda: _count(now)))


def theme_sizes() -> list[ThemeSize]:
    """Return every theme with the number of its matters; up to half a minute old."""
    return _near("theme-sizes", selectors.theme_sizes)


def life_event_sizes() -> dict[str, int]:
    """Return every life event with the number of its matters; up to half a minute old."""
    return _near("life-event-sizes", selectors.life_event_sizes)


def _near(key: str, ask: Callable[[], Any]) -> Any:
    near = caches["near"]
    found = near.get(key)
    if found is None:
        found = ask()
        near.set(key, found, KEEP_SECONDS)
    return found


def _count(now: datetime) -> dict[str, int]:
    begin = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    today = (begin, begin + timedelta(days=1))
    closed = Q(closed_at__gte=today[0], closed_at__lt=today[1], status=ApplicationStatus.CLOSED)
    accepted = Q(accepted_at__gte=today[0], accepted_at__lt=today[1])
    without_trip = closed & ~Exists(Visit.objects.filter(application=OuterRef("pk")))
    return Application.objects.filter(accepted | closed).aggregate(
        accepted=Count("id", filter=accepted),
        closed=Count("id", filter=closed),
        closed_without_trip=Count("id", filter=without_trip),
    )
