"""The questions of the search, as SQL: which entries a query finds, in which order, and how many by facet.

The order is by tiers (`Query.tiers`), in each by use. To keep a word that half the catalogue holds as quick as a rare
one, every tier looks among the most used entries first, then among those ever used, then among the rest; a later
tier is not begun when the ones before have filled it (PostgreSQL runs the parts of a UNION ALL one after another, and
one that reads a WITH in no other process). Nothing is lost by it: the most used come first in any case.
"""

# ruff: noqa: S608 - every value stands behind a placeholder; what is put in as text are names of our own
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

from matters.enums import SearchKind, ServiceObject
from matters.search import Query

POPULAR = 1000  # entries that are looked through before the index is asked
COUNTED = 3_000  # found matters at most over which facets are counted
PERSON, COMPANY = "person", "company"
_WHOLE_NAMES = 2  # the first tiers, of whole names: so few that the index answers at once
_MOST_TRIPS_OFFERED = 1
COMPANIES = [kind.value for kind in ServiceObject if kind != ServiceObject.NATURAL]


class Level(IntEnum):
    """How loosely a query had to be taken to find anything: as typed, by the words in it, by likeness."""

    TYPED = 1
    SEGMENTED = 2
    ALIKE = 3


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with the values of its placeholders."""

    text: str
    values: tuple[Any, ...] = ()


def sql(text: str, *parts: Any) -> Sql:
    """Return a piece of SQL: each `{}` in the text is a piece, or a value that stands behind a placeholder."""
    pieces = [part if isinstance(part, Sql) else Sql("%s", (part,)) for part in parts]
    values = tuple(value for piece in pieces for value in piece.values)
    return Sql(text.format(*(piece.text for piece in pieces)), values)


def joined(separator: str, parts: Iterable[Sql]) -> Sql:
    """Return pieces of SQL with a separator between them."""
    pieces = list(parts)
    return Sql(
        separator.join(piece.text for piece in pieces),
        tuple(value for piece in pieces for value in piece.values),
    )


@dataclass(frozen=True)
class Narrowing:
    """What was chosen of each facet; `department` is a code, `trips` the most of them, `channel` one of HandlingForm."""

    who: str | None = None
    trips: int | None = None
    instant: bool | None = None
    channel: int | None = None
    life_event: str | None = None
    topic: str | None = None
    department: str | None = None
    service_object: int | None = None

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, by facet."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {facet: value for facet, value in values.items() if value is not None}

    def but(self, facet: str) -> "Narrowing":
        """Return the same without what was chosen of one facet."""
        return Narrowing(**{**self.chosen, facet: None})

    @property
    def condition(self) -> Sql:
        """The condition on an entry `e`."""
        chosen = [sql(_CONDITIONS[facet], _asked(facet, value)) for facet, value in self.chosen.items()]
        return joined(" AND ", chosen) if chosen else Sql("TRUE")


_CONDITIONS = {
    "who": "e.service_objects && {}::smallint[]",
    "trips": "e.max_trips <= {}",
    "instant": "e.is_instant = {}",
    "channel": "{} = ANY (e.channels)",
    "life_event": "{} = ANY (e.life_events)",
    "topic": "e.topic = {}",
    "department": "e.department_id = (SELECT id FROM matters_department WHERE code = {})",
    "service_object": "{} = ANY (e.service_objects)",
}
EVERYTHING = Narrowing()


# What was ever used stands before what never was (`SearchEntry.place`), and has an index of its own.
_USED, _UNUSED, _EVERY = Sql("e.uses > 0"), Sql("e.uses = 0"), (Sql("TRUE"),)


def _asked(facet: str, value: Any) -> Any:
    if facet == "who":
        return [ServiceObject.NATURAL.value] if value == PERSON else COMPANIES
    return value


# --- which, and in which order ------------------------------------------------------------------------------------


def hits(query: Query, kind: SearchKind, narrowing: Narrowing, *, begin: int, size: int) -> Sql:
    """Return the question for `id`, `level` and `nr` of the entries found, from `begin` on, as WITH … `hits`."""
    page = sql("LIMIT {} OFFSET {}", size, begin)
    if not query.words:
        found = sql(
            "SELECT e.id, 1 FROM matters_searchentry e WHERE e.kind = {} AND {} ORDER BY e.place, e.code",
            _literal(kind),
            narrowing.condition,
        )
        return sql("WITH {}", _numbered(found, page))
    tiers = joined(" UNION ALL ", (sql("({})", one) for one in _tiers(query, kind, narrowing, begin + size)))
    return sql(
        "{}, level AS MATERIALIZED ({}), {}", *_looking(query, kind, narrowing), _numbered(tiers, page)
    )


def _numbered(found: Sql, page: Sql) -> Sql:
    return sql(
        "hits AS (SELECT id, level, row_number() OVER () AS nr FROM ({} {}) found(id, level))", found, page
    )


def level_of(query: Query, kind: SearchKind) -> Sql:
    """Return the question for how loosely a query must be taken, whatever narrows it."""
    return sql("{} {}", *_looking(query, kind, EVERYTHING))


def found(query: Query, kind: SearchKind, level: Level) -> tuple[Sql, Sql]:
    """Return the tier of an entry of `matters_searchentry`, and the question for the ids of all of a kind found."""
    if level == Level.ALIKE:
        return Sql("0"), sql("(SELECT e.id FROM ({}) e)", _alike(query, kind))
    question = query.segmented if level == Level.SEGMENTED else query.anywhere
    whens = (
        sql("WHEN matters_searchentry.grams @@ {}::tsquery THEN {}", one, tier)
        for tier, one in enumerate(query.tiers)
    )
    tier = sql("(CASE {} ELSE {} END)", joined(" ", whens), len(query.tiers))
    return tier, sql("(SELECT e.id FROM matters_searchentry e WHERE {})", _of(kind, question or ""))


def _literal(kind: SearchKind) -> Sql:
    # In the text and not as a value, so that the partial indexes of each kind are seen to fit.
    return Sql(f"'{SearchKind(kind).value}'")


def _matching(question: str) -> Sql:
    return sql("e.grams @@ {}::tsquery", question)


def _of(kind: SearchKind, question: str) -> Sql:
    """The condition on an entry `e` that it is of this kind and answers a question."""
    return sql("e.kind = {} AND {}", _literal(kind), _matching(question))


def _popular(query: Query, kind: SearchKind, narrowing: Narrowing) -> Sql:
    """The most used entries, each with its tier and whether it is in the narrowed part."""
    whens = (sql("WHEN {} THEN {}", _matching(one), tier) for tier, one in enumerate(query.tiers))
    return sql(
        "SELECT e.id, e.place, e.code, {} AS fits, CASE WHEN NOT {} THEN NULL {} END AS tier "
        "FROM matters_searchentry e WHERE e.kind = {} ORDER BY e.place, e.code LIMIT {}",
        narrowing.condition,
        _matching(query.anywhere),
        joined(" ", whens),
        _literal(kind),
        POPULAR,
    )


def _looking(query: Query, kind: SearchKind, narrowing: Narrowing) -> tuple[Sql, Sql]:
    """What is looked at more than once, as WITH …, and the question for the level; each is read only when asked for."""
    # bool_or reads all that is found and not the first of it, for which the planner would rather read the whole table.
    typed = sql(
        "WHEN EXISTS (SELECT FROM popular WHERE tier IS NOT NULL) "
        "OR (SELECT bool_or(TRUE) FROM matters_searchentry e WHERE {}) THEN 1",
        _of(kind, query.anywhere),
    )
    looking = sql("WITH popular AS MATERIALIZED ({})", _popular(query, kind, narrowing))
    if not query.segmented:
        return looking, sql("SELECT CASE {} ELSE 3 END AS level", typed)
    segmented = sql(
        "SELECT e.id, e.place, e.code, {} AS fits FROM matters_searchentry e WHERE {}",
        narrowing.condition,
        _of(kind, query.segmented),
    )
    return (
        sql("{}, segmented AS MATERIALIZED ({})", looking, segmented),
        sql("SELECT CASE {} WHEN EXISTS (SELECT FROM segmented) THEN 2 ELSE 3 END AS level", typed),
    )


def _tiers(query: Query, kind: SearchKind, narrowing: Narrowing, limit: int) -> Iterable[Sql]:
    tiers = query.tiers
    for tier, question in enumerate(tiers):
        if tier >= _WHOLE_NAMES:
            yield sql(
                "SELECT id, 1 AS level FROM popular WHERE tier = {} AND fits ORDER BY place, code LIMIT {}",
                tier,
                limit,
            )
        for which in _EVERY if tier < _WHOLE_NAMES else (_USED, _UNUSED):
            yield _among_all(kind, question, tiers[:tier], narrowing, which, limit)
    if query.segmented:
        yield sql(
            "SELECT id, 2 FROM segmented WHERE (SELECT level FROM level) = 2 AND fits ORDER BY place, code LIMIT {}",
            limit,
        )
    if query.alike:
        yield sql(
            "SELECT e.id, 3 FROM ({}) e WHERE (SELECT level FROM level) = 3 AND {} "
            "ORDER BY e.shared DESC, e.place, e.code LIMIT {}",
            _alike(query, kind),
            narrowing.condition,
            limit,
        )


def _among_all(
    kind: SearchKind, question: str, before: Sequence[str], narrowing: Narrowing, which: Sql, limit: int
) -> Sql:
    """One tier among all entries. `place + 0` keeps the planner from reading all by place and testing each."""
    conditions = [_of(kind, question), which, narrowing.condition]
    if before:
        conditions.append(sql("NOT {}", _matching(" | ".join(before))))
    if len(before) >= _WHOLE_NAMES:
        conditions.append(Sql("e.id NOT IN (SELECT id FROM popular)"))
    return sql(
        "SELECT e.id, 1 FROM matters_searchentry e WHERE {} ORDER BY e.place + 0, e.code LIMIT {}",
        joined(" AND ", conditions),
        limit,
    )


def _alike(query: Query, kind: SearchKind) -> Sql:
    """The entries whose names share pairs with the query, at least half as many as the one that shares most."""
    shared = "(SELECT count(*) FROM unnest({}::tsquery[]) AS pair WHERE e.grams @@ pair)"
    return sql(
        "SELECT * FROM (SELECT c.*, max(c.shared) OVER () AS most FROM "
        f"(SELECT e.*, {shared} AS shared FROM matters_searchentry e WHERE {{}}) c) m WHERE m.shared * 2 >= m.most",
        query.likeness,
        _of(kind, query.alike or ""),
    )


# --- how many by facet --------------------------------------------------------------------------------------------

_COUNTS = {
    "who": f"SELECT '{PERSON}', NULL, count(*) FILTER (WHERE 1 = ANY (service_objects)) FROM {{0}} "
    f"UNION ALL SELECT '{COMPANY}', NULL, "
    f"count(*) FILTER (WHERE service_objects && '{{{{{','.join(map(str, COMPANIES))}}}}}') FROM {{0}}",
    "trips": " UNION ALL ".join(
        f"SELECT '{trips}', NULL, count(*) FILTER (WHERE max_trips <= {trips}) FROM {{0}}"
        for trips in range(_MOST_TRIPS_OFFERED + 1)
    ),
    "instant": "SELECT '1', NULL, count(*) FILTER (WHERE is_instant) FROM {0}",
    "channel": "SELECT one::text, NULL, count(*) FROM {0}, unnest(channels) AS one GROUP BY one",
    "life_event": "SELECT one, NULL, count(*) FROM {0}, unnest(life_events) AS one GROUP BY one",
    "topic": "SELECT topic, NULL, count(*) FROM {0} GROUP BY topic",
    "department": "SELECT d.code, d.name, g.count FROM (SELECT department_id, count(*) FROM {0} GROUP BY 1) g "
    "JOIN matters_department d ON d.id = g.department_id",
}
FACETS = tuple(_COUNTS)


def counts(query: Query, level: Level, narrowing: Narrowing) -> Sql:
    """Return the question for (facet, value, words, count) of the matters found, and ('', '', None, total).

    A facet of which something was chosen is counted as if it had not been. At most COUNTED of what is found is counted.
    """
    sets = {"found": narrowing} | {
        f"but_{facet}": narrowing.but(facet) for facet in narrowing.chosen if facet in FACETS
    }
    found = (sql(f"{name} AS MATERIALIZED ({{}})", _found(query, level, one)) for name, one in sets.items())
    parts = ["SELECT '' AS facet, '' AS value, NULL AS words, count(*) FROM found"]
    for facet, counting in _COUNTS.items():
        name = f"but_{facet}" if f"but_{facet}" in sets else "found"
        parts.append(f"SELECT '{facet}', one.* FROM ({counting.format(name)}) AS one(value, words, count) ")
    return sql("WITH {} {}", joined(", ", found), Sql(" UNION ALL ".join(parts)))


def _found(query: Query, level: Level, narrowing: Narrowing) -> Sql:
    columns = (
        "e.department_id, e.topic, e.service_objects, e.channels, e.max_trips, e.is_instant, e.life_events"
    )
    if query.words and level == Level.ALIKE:
        rows = sql("({}) e WHERE {}", _alike(query, SearchKind.MATTER), narrowing.condition)
    else:
        question = query.segmented if level == Level.SEGMENTED else query.anywhere
        asked = _of(SearchKind.MATTER, question or "") if query.words else Sql("e.kind = 'matter'")
        rows = sql("matters_searchentry e WHERE {} AND {}", asked, narrowing.condition)
    return sql(f"SELECT {columns} FROM {{}} LIMIT {{}}", rows, COUNTED)
