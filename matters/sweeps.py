"""What time alone brings about in the catalogue: versions and changes of departments begin, matters end, on their day."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core import queue
from core.clock import local_date
from core.queue import BACKGROUND, Sweep
from matters.enums import VersionStatus
from matters.models import CatalogueUpload, DepartmentChange, GuideBook, MatterVersion
from matters.selectors.batches import ripe
from matters.services import departments, guide_books, uploads, versions
from matters.services.entries import batches

SWEEPS: tuple[Sweep, ...] = (
    Sweep(
        GuideBook,
        task=guide_books.TASK,
        argument="book_id",
        queue=lambda _: BACKGROUND,
        gives_up=True,
        title="排印指南汇编",
        label=lambda book: f"{book.title}（{book.count} 项）",
        page=lambda book: reverse("guide-book", args=[book.digest]),
    ),
    Sweep(
        CatalogueUpload,
        task=uploads.TASK,
        argument="upload_id",
        queue=lambda _: BACKGROUND,
        gives_up=True,
        title="导入目录",
        label=lambda upload: upload.name,
        page=lambda upload: reverse("catalogue-upload", args=[upload.pk]),
    ),
)


def _changes_of_departments(now: datetime) -> QuerySet:
    come = DepartmentChange.objects.waiting().filter(effective_on__lte=local_date(now))
    return come.order_by("effective_on", "pk").values_list("pk", flat=True)


def _ripe_batches(now: datetime) -> QuerySet:
    return ripe(today=local_date(now))


def _versions_to_begin(now: datetime) -> QuerySet:
    come = MatterVersion.objects.filter(status=VersionStatus.SCHEDULED, effective_on__lte=local_date(now))
    return come.order_by("number").values_list("pk", flat=True)


def _matters_to_end(now: datetime) -> QuerySet:
    come = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED, cancel_on__lte=local_date(now))
    return come.order_by("cancel_on", "pk").values_list("pk", flat=True)


DUE = (
    queue.Due("departments_changed", _changes_of_departments, departments.apply_change, "change_id"),
    queue.Due("batches_published", _ripe_batches, batches.publish_if_ripe, "batch_id"),
    queue.Due("versions_begun", _versions_to_begin, versions.begin, "version_id"),
    queue.Due("matters_expired", _matters_to_end, versions.expire, "version_id"),
)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Change the departments, publish the batches, begin the versions, end the matters whose day has come in China."""
    return queue.run_due(DUE, now=now)
