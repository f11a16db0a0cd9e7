"""What a search hands out: an entry as a card shows it, with nothing of the index."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from matters.selectors.questions import Sql, joined, sql


class Hit(NamedTuple):
    """One matter or bundle that was found; `members` are those of a bundle, `level` as `questions.Level` says."""

    kind: str
    code: str
    name: str
    everyday_name: str
    department_name: str
    topic: str
    max_trips: int
    is_instant: bool
    trips_before: int
    promised_value: int
    promised_unit: str
    spared_materials: int
    members: list[str]
    state: str
    state_since: datetime | None
    state_reason: str
    instead: str
    matter_id: int | None
    bundle_id: int | None
    level: int


_FOREIGN = {"department_name": "d.name", "level": "%s"}
_COLUMNS = ", ".join(_FOREIGN.get(name, f"e.{name}") for name in Hit._fields)


def selected(rest: Sql, *, level: str = "1") -> Sql:
    """Return the question for hits: what follows FROM names an entry `e` and its department `d`."""
    return sql(f"SELECT {_COLUMNS.replace('%s', level)} FROM {{}}", rest)  # noqa: S608 - columns of our own


def ask(asked: Iterable[Sql]) -> list[Hit]:
    """Return what these questions find, in one question to the database, one after the other."""
    parts = list(asked)
    numbered = (sql(f"SELECT {nr} AS part, q.* FROM ({{}}) q", one) for nr, one in enumerate(parts))  # noqa: S608
    whole = parts[0] if len(parts) == 1 else joined(" UNION ALL ", (sql("({})", one) for one in numbered))
    with connection.cursor() as cursor:
        cursor.execute(whole.text, whole.values)
        rows = cursor.fetchall()
    if len(parts) == 1:
        return [Hit(*row) for row in rows]
    return [Hit(*row[1:]) for row in sorted(rows, key=lambda row: row[0])]
