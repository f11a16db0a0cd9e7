"""Catalogue files of the office: received, tried out, confirmed, imported; large ones by a worker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction

from core.errors import Invalid, NotFound, Refusal
from core.models import User
from core.models.dispatch import Dispatched, in_words
from core.queue import BACKGROUND, enqueue
from matters.catalogue.fields import Remark
from matters.enums import Role, UploadState
from matters.exchange import files, reporting, stored
from matters.models import CatalogueUpload
from matters.permissions import require
from matters.services.catalogue_import import CatalogueRefused, ImportReport
from matters.services.exchange import import_file

TASK = "matters.work_on_upload"
TASK_SECONDS = 30 * 60
AT_ONCE = (
    1024 * 1024
)  # bytes once unpacked: what takes no longer than a page may is done while the person waits
MOST_ATTEMPTS = 3
MOST_SHOWN = 100
MOST_CHECKED = 300
SECTIONS = {
    "matters": "事项",
    "bundles": "一件事",
    "departments": "部门",
    "service_points": "网点",
    "main_items": "大项",
}


def receive(
    *, by: User, now: datetime, upload: UploadedFile, encoding: str = "auto", skip_faulty: bool = False
) -> CatalogueUpload:
    """Keep a catalogue file and have it tried out: at once if it is small, else by a worker. Nothing is imported.

    Raises Forbidden for anybody but the catalogue office, and Invalid for a file that is too large.
    """
    require(by, Role.OFFICE, Role.ADMINISTRATOR)
    if (upload.size or 0) > files.LARGEST_FILE:
        most = files.LARGEST_FILE // files.MIB
        raise Invalid("file_too_large", f"文件超过 {most} MB，请按部门分成几个文件。", field="file")
    row = CatalogueUpload(
        name=(upload.name or "catalogue")[-200:],
        size=upload.size or 0,
        encoding=encoding,
        skip_faulty=skip_faulty,
        uploaded_at=now,
        uploaded_by=by,
    )
    row.file.save("catalogue", ContentFile(upload.read()), save=False)
    return _dispatch(row, now)


def confirm(*, upload: CatalogueUpload, by: User, now: datetime) -> CatalogueUpload:
    """Import a file that was tried out; a second confirmation changes nothing.

    Raises Refusal `upload_not_ready` for a file that is refused or not tried out yet.
    """
    require(by, Role.OFFICE, Role.ADMINISTRATOR)
    with transaction.atomic():
        row = CatalogueUpload.objects.select_for_update().get(pk=upload.pk)
        if row.state in (UploadState.IMPORTING, UploadState.IMPORTED):
            return row
        if row.state != UploadState.CHECKED:
            raise Refusal("upload_not_ready", "这个文件还不能导入：请等试算完成，有错误的改好后重新上传。")
        row.state, row.confirmed_at, row.confirmed_by = UploadState.IMPORTING, now, by
        row.receipted_at, row.failed_at, row.attempts = None, None, 0
        row = _enqueued(row, now)
    return _at_once(row, now)


def work(*, upload_id: int, now: datetime) -> CatalogueUpload | None:
    """Do what is next for a file: try it out, or import it, and receipt it. Coming twice it does it once.

    Returns None where another worker is at it. A failure is kept in the row and raised; the sweep tries again,
    MOST_ATTEMPTS times at most. Raises NotFound for a row that is gone.
    """
    try:
        with transaction.atomic():
            row = _locked(upload_id)
            if row is None or row.receipted_at or row.failed_at:
                return row
            if row.state == UploadState.CHECKING:
                _try_out(row, now)
            elif row.state == UploadState.IMPORTING:
                _import(row, now)
            row.receipted_at, row.last_error = now, ""
            row.save()
            return row
    except Exception as error:
        _record_failure(upload_id, error, now)
        raise


def _dispatch(row: CatalogueUpload, now: datetime) -> CatalogueUpload:
    with transaction.atomic():
        row = _enqueued(row, now)
    return _at_once(row, now)


def _enqueued(row: CatalogueUpload, now: datetime) -> CatalogueUpload:
    row.next_attempt_at = now + Dispatched.FIRST_WAIT
    row.save()
    if _is_large(row):
        enqueue(TASK, queue=BACKGROUND, upload_id=row.pk)
    return row


def _at_once(row: CatalogueUpload, now: datetime) -> CatalogueUpload:
    return row if _is_large(row) else (work(upload_id=row.pk, now=now) or row)


def _is_large(row: CatalogueUpload) -> bool:
    return files.weight(_data(row)) > AT_ONCE


def _data(row: CatalogueUpload) -> bytes:
    with row.file.open() as file:
        return file.read()


def _locked(upload_id: int) -> CatalogueUpload | None:
    """Return the row, locked; None where another worker holds it."""
    if not CatalogueUpload.objects.filter(pk=upload_id).exists():
        raise NotFound()
    return CatalogueUpload.objects.select_for_update(skip_locked=True).filter(pk=upload_id).first()


def _try_out(row: CatalogueUpload, now: datetime) -> None:
    """Import the file, look at what has come of it, and take it all back."""
    try:
        with transaction.atomic():
            report = _imported(row, row.uploaded_by, now)
            row.result = _result(report)
            transaction.set_rollback(True)
    except CatalogueRefused as refused:
        _refuse(row, refused)
    else:
        row.state = UploadState.CHECKED
        _keep_report(row, report.skipped, report.hints, report.found)


def _import(row: CatalogueUpload, now: datetime) -> None:
    assert row.confirmed_by is not None
    try:
        report = _imported(row, row.confirmed_by, now)
    except CatalogueRefused as refused:  # the catalogue has changed since it was tried out
        _refuse(row, refused)
    else:
        row.result, row.state = _result(report), UploadState.IMPORTED


def _imported(row: CatalogueUpload, by: User, now: datetime) -> ImportReport:
    return import_file(
        name=row.name,
        data=_data(row),
        by=by,
        now=now,
        encoding=row.encoding,
        skip_faulty=row.skip_faulty,
        most_checked=MOST_CHECKED,
    )


def _refuse(row: CatalogueUpload, refused: CatalogueRefused) -> None:
    row.state = UploadState.REFUSED
    row.result = {"problems": refused.problems[:MOST_SHOWN], **_remarks(refused.faults, refused.hints)}
    _keep_report(row, refused.faults, refused.hints)


def _result(report: ImportReport) -> dict[str, Any]:
    """Return what the page shows of an import: counts and names, problems, and what the publish checks find."""
    touched = [*report.matters.created, *report.matters.changed]
    names = dict(
        stored.newest_versions()
        .filter(matter__code__in=touched[:MOST_SHOWN])
        .values_list("matter__code", "name")
    )
    return {
        "tallies": {section: _tally(getattr(report, section), names) for section in SECTIONS},
        "findings": _findings(report),
        **_remarks(report.skipped, report.hints, [one for one in report.found if one.finding.blocks]),
    }


def _tally(tally: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "created": len(tally.created),
        "changed": len(tally.changed),
        "unchanged": len(tally.unchanged),
        "created_names": [f"{names.get(code, '')} {code}".strip() for code in tally.created[:MOST_SHOWN]],
        "changed_names": [f"{names.get(code, '')} {code}".strip() for code in tally.changed[:MOST_SHOWN]],
    }


def _findings(report: ImportReport) -> dict[str, int]:
    return {
        "matters": len(report.checked),
        "blocking": len({one.code for one in report.found if one.finding.blocks}),
        "all": len(report.found),
    }


def _remarks(
    faults: Sequence[Remark], hints: Sequence[Remark], unlawful: Sequence[reporting.Found] = ()
) -> dict[str, Any]:
    """Return what the page lists: faults, hints, and of what the checks find what no law allows."""
    shown = reporting.lines(faults[:MOST_SHOWN], hints[:MOST_SHOWN], unlawful[:MOST_SHOWN])
    counts = {"faults": len(faults), "hints": len(hints), "unlawful": len(unlawful)}
    return {**counts, "lines": list(shown)}


def _keep_report(
    row: CatalogueUpload,
    faults: list[Remark],
    hints: list[Remark],
    found: list[reporting.Found] | None = None,
) -> None:
    if faults or hints or found:
        content = reporting.write_report("report.xlsx", faults, hints, found or [])
        row.report.save("report.xlsx", ContentFile(content), save=False)


def _record_failure(upload_id: int, error: Exception, now: datetime) -> None:
    try:
        row = CatalogueUpload.objects.get(pk=upload_id)
    except (CatalogueUpload.DoesNotExist, DatabaseError):
        return
    row.last_error = in_words(error)
    row.failed_at = now if row.attempts + 1 >= MOST_ATTEMPTS else None
    row.save(update_fields=["last_error", "failed_at"])
