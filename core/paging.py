"""Lists in pages by keyset: a page begins behind the last row of the one before, however many rows came since."""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan

from core.errors import Invalid
from core.whole import WholeQuerySet

Row = TypeVar("Row", bound=Model)
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `next_cursor` is the `after` of the next one, None on the last."""

    items: list[Row]
    next_cursor: str | None


def page(
    queryset: QuerySet[Row], *, key: tuple[str, ...], after: str | None = None, size: int = SIZE
) -> Page[Row]:
    """Return the page of a queryset behind the cursor `after`, in the order of the columns in `key`.

    The last column must be unique; a `-` before a column orders it downwards, and `a__b` follows a relation. Empty
    values come where PostgreSQL puts them: last upwards, first downwards. Raises Invalid for a cursor that is no cursor.

    Which rows they are is asked first, so that what is read with a row is read for these rows alone.
    """
    values = _decoded(after, len(key)) if after else None
    found: list[Any] = []
    try:
        for where in _behind(queryset.model, key, values) if values else (Q(),):
            rows = queryset.filter(where).order_by(*key).values_list("pk", flat=True)
            found += rows[: size + 1 - len(found)]
            if len(found) > size:
                break
    except (ValidationError, ValueError) as error:
        raise _unreadable() from error
    more = len(found) > size
    items = _read(queryset, found[:size], key)
    return Page(items, cursor_behind(items[-1], key) if more and items else None)


def _read(queryset: QuerySet[Row], keys: list[Any], key: tuple[str, ...]) -> list[Row]:
    if isinstance(queryset, WholeQuerySet):
        return queryset.read(keys)
    shown = queryset.all()
    shown.query.clear_where()  # it has said which rows: asked again beside their keys, it could lead the planner astray
    return list(shown.filter(pk__in=keys).order_by(*key))


def cursor_behind(row: Model, key: Sequence[str]) -> str:
    """Return the `after` of the page that begins behind a row of a list in the order of `key`."""
    values = [_value(row, column.removeprefix("-")) for column in key]
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def _behind(model: type[Model], key: Sequence[str], values: Sequence[Any]) -> Iterator[Q]:
    """Yield where the rows behind a cursor are, in their order: by rows compared as wholes, which an index knows at once.

    A comparison of rows knows no empty values: those of the first column are a place of their own.
    """
    first, downwards = key[0].removeprefix("-"), key[0].startswith("-")
    if values[0] is None:
        yield Q(**{f"{first}__isnull": True}) & _beyond(model, key[1:], values[1:])
        if downwards:
            yield Q(**{f"{first}__isnull": False})
        return
    yield _beyond(model, key, values)
    if not downwards and _field(model, first).null:
        yield Q(**{f"{first}__isnull": True})


def _beyond(model: type[Model], key: Sequence[str], values: Sequence[Any]) -> Q:
    """Return which rows come after these values; columns of one direction are compared at once."""
    if len({column.startswith("-") for column in key}) > 1:
        first, same = (_beyond(model, key[:1], values[:1]), Q(**{key[0].removeprefix("-"): values[0]}))
        return first | (same & _beyond(model, key[1:], values[1:]))
    names = [column.removeprefix("-") for column in key]
    fields = [_field(model, name) for name in names]
    here = [Value(field.to_python(value), field) for field, value in zip(fields, values, strict=True)]
    rows = (Func(*each, function="ROW", output_field=TextField()) for each in (map(F, names), here))
    return Q(LessThan(*rows) if key[0].startswith("-") else GreaterThan(*rows))


def _field(model: type[Model], name: str) -> Any:
    """Return the field that a column follows its relations to."""
    *way, last = name.split("__")
    for each in way:
        model = model._meta.get_field(each).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _value(row: Any, column: str) -> Any:
    for name in column.split("__"):
        row = getattr(row, name)
    return row


def _decoded(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error
    if not isinstance(values, list) or len(values) != length:
        raise _unreadable()
    return values


def _unreadable() -> Invalid:
    return Invalid("cursor_unreadable", "这个翻页地址已经失效，请回到列表第一页。")
