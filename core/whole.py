"""Records read with all that is shown beside them: every part is one question, planned once, however many records there are.

Django's `prefetch_related` writes the SQL of each part anew each time, and PostgreSQL plans it anew: for a page of applications
that took four times as long as reading it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable

from core.prepared import Among, Prepared

Found = TypeVar("Found", bound=Model)


class Whole(Generic[Found]):
    """Records by a list of their keys (`read`), each with its parts.

    `beside` is fetched by `prefetch_related`: what hardly any record has.
    """

    def __init__(self, read: Prepared[Found], *parts: Part, beside: Sequence[str] = ()) -> None:
        self._read = read
        self._parts = parts
        self._beside = beside

    def by_keys(self, keys: Sequence[int]) -> list[Found]:
        """Return the records with these keys, in their order."""
        found = {record.pk: record for record in (self._read.ask(list(keys)) if keys else ())}
        records = [found[key] for key in keys if key in found]
        for part in self._parts:
            part.attach(records)
        return records

    def over(self, queryset: QuerySet[Found]) -> WholeQuerySet[Found]:
        """Return the records that a query set finds; it may be narrowed, ordered, cut and counted like any other."""
        whole: WholeQuerySet[Found] = WholeQuerySet(queryset.model, queryset.query.chain(), queryset.db)
        whole.by_keys = self.by_keys
        return whole.prefetch_related(*self._beside)


class Part:
    """Records that refer to others, with parts of their own.

    `path` leads to them from whatever they belong to, along what that is read with: `version.steps`. `related` is read with each of
    them, `order` and `only` say which come in what order where their model does not;
    what is `unread` is read when it is asked for.
    """

    def __init__(
        self,
        path: str,
        *parts: Part,
        related: Sequence[str] = (),
        order: Sequence[str] = (),
        only: Q | None = None,
        unread: Sequence[str] = (),
    ) -> None:
        *self._way, self._name = path.split(".")
        self._parts = parts
        self._related = related
        self._order = order
        self._only = only or Q()
        self._unread = unread
        self._read: Prepared[Any] | None = None

    def attach(self, records: Iterable[Model]) -> None:
        """Read the part of each of the records, as `prefetch_related` would."""
        owners = _reached(records, self._way)
        if not owners:
            return
        relation = type(owners[0])._meta.get_field(self._name)
        if self._read is None:
            self._read = self._question(relation.related_model._default_manager, relation.field.name)
        found = self._read.ask(sorted({owner.pk for owner in owners}))
        of_owner: dict[int, list[Model]] = defaultdict(list)
        for one in found:
            of_owner[getattr(one, relation.field.attname)].append(one)
        for owner in owners:
            its = of_owner.get(owner.pk, [])
            for one in its:
                relation.field.set_cached_value(one, owner)
            _keep(owner, relation, its, self._only)
        for part in self._parts:
            part.attach(found)

    def _question(self, manager: Any, column: str) -> Prepared[Any]:
        def build(keys: int) -> QuerySet[Any]:
            found = manager.filter(Among(column, keys), self._only)
            found = found.select_related(*self._related) if self._related else found
            return found.defer(*self._unread).order_by(*self._order or found.model._meta.ordering)

        return Prepared(build)


class WholeQuerySet(QuerySet[Found]):
    """A query set that asks which records there are, and has them read whole."""

    by_keys: Any = None

    def read(self, keys: Sequence[int]) -> list[Found]:
        """Return those with these keys, in their order, whether the query set would find them or not."""
        records = self.by_keys(keys)
        prefetch_related_objects(records, *self._prefetch_related_lookups)  # type: ignore[attr-defined]
        return records

    def _clone(self) -> WholeQuerySet[Found]:
        clone = super()._clone()  # type: ignore[misc]
        clone.by_keys = self.by_keys
        return clone

    def _fetch_all(self) -> None:
        if self._result_cache is None and issubclass(self._iterable_class, ModelIterable):
            deferred, _ = self.query.deferred_loading
            if self.query.annotations or self.query.select_related or deferred:
                raise TypeError("What is read with a record is said where it is read whole.")
            self._result_cache = self.by_keys(list(self.values_list("pk", flat=True)))
        super()._fetch_all()  # type: ignore[misc]


def narrow(owner: Model, name: str, keys: Collection[int]) -> None:
    """Have a record know of a part only those with these keys."""
    relation = owner._meta.get_field(name)
    its = [one for one in getattr(owner, name).all() if one.pk in keys]
    _keep(owner, relation, its, Q(pk__in=list(keys)))


def _reached(records: Iterable[Any], way: Sequence[str]) -> list[Any]:
    """Return what a way of single records leads to, where it leads to any."""
    for name in way:
        records = [reached for record in records if (reached := _one(record, name)) is not None]
    return list(records)


def _one(record: Any, name: str) -> Any:
    field = record._meta.get_field(name)
    return field.get_cached_value(record)  # KeyError: it has not been read with it


def _keep(owner: Any, relation: Any, its: list[Model], only: Q) -> None:
    """Have a record know the records that refer to it; asked for anything else of them, it asks the database for its own."""
    known = relation.related_model._default_manager.all()
    known._deferred_filter = False, (only,), {relation.field.name: owner}
    known._result_cache, known._prefetch_done = its, True
    cache = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[relation.field.remote_field.cache_name] = known
