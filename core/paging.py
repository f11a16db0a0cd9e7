"""Lists in pages by keyset: a page begins behind the last row of the one before, however many rows came since."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from core.errors import Invalid

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
    """
    rows = queryset.order_by(*key)
    values = _decoded(after, len(key)) if after else None
    try:
        items = list((rows.filter(_behind(key, values)) if values else rows)[: size + 1])
    except (ValidationError, ValueError) as error:
        raise _unreadable() from error
    more = len(items) > size
    return Page(items[:size], _encoded(items[size - 1], key) if more else None)


def _behind(key: Sequence[str], values: Sequence[Any]) -> Q:
    column, value = key[0].removeprefix("-"), values[0]
    downwards = key[0].startswith("-")
    if value is None:
        beyond = Q(**{f"{column}__isnull": False}) if downwards else Q(pk__in=[])
        same = Q(**{f"{column}__isnull": True})
    else:
        beyond = Q(**{f"{column}__{'lt' if downwards else 'gt'}": value})
        beyond = beyond if downwards else beyond | Q(**{f"{column}__isnull": True})
        same = Q(**{column: value})
    return beyond | (same & _behind(key[1:], values[1:])) if len(key) > 1 else beyond


def _encoded(row: Model, key: Sequence[str]) -> str:
    values = [_value(row, column.removeprefix("-")) for column in key]
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


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
