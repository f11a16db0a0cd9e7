"""What the catalogue holds, as a file says it: for export, and for files that say only a part."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from matters.catalogue import format as catalogue_format
from matters.catalogue.fields import Objects, write
from matters.catalogue.kinds import Reference
from matters.enums import VersionStatus
from matters.exchange.cells import Names
from matters.models import Bundle, Department, MainItem, MatterVersion, ServicePoint

Record = dict[str, Any]
KINDS: dict[str, Objects] = {
    one.key: one.kind for one in catalogue_format.CATALOGUE if isinstance(one.kind, Objects)
}
MODELS: dict[str, type[Department] | type[ServicePoint] | type[MainItem] | type[Bundle]] = {
    "departments": Department,
    "service_points": ServicePoint,
    "main_items": MainItem,
    "bundles": Bundle,
}
IN_FORCE_OR_TO_COME = [VersionStatus.PUBLISHED, VersionStatus.SCHEDULED]


class StoredCatalogue:
    """The catalogue of the database; of a matter, its newest version that is in force or waits for its day."""

    def contents(self, section: str, codes: Collection[str]) -> Mapping[str, Record]:
        """Return what is stored under these codes, as a file says it."""
        if section == "matters":
            return contents_of(newest_versions().filter(matter__code__in=codes))
        rows = rows_of(section).filter(code__in=codes)
        return {row.code: record_of(section, row) for row in rows}

    def names(self) -> Names:
        """Return the codes by name, of what has a name that nothing else has; departments also by their short name."""
        pairs = {
            section: list(model._default_manager.values_list("name", "code"))
            for section, model in MODELS.items()
        }
        pairs["matters"] = list(newest_versions().values_list("name", "matter__code"))
        pairs["departments"] += [
            (name.split("（")[0], code) for name, code in pairs["departments"] if "（" in name
        ]
        return {section: _unambiguous(known) for section, known in pairs.items()}


def newest_versions() -> QuerySet[MatterVersion]:
    """Return the newest version of each matter that is in force or waits for its day, by code."""
    versions = MatterVersion.objects.filter(status__in=IN_FORCE_OR_TO_COME)
    newest = versions.order_by("matter_id", "-number").distinct("matter_id").values("pk")
    return MatterVersion.objects.filter(pk__in=newest).order_by("matter__code")


def in_force_and_to_come() -> tuple[QuerySet[MatterVersion], QuerySet[MatterVersion]]:
    """Return by code the version of each matter that is in force, or else waits; and what waits besides."""
    versions = MatterVersion.objects.order_by("matter__code")
    in_force = versions.filter(status=VersionStatus.PUBLISHED)
    scheduled = MatterVersion.objects.filter(status=VersionStatus.SCHEDULED)
    newest = scheduled.order_by("matter_id", "-number").distinct("matter_id").values("pk")
    beside = Q(matter__in=in_force.values("matter"))
    alone = versions.filter(~beside, pk__in=newest)
    return (
        versions.filter(Q(status=VersionStatus.PUBLISHED) | Q(pk__in=alone.values("pk"))),
        versions.filter(beside, pk__in=newest),
    )


def contents_of(versions: QuerySet[MatterVersion]) -> dict[str, Record]:
    """Return the contents of versions by the codes of their matters, in their order."""
    return dict(versions.values_list("matter__code", "content").iterator(chunk_size=500))


def rows_of(section: str) -> QuerySet[Any]:
    """Return the rows of a section that is not the matters, with all that `record_of` reads, by code."""
    rows = MODELS[section]._default_manager.order_by("code")
    if section == "main_items":
        return rows.select_related("department")
    if section == "bundles":
        return rows.select_related("lead_department").prefetch_related(
            "members__matter", "dependencies__first", "dependencies__then"
        )
    return rows


def record_of(section: str, row: Any) -> Record:
    """Return a department, service point, main item or bundle as a file says it."""
    return write(_values(KINDS[section], row), KINDS[section].shape)


def _values(kind: Objects, row: Any) -> Record:
    values: Record = {}
    for one in kind.fields:
        value = getattr(row, one.name)
        if isinstance(one.kind, Objects):
            order = "order" if one.key == "members" else "pk"
            parts = sorted(value.all(), key=lambda part: getattr(part, order))
            value = [_values(one.kind, part) for part in parts]
        elif isinstance(one.kind, Reference):
            value = value.code if value else ""
        values[one.name] = value
    return values


def _unambiguous(pairs: list[tuple[str, str]]) -> dict[str, str]:
    codes: dict[str, set[str]] = {}
    for name, code in pairs:
        codes.setdefault(name, set()).add(code)
    return {name: known.pop() for name, known in codes.items() if len(known) == 1}
