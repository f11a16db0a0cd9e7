"""The catalogue by theme (主题), for persons and for companies."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from matters.enums import SearchKind, ServiceObject
from matters.models import SearchEntry
from matters.selectors.hits import Hit, ask, selected
from matters.selectors.questions import COMPANIES, COMPANY, PERSON, Narrowing, Sql, sql


@dataclass(frozen=True)
class ThemeSize:
    """How many matters a theme holds for whom; `without_trip` for anybody."""

    topic: str
    for_persons: int
    for_companies: int
    without_trip: int

    def size(self, who: str) -> int:
        """Return how many matters it holds for persons, or for companies."""
        return {PERSON: self.for_persons, COMPANY: self.for_companies}[who]


def theme_sizes() -> list[ThemeSize]:
    """Return every theme with the number of its matters, by name."""
    # Counted by a column that the index holds and that is never empty.
    sizes = (
        SearchEntry.objects.filter(kind=SearchKind.MATTER)
        .values("topic")
        .annotate(
            for_persons=Count("place", filter=Q(service_objects__contains=[ServiceObject.NATURAL])),
            for_companies=Count("place", filter=Q(service_objects__overlap=COMPANIES)),
            without_trip=Count("place", filter=Q(max_trips=0)),
        )
        .order_by("topic")
    )
    return [ThemeSize(**size) for size in sizes]


def life_event_sizes() -> dict[str, int]:
    """Return every life event (人生事件) with the number of its matters, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event, count(*) FROM matters_searchentry e, unnest(e.life_events) AS event "
            "WHERE e.kind = 'matter' GROUP BY event ORDER BY count(*) DESC, event"
        )
        return dict(cursor.fetchall())


def matters_of_themes(topics: Sequence[str], *, who: str, each: int) -> list[Hit]:
    """Return the most used matters of each theme for persons or companies, `each` at most, in the order of the themes."""
    rest = sql(
        "unnest({}::text[]) WITH ORDINALITY AS t(topic, nr) CROSS JOIN LATERAL (SELECT * FROM matters_searchentry e "
        "WHERE e.kind = 'matter' AND e.topic = t.topic AND {} ORDER BY e.place, e.code LIMIT {}) e "
        "JOIN matters_department d ON d.id = e.department_id ORDER BY t.nr, e.place, e.code",
        list(topics),
        Narrowing(who=who).condition,
        each,
    )
    return ask([selected(rest)])


def bundles_for(who: str) -> list[Hit]:
    """Return the bundles in use all of whose matters serve persons, or companies, the most used first."""
    return _bundles(Narrowing(who=who).condition, "e.place, e.code")


def bundles_by_trips_spared() -> list[Hit]:
    """Return the bundles in use, the one that spares most trips first."""
    return _bundles(Sql("TRUE"), "e.max_trips - e.trips_before, e.place, e.code")


def _bundles(condition: Sql, order: str) -> list[Hit]:
    rest = sql(
        "matters_searchentry e JOIN matters_department d ON d.id = e.department_id "
        f"WHERE e.kind = 'bundle' AND {{}} ORDER BY {order}",
        condition,
    )
    return ask([selected(rest)])
