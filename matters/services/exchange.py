"""The catalogue in and out: files that people write, and files for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.errors import Invalid, Refusal
from core.models import User
from matters.catalogue.parsing import NotACatalogue, read_json
from matters.catalogue.reader import Document, Path
from matters.enums import Role
from matters.exchange import files, stored, writing
from matters.exchange.reporting import Found
from matters.exchange.tables import read_tables
from matters.models import Department
from matters.permissions import require
from matters.selectors.checking import checked, checked_bundles, newest_for_checks
from matters.services.catalogue_import import (
    CatalogueRefused,
    ImportReport,
    Tally,
    import_document,
    one_import_at_a_time,
)

Record = dict[str, Any]
MOST_IN_A_PAGE = 1500  # matters of a workbook that is written while a person waits: some ten seconds


def import_file(
    *,
    name: str,
    data: bytes,
    by: User | None,
    now: datetime,
    dry_run: bool = False,
    encoding: str = "auto",
    skip_faulty: bool = False,
    most_checked: int | None = 0,
) -> ImportReport:
    """Load a catalogue from a JSON, XLSX, CSV or ZIP file, whichever its content is, as `import_document` does.

    A workbook or CSV file may say only a part: sheets and columns it has not stay as they are published.
    `encoding` is one of `files.ENCODINGS`, for CSV and JSON. Raises CatalogueRefused naming every fault.

    So many of its matters (None for all), what is new or changed first, and its bundles are looked at by the publish
    checks. They hold nothing back: they run once the import is stored, in a dry run before it is taken back.
    """
    if by is not None:
        require(by, Role.OFFICE, Role.ADMINISTRATOR)
    with transaction.atomic():
        one_import_at_a_time()
        document = read_file(name=name, data=data, encoding=encoding)
        report = import_document(document=document, by=by, now=now, skip_faulty=skip_faulty)
        report.dry_run = dry_run
        if dry_run:
            _check(report, document, most_checked)
        transaction.set_rollback(dry_run)
    if not dry_run:
        _check(report, document, most_checked)
    return report


def _check(report: ImportReport, document: Document, most_checked: int | None) -> None:
    """Write into a report what the publish checks find in what the file brought."""
    if most_checked == 0:
        return
    codes = _named(report.matters)[:most_checked]
    matters = _roots(document, "matters") | _roots(document, "matters_to_come")
    bundles = _roots(document, "bundles")
    for one in checked(newest_for_checks(codes)):
        code, name = one.version.matter.code, one.version.name
        report.checked.append(code)
        report.found += [Found(document, matters[code], code, name, finding) for finding in one.findings]
    brought = set(_named(report.bundles))
    for each in checked_bundles() if brought else ():
        code, name = each.bundle.code, each.bundle.name
        if code in brought:
            report.found += [Found(document, bundles[code], code, name, finding) for finding in each.findings]


def _roots(document: Document, section: str) -> dict[str, Path]:
    """Return where each matter or bundle stands in a document, by its code."""
    rows = document.value.get(section) or []
    return {
        str(row.get("code")).strip(): (section, index)
        for index, row in enumerate(rows)
        if isinstance(row, dict)
    }


def _named(tally: Tally) -> list[str]:
    return [*tally.created, *tally.changed, *tally.unchanged]


def read_file(*, name: str, data: bytes, encoding: str = "auto") -> Document:
    """Return the document a file is, or raise CatalogueRefused where it cannot be read as one."""
    try:
        kind = files.kind_of(name, data)
        if kind == "json":
            return read_json(files.decoded(data, encoding, name))
        if kind == "csv":
            grids, hints = files.open_csv(name, data, encoding)
        else:
            grids, hints = files.open_workbook(data) if kind == "xlsx" else files.open_archive(data, encoding)
        return read_tables(grids, stored.StoredCatalogue(), hints)
    except NotACatalogue as refused:
        raise CatalogueRefused(refused.problems, refused.faults, refused.hints) from None


def export_file(
    *,
    ending: str,
    by: User | None,
    now: datetime,
    department: str = "",
    codes: Collection[str] = (),
    encoding: str = "utf-8",
) -> bytes:
    """Return the catalogue as a file of this ending (json, xlsx or zip), narrowed to a department or to codes of matters.

    Of each matter it says the newest version that is in force or waits for its day; JSON says both, the latter as
    `matters_to_come`. Importing the file again changes nothing. Narrowed, it brings the departments, service points and main items that the matters name,
    and no bundles. `by` is None for the command line. Raises Invalid for a code that is not there, and Refusal
    `export_too_large` for a workbook that a person would wait too long for.
    """
    if by is not None:
        require(by, Role.OFFICE, Role.ADMINISTRATOR)
    catalogue = _catalogue(department, codes, with_both=ending == "json")
    if by is not None:
        _refuse_to_keep_waiting(ending, len(catalogue["matters"]))
        audit.record(by=by, now=now, act="export_catalogue", on=by, matters=len(catalogue["matters"]))
    if ending == "json":
        return writing.write_json(catalogue)
    if ending == "xlsx":
        return writing.write_workbook(catalogue)
    return writing.write_archive(catalogue, {"utf-8": "utf-8-sig"}.get(encoding, encoding))


def _refuse_to_keep_waiting(ending: str, matters: int) -> None:
    if ending == "xlsx" and matters > MOST_IN_A_PAGE:
        raise Refusal(
            "export_too_large",
            f"有 {matters} 个事项，做成一个 Excel 工作簿太慢，请按部门下载，或选 JSON、CSV 压缩包。",
        )


def _catalogue(department: str, codes: Collection[str], *, with_both: bool) -> dict[str, list[Record]]:
    versions = stored.newest_versions()
    to_come = versions.none()
    if with_both:
        versions, to_come = stored.in_force_and_to_come()
    if department:
        _known(
            [department], Department.objects.filter(code=department).values_list("code", flat=True), "部门"
        )
        versions = versions.filter(matter__department__code=department)
    if codes:
        versions = versions.filter(matter__code__in=codes)
        _known(codes, versions.values_list("matter__code", flat=True), "事项")
    matters = list(stored.contents_of(versions).values())
    later = list(stored.contents_of(to_come.filter(matter__in=versions.values("matter"))).values())
    narrowed = [*matters, *later] if department or codes else None
    sections = {
        section: [stored.record_of(section, row) for row in stored.rows_of(section)]
        for section in ("departments", "service_points", "main_items", "bundles")
    }
    if narrowed is not None:
        sections = _named_by(narrowed, sections)
    return {
        "departments": sections["departments"],
        "service_points": sections["service_points"],
        "main_items": sections["main_items"],
        "matters": matters,
        **({"matters_to_come": later} if later else {}),
        "bundles": sections["bundles"],
    }


def _known(codes: Collection[str], found: Collection[str], name: str) -> None:
    if missing := sorted(set(codes) - set(found)):
        raise Invalid("code_unknown", f"目录里没有{name}“{'、'.join(missing)}”，请核对编码。")


def _named_by(matters: list[Record], sections: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Return of each section what the matters name; a bundle is more than its matters and stays out."""
    main_items = {one.get("main_item") for one in matters}
    kept_items = [one for one in sections["main_items"] if one["code"] in main_items]
    points = {code for one in matters for code in one.get("service_points", ())}
    departments = {code for one in matters for code in _departments_of(one)}
    departments |= {one["department"] for one in kept_items}
    return {
        "departments": [one for one in sections["departments"] if one["code"] in departments],
        "service_points": [one for one in sections["service_points"] if one["code"] in points],
        "main_items": kept_items,
        "bundles": [],
    }


def _departments_of(matter: Record) -> set[str]:
    steps = [*matter.get("flow", ()), *matter.get("pre_review", ())]
    return {
        matter["department"],
        *matter.get("joint_departments", ()),
        *(step["department"] for step in steps),
    }
