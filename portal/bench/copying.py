"""Copies of whole applications inside the database: every row that belongs to one, its references and texts made the copy's own.

A copy's rows are numbered from its own thousand: row 7 of copy 1234 is 1234007. What is copied stands in the schema
`bench`, each table with ids and references counted within the application; what each copy is, in `bench.plan`.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import DateField, DateTimeField, Field, ForeignKey, JSONField, Model

from applications.models import Application
from core.models import Applicant, AuditEntry, Message, OfficialDocument, Sms, User

ROOMS = ("applications", "delivery", "systems", "supervision")
ROWS = 1000
"""How many rows of one table an application may have."""
PLAN = {
    "copy": "bigint PRIMARY KEY",
    "application": "bigint",
    "applicant_id": "bigint",
    "user_id": "bigint",
    "shift": "interval",
    "number": "text",
    "name": "text",
    "year": "text",
}
_PAPER = "〔\\d{4}〕第(\\d+)号"
_OWN_PAPER = "'〔' || p.year || '〕第' || p.copy || '\\1号'"
_IN_WORDS = {
    OfficialDocument: "t.reference = a.number",
    Message: "t.reference = a.number",
    Sms: "position(a.number in t.text) > 0",
}
"""Rows `t` that name their application `a` in words only."""
_OWN = {
    (Application, "number"): "p.number",
    (OfficialDocument, "verify_token"): "left(md5(p.copy || '.' || b.id), 24)",
    (AuditEntry, "record_id"): f"(p.copy * {ROWS} + b.record_place)::text",
}
_OWN_NAMED = {
    "identifier": "bench.identifier(b.identifier, p.year || p.copy)",
    "waybill": f"CASE b.waybill WHEN '' THEN '' ELSE bench.checked('SIM' || p.copy * {ROWS} + b.id) END",
}
# ISO 7064 MOD 37,36, as `core.codes.with_hybrid_check` and `certificate_identifier` have it.
_FUNCTIONS = """
CREATE FUNCTION bench.checked(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    letters constant text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    product int := 36;
BEGIN
    FOR at IN 1 .. length(said) LOOP
        product := coalesce(nullif((product + strpos(letters, substr(said, at, 1)) - 1) % 36, 0), 36) * 2 % 37;
    END LOOP;
    RETURN said || substr(letters, (37 - product) % 36 + 1, 1);
END $$;
CREATE FUNCTION bench.identifier(was text, serial text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    parts text[] := regexp_match(was, '^(.*)\\.([^.]+)\\.([^.]+)\\.([^.]+)\\.([^.]+)\\.([^.]+)$');
    own text;
BEGIN
    IF was = '' THEN RETURN ''; END IF;
    own := serial || right(parts[4], 6);
    RETURN concat_ws('.', parts[1], parts[2], parts[3], own, parts[5],
        right(bench.checked(parts[2] || parts[3] || own || parts[5]), 1));
END $$;
"""


class Prototypes:
    """The applications to copy, taken apart by table."""

    def __init__(self) -> None:
        """Lay every row of every application that there is into the schema `bench`, and an empty plan beside them."""
        with connection.cursor() as cursor:
            self._begin(cursor)
            self.models = [model for model in _taken(cursor) if _has_rows(cursor, model)]
            for model in self.models:
                for field in self._inner_references(model):
                    cursor.execute(
                        f"UPDATE bench.{model._meta.db_table} t SET {field.column} = r.id "  # noqa: S608
                        f"FROM bench.{field.related_model._meta.db_table} r WHERE r.was = t.{field.column}"
                    )
            self._columns = {
                model: {
                    field.column: self._value(cursor, model, field)
                    for field in model._meta.concrete_fields
                    if not field.generated
                }
                for model in self.models
            }

    def copy(self, cursor: Any, model: type[Model], first: int, last: int) -> None:
        """Write the rows of one table for the copies from `first` to `last`."""
        table, columns = model._meta.db_table, self._columns[model]
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())} "  # noqa: S608
            f"FROM bench.plan p JOIN bench.{table} b USING (application) JOIN bench.was w USING (application) "
            "WHERE p.copy BETWEEN %s AND %s",
            [first, last],
        )

    def _begin(self, cursor: Any) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in PLAN.items())
        cursor.execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")
        cursor.execute(_FUNCTIONS)
        cursor.execute(f"CREATE TABLE bench.plan ({columns})")
        cursor.execute("CREATE TABLE bench.record (type text, was text, application bigint, place bigint)")
        cursor.execute(
            "CREATE TABLE bench.was AS SELECT a.id AS application, coalesce(a.number, '?') AS number, p.name, p.user_id "
            "FROM applications_application a JOIN core_applicant p ON p.id = a.applicant_id"
        )

    def _inner_references(self, model: type[Model]) -> list[Field]:
        return [field for field in model._meta.concrete_fields if field.related_model in self.models]

    def _value(self, cursor: Any, model: type[Model], field: Field) -> str:
        """Return as SQL what stands in a column of a copy."""
        column = f'b."{field.column}"'
        own = _OWN.get((model, field.name)) or _OWN_NAMED.get(field.name)
        if own:
            return own
        if field.primary_key or field in self._inner_references(model):
            return f"p.copy * {ROWS} + {column}"
        if field.related_model is Applicant:
            return f"CASE WHEN {column} IS NOT NULL THEN p.applicant_id END"
        if field.related_model is User:
            return f"CASE {column} WHEN w.user_id THEN p.user_id ELSE {column} END"
        if isinstance(field, DateTimeField):
            return f"{column} + p.shift"
        if isinstance(field, DateField):
            return f"({column} + p.shift)::date"
        changed = column if field.related_model else _with_own_words(cursor, model, field)
        if changed == column and field.unique:
            raise LookupError(f"{model.__name__}.{field.name} is unique: say what a copy has instead")
        return changed


def _taken(cursor: Any) -> Iterator[type[Model]]:
    """Take every table apart that has rows of applications, and return its model."""
    numbered = "row_number() OVER (PARTITION BY application ORDER BY was) AS id"
    for model, belongs in _belonging():
        table = model._meta.db_table
        columns = (field.column for field in model._meta.concrete_fields if not field.primary_key)
        names = ", ".join(f't."{column}"' for column in columns)
        cursor.execute(
            f"CREATE TABLE bench.{table} AS SELECT {numbered}, f.* FROM "  # noqa: S608
            f"(SELECT t.id AS was, a.application, a.place AS record_place, {names} FROM {table} t JOIN {belongs}) f"
        )
        cursor.execute(
            f"INSERT INTO bench.record SELECT %s, was, application, id FROM bench.{table}",  # noqa: S608
            [model._meta.label_lower],
        )
        yield model


def _belonging() -> Iterator[tuple[type[Model], str]]:
    """Return every model whose rows `t` belong to an application, and to which rows of what they are joined as `a`."""
    every = "(SELECT id AS application, number, 0 AS place FROM applications_application) a ON "
    yield Application, every + "t.id = a.application"
    for model, words in _IN_WORDS.items():
        yield model, every + words
    found = {Application}
    waiting = [one for room in ROOMS for one in apps.get_app_config(room).get_models() if one not in found]
    while way := next((way for model in waiting if (way := _way(model, found))), None):
        model, target, column = way
        waiting.remove(model)
        found.add(model)
        owner = f"(SELECT was, application, 0 AS place FROM bench.{target._meta.db_table})"  # noqa: S608
        yield model, f"{owner} a ON a.was = t.{column}"
    yield AuditEntry, "bench.record a ON a.type = t.record_type AND a.was = t.record_id"


def _way(model: type[Model], found: set[type[Model]]) -> tuple[type[Model], type[Model], str] | None:
    """Return a model with the first obligatory reference it has to one that belongs."""
    ways = (
        (model, field.related_model, field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and not field.null and field.related_model in found
    )
    return next(ways, None)


def _has_rows(cursor: Any, model: type[Model]) -> bool:
    cursor.execute(f"SELECT max(id) FROM bench.{model._meta.db_table}")  # noqa: S608
    most = cursor.fetchone()[0] or 0
    if most >= ROWS:
        raise OverflowError(f"an application has {most} rows of {model.__name__}")
    return most > 0


def _with_own_words(cursor: Any, model: type[Model], field: Field) -> str:
    """Return a text with the copy's numbers and name in it; only what is in some prototype is looked for."""
    column = f'b."{field.column}"'
    text = f"{column}::text" if isinstance(field, JSONField) else column
    rows = f"FROM bench.{model._meta.db_table} b JOIN bench.was w USING (application)"
    changed = text
    for was, own in (("w.number", "coalesce(p.number, '?')"), ("w.name", "p.name")):
        cursor.execute(f"SELECT EXISTS (SELECT {rows} WHERE position({was} in {column}::text) > 0)")
        if cursor.fetchone()[0]:
            changed = f"replace({changed}, {was}, {own})"
    cursor.execute(f"SELECT EXISTS (SELECT {rows} WHERE {column}::text ~ '{_PAPER}')")
    if cursor.fetchone()[0]:
        changed = f"regexp_replace({changed}, '{_PAPER}', {_OWN_PAPER})"
    if changed == text:
        return column
    return f"({changed})::jsonb" if isinstance(field, JSONField) else changed
