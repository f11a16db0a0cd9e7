"""Finding matters and bundles by the words people use for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.expressions import RawSQL

from matters.enums import SearchKind
from matters.models import Bundle, MatterVersion, SearchEntry
from matters.search import Query
from matters.selectors import questions
from matters.selectors.bundled import bundles
from matters.selectors.hits import Hit, ask, selected
from matters.selectors.published import published_matters
from matters.selectors.questions import EVERYTHING, Level, Narrowing, Sql

PAGE = 24
FEW = 200
_VALUES: dict[str, Callable[[str], Any]] = {"trips": int, "channel": int, "instant": bool}


@dataclass(frozen=True)
class Found:
    """A page of what a query finds, best first; `level` says how loosely it was taken, None where it finds nothing."""

    hits: list[Hit]
    has_more: bool
    level: Level | None


@dataclass(frozen=True)
class Tally:
    """How many matters a query finds, and how many each choice of a facet would leave.

    At most `questions.COUNTED` of them are counted; where that is reached, `is_capped`, and every number is “at least”.
    """

    total: int = 0
    by_facet: dict[str, dict[Any, int]] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than were counted."""
        return self.total >= questions.COUNTED


def find(
    query: str,
    kind: SearchKind = SearchKind.MATTER,
    *,
    narrowing: Narrowing = EVERYTHING,
    begin: int = 0,
    size: int = PAGE,
) -> Found:
    """Return the entries that a query finds from `begin` on, best first, in one question to the database.

    Whole names and codes come first, then names that begin with the words, then words in the name, in everyday names,
    anywhere; equals by use, then by fewest trips. Every word must be found, in any order. Where the words as typed find
    nothing, the words in them are looked for; where those find nothing, names that share most pairs of characters with
    any of them. Without words, all are found.

    `SearchKind.MATTER` is what can be applied for now, and so is everything that counts or lists matters without a
    query: facets, themes, most used. What is suspended or cancelled is found by its name alone, as a kind of its own.
    """
    return _found(ask([_question(query, kind, narrowing, begin, size)]), size)


def suggest(query: str, sizes: Mapping[SearchKind, int]) -> dict[SearchKind, Found]:
    """Return the best few of each kind that a query finds, in one question to the database."""
    hits = ask(_question(query, kind, EVERYTHING, 0, size) for kind, size in sizes.items())
    return {kind: _found([hit for hit in hits if hit.kind == kind], size) for kind, size in sizes.items()}


def beside(halted: Found, matters: Found) -> list[Hit]:
    """Return the halted matters that stand after the matters found: those that were not taken more loosely."""
    loosest = matters.level or Level.ALIKE
    return halted.hits if halted.level and halted.level <= loosest else []


def tally(query: str, level: Level | None, *, narrowing: Narrowing = EVERYTHING) -> Tally:
    """Return how many matters a query finds, and how many each choice of a facet would leave.

    `level` is what `find` said; where a narrowed search found nothing, it is asked for.
    """
    asked = Query(query)
    if level is None and not narrowing.chosen:
        return Tally()
    rows = _rows(questions.counts(asked, level or _level_of(asked), narrowing))
    by_facet: dict[str, dict[Any, int]] = {}
    for facet, value, _, count in rows:
        by_facet.setdefault(facet, {})[_VALUES.get(facet, str)(value)] = count
    total = by_facet.pop("").popitem()[1]
    departments = {value: words for facet, value, words, _ in rows if facet == "department"}
    return Tally(total, by_facet, departments)


def found_matters(query: str) -> QuerySet[SearchEntry]:
    """Return the entries of all matters that a query finds, for narrowing other lists; the best have the least `tier`."""
    asked = Query(query)
    return _all_found(asked, SearchKind.MATTER, _level_of(asked))


def found_halted(query: str) -> QuerySet[SearchEntry]:
    """Return the entries of the halted matters that a query finds and that stand `beside` the matters it finds."""
    asked = Query(query)
    level = _level_of(asked, SearchKind.HALTED)
    if not asked.words or level > _level_of(asked):
        return SearchEntry.objects.none()
    return _all_found(asked, SearchKind.HALTED, level)


def _all_found(query: Query, kind: SearchKind, level: Level) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.filter(kind=kind)
    if not query.words:
        return entries.annotate(tier=Value(0))
    tier, found = questions.found(query, kind, level)
    return entries.annotate(tier=RawSQL(tier.text, tier.values)).filter(  # noqa: S611
        pk__in=RawSQL(found.text, found.values)  # noqa: S611
    )


def search(query: str, *, narrowing: Narrowing = EVERYTHING, limit: int = FEW) -> list[MatterVersion]:
    """Return the published versions that a query finds, best first and `limit` at most."""
    hits = find(query, narrowing=narrowing, size=limit).hits
    versions = {
        one.matter_id: one for one in published_matters().filter(matter__in=[hit.matter_id for hit in hits])
    }
    return [versions[hit.matter_id] for hit in hits if hit.matter_id in versions]


def search_bundles(query: str, *, limit: int = FEW) -> list[Bundle]:
    """Return the bundles in use that a query finds by their own name or a member's, best first and `limit` at most."""
    hits = find(query, SearchKind.BUNDLE, size=limit).hits
    found = {one.pk: one for one in bundles().filter(pk__in=[hit.bundle_id for hit in hits])}
    return [found[hit.bundle_id] for hit in hits if hit.bundle_id in found]


def most_used(limit: int) -> list[Hit]:
    """Return the matters used most; where too few have been used, the ones that promise fewest trips fill the list."""
    return find("", size=limit).hits


def _question(query: str, kind: SearchKind, narrowing: Narrowing, begin: int, size: int) -> Sql:
    hits = questions.hits(Query(query), kind, narrowing, begin=begin, size=size + 1)
    rest = questions.sql(
        "hits JOIN matters_searchentry e ON e.id = hits.id JOIN matters_department d ON d.id = e.department_id "
        "ORDER BY hits.nr"
    )
    return questions.sql("{} {}", hits, selected(rest, level="hits.level"))


def _found(hits: list[Hit], size: int) -> Found:
    return Found(hits[:size], len(hits) > size, Level(hits[0].level) if hits else None)


def _level_of(query: Query, kind: SearchKind = SearchKind.MATTER) -> Level:
    if not query.words:
        return Level.TYPED
    return Level(_rows(questions.level_of(query, kind))[0][0])


def _rows(asked: Sql) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.values)
        return cursor.fetchall()
