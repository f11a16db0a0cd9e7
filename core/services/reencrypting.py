"""Bringing personal data at rest under the first of FIELD_KEYS, so that an older key can leave."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import transaction
from django.db.models import F, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from core.fields import EncryptedTextField, is_under_first_key, sealed_anew

BATCH = 200
TRIES, REST_SECONDS = (
    50,
    0.2,
)  # how often a row is looked at that somebody holds; acts hold theirs for less than that


@dataclass
class Tally:
    """What was found in one table so far; `left` and `unreadable` hold the keys of rows."""

    looked_at: int = 0
    rewritten: int = 0
    left: list[Any] = field(default_factory=list)
    unreadable: list[Any] = field(default_factory=list)


def encrypted() -> dict[type[Model], list[str]]:
    """Return every model with encrypted fields, and these."""
    found = {
        model: [each.attname for each in model._meta.local_fields if isinstance(each, EncryptedTextField)]
        for model in apps.get_models()
    }
    return {model: names for model, names in found.items() if names}


def look(model: type[Model], names: list[str]) -> Iterator[Tally]:
    """Count, batch by batch, the rows of a table that are not under the first key: those are `left`."""
    tally = Tally()
    for rows in _batches(model, names):
        tally.looked_at += len(rows)
        tally.left += [row["pk"] for row in rows if _is_behind(row, names)]
        yield tally


def reencrypt(model: type[Model], names: list[str]) -> Iterator[Tally]:
    """Write what is not under the first key anew, batch by batch, each a transaction of its own.

    What is already done is only read, so whoever was interrupted begins again. Rows that somebody holds are not waited
    for inside a transaction, so no act can end in a deadlock; they are looked at again, and `left` after TRIES. A value
    that no key opens is `unreadable` and stays as it is.
    """
    tally = Tally()
    for rows in _batches(model, names):
        tally.looked_at += len(rows)
        behind = {row["pk"] for row in rows if _is_behind(row, names)}
        for _ in range(TRIES):
            if not behind:
                break
            behind -= _rewrite(model, names, behind, tally)
            if behind:
                time.sleep(REST_SECONDS)
        tally.left += sorted(behind)
        yield tally


def _batches(model: type[Model], names: list[str]) -> Iterator[list[dict[str, Any]]]:
    rows = _stored(model, names).order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1]["pk"])[:BATCH])


def _stored(model: type[Model], names: list[str]) -> QuerySet[Any, dict[str, Any]]:
    """Return rows with what stands in the table itself: a cast is not decrypted."""
    columns = {f"stored_{name}": Cast(F(name), TextField()) for name in names}
    return model._base_manager.annotate(**columns).values("pk", *columns)


def _is_behind(row: dict[str, Any], names: list[str]) -> bool:
    return any(text and not is_under_first_key(text) for name in names if (text := row[f"stored_{name}"]))


@transaction.atomic
def _rewrite(model: type[Model], names: list[str], keys: set[Any], tally: Tally) -> set[Any]:
    """Rewrite the rows that nobody holds, as they stand now; return which need not be looked at again."""
    gone = keys - set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
    rows = list(_stored(model, names).filter(pk__in=keys).select_for_update(skip_locked=True, no_key=True))
    for row in rows:
        behind = {name: row[f"stored_{name}"] for name in names if _is_behind(row, [name])}
        try:
            anew = {name: Value(sealed_anew(text), output_field=TextField()) for name, text in behind.items()}
        except InvalidToken:
            tally.unreadable.append(row["pk"])
            continue
        if anew:
            model._base_manager.filter(pk=row["pk"]).update(**anew)
            tally.rewritten += 1
    return gone | {row["pk"] for row in rows}
