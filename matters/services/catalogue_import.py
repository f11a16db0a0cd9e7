"""Loading a catalogue file: all of it or none of it, and the second time nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max

from core import audit
from core.errors import Invalid
from core.models import User
from matters.catalogue.parsing import Catalogue, NotACatalogue, ParsedBundle, ParsedMatter, Values, parse
from matters.enums import Role, VersionStatus
from matters.models import (
    Bundle,
    BundleDependency,
    BundleMember,
    Department,
    Material,
    Matter,
    MatterVersion,
    ServicePoint,
    Step,
)
from matters.permissions import require


class CatalogueRefused(Invalid):
    """The file has faults, so nothing of it was stored; `problems` names line and field of each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            "catalogue_invalid", f"目录文件有 {len(problems)} 处错误，未导入任何内容，请逐条改正后重试。"
        )
        self.problems = problems


@dataclass
class Tally:
    """The codes of one kind of record that an import added, changed or left alone."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@dataclass
class ImportReport:
    """What an import did, or in a dry run would have done."""

    dry_run: bool
    notices: list[str]
    departments: Tally = field(default_factory=Tally)
    service_points: Tally = field(default_factory=Tally)
    matters: Tally = field(default_factory=Tally)
    bundles: Tally = field(default_factory=Tally)


def import_catalogue(*, text: str, by: User | None, now: datetime, dry_run: bool = False) -> ImportReport:
    """Load a catalogue file and publish what is new or changed in it, in one transaction.

    A matter whose content is as published stays untouched; a changed one gets a new version and its old one
    is superseded. What the file does not name is left alone. `by` is None for the command line. Raises
    CatalogueRefused naming every fault, with nothing stored; a dry run stores nothing either.
    """
    if by is not None:
        require(by, Role.OFFICE, Role.ADMINISTRATOR)
    with transaction.atomic():
        _one_import_at_a_time()
        catalogue = _parse(text)
        writer = _Writer(by, now)
        report = ImportReport(
            dry_run,
            catalogue.notices,
            departments=writer.keep(Department, catalogue.departments),
            service_points=writer.keep(ServicePoint, catalogue.service_points),
            matters=writer.publish_matters(catalogue.matters),
            bundles=writer.keep_bundles(catalogue.bundles),
        )
        transaction.set_rollback(dry_run)
    return report


def _one_import_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('matters.import_catalogue'))")


def _parse(text: str) -> Catalogue:
    try:
        return parse(
            text,
            departments=list(Department.objects.values_list("code", flat=True)),
            matters=list(Matter.objects.filter(current__isnull=False).values_list("code", flat=True)),
        )
    except NotACatalogue as faults:
        raise CatalogueRefused(faults.problems) from None


class _Writer:
    """Writes the parts of one import, each with its entry on the audit trail."""

    def __init__(self, by: User | None, now: datetime) -> None:
        self.by = by
        self.now = now

    def record(self, act: str, on: models.Model, **detail: Any) -> None:
        """Write one audit entry of this import."""
        audit.record(by=self.by, now=self.now, act=act, on=on, **detail)

    def keep(self, model: type[models.Model], rows: list[Values]) -> Tally:
        """Add departments or service points, and change in place those that differ."""
        tally, new = Tally(), []
        known = _by_code(model._default_manager.select_for_update(), rows, lambda row: row["code"])
        for values in rows:
            code = values["code"]
            if code not in known:
                new.append(model(**values))
                tally.created.append(code)
            elif changes := _changes(known[code], values):
                known[code].save(update_fields=list(changes))
                self.record(f"change_{model._meta.model_name}", known[code], code=code, changes=changes)
                tally.changed.append(code)
            else:
                tally.unchanged.append(code)
        for row in model._default_manager.bulk_create(new):
            self.record(f"add_{model._meta.model_name}", row, code=row.code)  # type: ignore[attr-defined]
        return tally

    def publish_matters(self, parsed: list[ParsedMatter]) -> Tally:
        """Publish a version of every matter that is new or not as published."""
        known = _by_code(Matter.objects.select_related("current").select_for_update(of=("self",)), parsed)
        tally = _tally(parsed, known, lambda matter: matter.current and matter.current.digest)
        touched = [one for one in parsed if one.code not in set(tally.unchanged)]
        matters = self._matters(touched, known)
        versions = _draft_versions(touched, matters)
        _add_parts(touched, versions)
        self._publish(matters, versions)
        return tally

    def _matters(self, parsed: list[ParsedMatter], known: dict[str, Matter]) -> list[Matter]:
        departments = _by_code(Department.objects.all(), parsed, lambda one: one.department)
        for one in parsed:
            matter = known.setdefault(one.code, Matter(code=one.code))
            matter.department = departments[one.department]
        Matter.objects.bulk_create([known[one.code] for one in parsed if known[one.code].pk is None])
        return [known[one.code] for one in parsed]

    def _publish(self, matters: list[Matter], versions: list[MatterVersion]) -> None:
        published = MatterVersion.objects.filter(matter__in=matters, status=VersionStatus.PUBLISHED)
        published.update(status=VersionStatus.SUPERSEDED)
        MatterVersion.objects.filter(pk__in=[version.pk for version in versions]).update(
            status=VersionStatus.PUBLISHED, published_at=self.now
        )
        for matter, version in zip(matters, versions, strict=True):
            matter.current = version
            self.record("publish_version", version, code=matter.code, number=version.number)
        Matter.objects.bulk_update(matters, ["current", "department"])

    def keep_bundles(self, parsed: list[ParsedBundle]) -> Tally:
        """Add bundles, and rewrite in place those that differ."""
        known = _by_code(Bundle.objects.select_for_update(), parsed)
        tally = _tally(parsed, known, lambda bundle: bundle.digest)
        touched = [one for one in parsed if one.code not in set(tally.unchanged)]
        departments = _by_code(Department.objects.all(), touched, lambda one: one.lead_department)
        codes = {member["matter"] for one in touched for member in one.members}
        matters = _by_code(Matter.objects.all(), codes, lambda code: code)
        for one in touched:
            bundle = known.get(one.code, Bundle(code=one.code))
            act = "change_bundle" if bundle.pk else "add_bundle"
            _write_bundle(bundle, one, departments[one.lead_department], matters)
            self.record(act, bundle, code=one.code)
        return tally


def _by_code(rows: models.QuerySet, wanted: Iterable, code: Callable = lambda one: one.code) -> dict:
    return {row.code: row for row in rows.filter(code__in={code(one) for one in wanted})}


def _changes(row: models.Model, values: Values) -> dict[str, list]:
    """Set what differs on the row, and return [before, after] of each changed column."""
    changes = {name: [getattr(row, name), new] for name, new in values.items() if getattr(row, name) != new}
    for name, (_, new) in changes.items():
        setattr(row, name, new)
    return changes


def _tally(parsed: Iterable, known: dict, digest: Callable) -> Tally:
    tally = Tally()
    for one in parsed:
        if one.code not in known:
            tally.created.append(one.code)
        elif digest(known[one.code]) == one.digest:
            tally.unchanged.append(one.code)
        else:
            tally.changed.append(one.code)
    return tally


def _draft_versions(parsed: list[ParsedMatter], matters: list[Matter]) -> list[MatterVersion]:
    counted = MatterVersion.objects.filter(matter__in=matters).values_list("matter").annotate(Max("number"))
    last = dict(counted.order_by())
    return MatterVersion.objects.bulk_create(
        MatterVersion(matter=matter, number=last.get(matter.pk, 0) + 1, digest=one.digest, **one.version)
        for one, matter in zip(parsed, matters, strict=True)
    )


def _add_parts(parsed: list[ParsedMatter], versions: list[MatterVersion]) -> None:
    pairs = list(zip(parsed, versions, strict=True))
    Material.objects.bulk_create(
        Material(version=version, **values) for one, version in pairs for values in one.materials
    )
    codes = {values["department"] for one in parsed for values in one.steps}
    departments = _by_code(Department.objects.all(), codes, lambda code: code)
    Step.objects.bulk_create(
        Step(version=version, **{**values, "department": departments[values["department"]]})
        for one, version in pairs
        for values in one.steps
    )


def _write_bundle(bundle: Bundle, parsed: ParsedBundle, lead: Department, matters: dict[str, Matter]) -> None:
    for name, value in {**parsed.values, "digest": parsed.digest, "lead_department": lead}.items():
        setattr(bundle, name, value)
    bundle.save()
    bundle.members.all().delete()
    bundle.dependencies.all().delete()
    BundleMember.objects.bulk_create(
        BundleMember(bundle=bundle, **{**values, "matter": matters[values["matter"]]})
        for values in parsed.members
    )
    BundleDependency.objects.bulk_create(
        BundleDependency(
            bundle=bundle,
            first=matters[values["first"]],
            then=matters[values["then"]],
            reason=values["reason"],
        )
        for values in parsed.dependencies
    )
