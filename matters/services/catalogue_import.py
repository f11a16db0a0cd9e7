"""Loading a catalogue file: all of it or none of it, and the second time nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from core import audit, bulk
from core.errors import Invalid
from core.models import User
from matters.catalogue.fields import Remark
from matters.catalogue.parsing import (
    Catalogue,
    NotACatalogue,
    ParsedBundle,
    ParsedMatter,
    Values,
    parse_document,
    read_json,
)
from matters.catalogue.reader import Document
from matters.catalogue.references import Known
from matters.enums import Role, VersionStatus
from matters.exchange.reporting import Found
from matters.models import (
    Bundle,
    BundleDependency,
    BundleMember,
    Department,
    MainItem,
    Matter,
    ServicePoint,
)
from matters.permissions import require
from matters.services import search_index, versions


class CatalogueRefused(Invalid):
    """The file has faults, so nothing of it was stored; `problems` names line and field of each.

    `faults` are the same with their places, and `hints` what else is worth knowing, where the file could be
    read at all.
    """

    def __init__(
        self, problems: list[str], faults: Sequence[Remark] = (), hints: Sequence[Remark] = ()
    ) -> None:
        super().__init__(
            "catalogue_invalid", f"目录文件有 {len(problems)} 处错误，未导入任何内容，请逐条改正后重试。"
        )
        self.problems, self.faults, self.hints = problems, list(faults), list(hints)


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
    hints: list[Remark]
    departments: Tally = field(default_factory=Tally)
    service_points: Tally = field(default_factory=Tally)
    main_items: Tally = field(default_factory=Tally)
    matters: Tally = field(default_factory=Tally)
    bundles: Tally = field(default_factory=Tally)
    skipped: list[Remark] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)  # matters that the publish checks have looked at
    found: list[Found] = field(default_factory=list)  # and what they say of these and of bundles

    @property
    def notices(self) -> list[str]:
        """The hints as sentences."""
        return [one.sentence for one in self.hints]


@bulk.all_kept()
def import_catalogue(*, text: str, by: User | None, now: datetime, dry_run: bool = False) -> ImportReport:
    """Load a JSON catalogue as `import_document` does."""
    try:
        document = read_json(text)
    except NotACatalogue as faults:
        raise CatalogueRefused(faults.problems) from None
    return import_document(document=document, by=by, now=now, dry_run=dry_run)


@bulk.all_kept()
def import_document(
    *, document: Document, by: User | None, now: datetime, dry_run: bool = False, skip_faulty: bool = False
) -> ImportReport:
    """Load a catalogue and publish what is new or changed in it, in one transaction.

    A matter whose content is as published stays untouched; a changed one gets a new version and its old one
    is superseded. What the file does not name is left alone. `by` is None for the command line. Raises
    CatalogueRefused naming every fault, with nothing stored; a dry run stores nothing either. With
    `skip_faulty` what has a fault is left out instead, and stands in the report's `skipped`.
    """
    if by is not None:
        require(by, Role.OFFICE, Role.ADMINISTRATOR)
    with transaction.atomic():
        one_import_at_a_time()
        catalogue = _parse(document, skip_faulty)
        writer = _Writer(by, now)
        report = ImportReport(
            dry_run,
            catalogue.hints,
            departments=writer.keep(Department, catalogue.departments),
            service_points=writer.keep(ServicePoint, catalogue.service_points),
            main_items=writer.keep(MainItem, writer.with_departments(catalogue.main_items)),
            matters=writer.publish_matters(catalogue.matters, catalogue.matters_to_come),
            bundles=writer.keep_bundles(catalogue.bundles),
            skipped=catalogue.skipped,
        )
        search_index.refresh(
            bundle_ids=_ids(Bundle, [*report.bundles.created, *report.bundles.changed]),
            # A new department has no matters but those just published.
            department_ids=_ids(Department, report.departments.changed),
        )
        transaction.set_rollback(dry_run)
    return report


def _ids(model: type[models.Model], codes: list[str]) -> list[int]:
    return list(model._default_manager.filter(code__in=codes).values_list("pk", flat=True))


def one_import_at_a_time() -> None:
    """Hold off other imports until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('matters.import_catalogue'))")


def _parse(document: Document, skip_faulty: bool) -> Catalogue:
    known = Known(
        departments=list(Department.objects.values_list("code", flat=True)),
        main_items=list(MainItem.objects.values_list("code", flat=True)),
        service_points=list(ServicePoint.objects.values_list("code", flat=True)),
        matters=list(Matter.objects.filter(current__isnull=False).values_list("code", flat=True)),
    )
    try:
        return parse_document(document, known, skip_faulty=skip_faulty)
    except NotACatalogue as refused:
        raise CatalogueRefused(refused.problems, refused.faults, refused.hints) from None


class _Writer:
    """Writes the parts of one import, each with its entry on the audit trail."""

    def __init__(self, by: User | None, now: datetime) -> None:
        self.by = by
        self.now = now

    def record(self, act: str, on: models.Model, **detail: Any) -> None:
        """Write one audit entry of this import."""
        audit.record(by=self.by, now=self.now, act=act, on=on, **detail)

    def keep(self, model: type[models.Model], rows: list[Values]) -> Tally:
        """Add departments, service points or main items, and change in place those that differ."""
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

    def with_departments(self, rows: list[Values]) -> list[Values]:
        """Return rows with the departments that their codes name."""
        departments = _by_code(Department.objects.all(), rows, lambda row: row["department"])
        return [{**row, "department": departments[row["department"]]} for row in rows]

    def publish_matters(self, parsed: list[ParsedMatter], to_come: list[ParsedMatter]) -> Tally:
        """Publish a version of every matter that is new or not as published, and of each whose version to come is.

        Of a matter that the file says twice, the first is held against what is in force; else against the newest.
        """
        known = _by_code(Matter.objects.select_for_update(), [*parsed, *to_come])
        twice = {one.code for one in to_come}
        latest = versions.latest_digests(known.values())
        latest |= versions.latest_digests(
            [one for one in known.values() if one.code in twice], VersionStatus.PUBLISHED
        )
        waiting = versions.latest_digests(known.values(), VersionStatus.SCHEDULED)
        tally = _tally(parsed, known, lambda matter: latest.get(matter.pk))
        later = _tally(to_come, known, lambda matter: waiting.get(matter.pk))
        for rows, found in ((parsed, tally), (to_come, later)):
            unchanged = set(found.unchanged)
            versions.publish([one for one in rows if one.code not in unchanged], by=self.by, now=self.now)
        return _both(tally, later)

    def keep_bundles(self, parsed: list[ParsedBundle]) -> Tally:
        """Add bundles, and rewrite in place those that differ."""
        known = _by_code(Bundle.objects.select_for_update(), parsed)
        tally = _tally(parsed, known, lambda bundle: bundle.digest)
        touched = [one for one in parsed if one.code not in set(tally.unchanged)]
        departments = {department.code: department for department in Department.objects.all()}
        codes = {member["matter"] for one in touched for member in one.members}
        matters = _by_code(Matter.objects.all(), codes, lambda code: code)
        for one in touched:
            bundle = known.get(one.code, Bundle(code=one.code, added_at=self.now))
            act = "change_bundle" if bundle.pk else "add_bundle"
            _write_bundle(bundle, one, departments, matters)
            self.record(act, bundle, code=one.code)
        return tally


def _by_code(rows: models.QuerySet, wanted: Iterable, code: Callable = lambda one: one.code) -> dict:
    found = rows.filter(code__in={code(one) for one in wanted}).order_by(
        "code"
    )  # locked in one order everywhere
    return {row.code: row for row in found}


def _changes(row: models.Model, values: Values) -> dict[str, list]:
    """Set what differs on the row, and return [before, after] of each changed column."""
    changed = {name: new for name, new in values.items() if getattr(row, name) != new}
    said = {name: [str(getattr(row, name)), str(new)] for name, new in changed.items()}
    for name, new in changed.items():
        setattr(row, name, new)
    return said


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


def _both(now: Tally, later: Tally) -> Tally:
    """Return one tally of matters whose version in force and whose version to come were counted apart."""
    created = dict.fromkeys([*now.created, *later.created])
    touched = [*now.changed, *later.changed]
    changed = [code for code in dict.fromkeys(touched) if code not in created]
    unchanged = dict.fromkeys([*now.unchanged, *later.unchanged])
    return Tally(
        list(created), changed, [code for code in unchanged if code not in created and code not in changed]
    )


def _write_bundle(
    bundle: Bundle, parsed: ParsedBundle, departments: dict[str, Department], matters: dict[str, Matter]
) -> None:
    bodies = {
        "lead_department": departments[parsed.lead_department],
        "industry_department": departments.get(parsed.values["industry_department"]),
    }
    for name, value in {**parsed.values, "digest": parsed.digest, **bodies}.items():
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
