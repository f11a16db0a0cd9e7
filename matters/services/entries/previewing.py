"""A draft as a version that nobody has published: what a citizen would read, without a row written."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet

from matters.models import CatalogueEntry, Department, Material, Matter, MatterVersion, Step
from matters.services.entries.readiness import newest_version, parsed
from matters.services.versions import columns

_UNSAVED = 0


def as_version(entry: CatalogueEntry) -> MatterVersion:
    """Return the version that publishing the draft would make, unsaved; raise NotReady naming what it still lacks."""
    guide = parsed(entry)
    newest = newest_version(entry.code)
    version = MatterVersion(
        pk=_UNSAVED,
        matter=entry.matter or Matter(pk=_UNSAVED, code=entry.code, department=entry.department),
        number=newest.number + 1 if newest else 1,
        digest=guide.digest,
        content=guide.content,
        **columns(MatterVersion, guide.elements, without={"content", "effective_on", "cancel_on"}),
    )
    departments = {one.code: one for one in Department.objects.all()}
    materials = [
        Material(pk=-at, version=version, **columns(Material, row))
        for at, row in enumerate(guide.materials, 1)
    ]
    steps = [
        Step(pk=-at, version=version, **{**columns(Step, row), "department": departments[row["department"]]})
        for at, row in enumerate(guide.steps, 1)
    ]
    version._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "materials": _filled(Material.objects.none(), materials),
        "steps": _filled(Step.objects.none(), steps),
    }
    return version


def _filled(rows: QuerySet[Any], found: Sequence[Model]) -> QuerySet[Any]:
    """Return a queryset that has been read already, as prefetching leaves it."""
    rows._result_cache = list(found)
    rows._prefetch_done = True  # type: ignore[attr-defined]
    return rows
