"""What time alone brings about in the catalogue: versions and changes of departments begin, matters end, on their day."""

from datetime import datetime

from core import queue
from core.clock import local_date
from core.queue import DELIVERY, Sweep
from matters.enums import MatterState, VersionStatus
from matters.models import CatalogueUpload, DepartmentChange, GuideBook, MatterVersion
from matters.selectors.batches import ripe
from matters.services import departments, guide_books, uploads, versions
from matters.services.entries import batches

BATCH = 500
SWEEPS: tuple[Sweep, ...] = (
    Sweep(GuideBook, task=guide_books.TASK, argument="book_id", queue=lambda _: DELIVERY),
    Sweep(CatalogueUpload, task=uploads.TASK, argument="upload_id", queue=lambda _: DELIVERY),
)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Change the departments, publish the batches, begin the versions, end the matters whose day has come.

    Days are China's dates.
    """
    today = local_date(now)
    due = MatterVersion.objects.filter(status=VersionStatus.SCHEDULED, effective_on__lte=today)
    ended = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED, cancel_on__lte=today)
    ended = ended.exclude(matter__state=MatterState.CANCELLED)
    changes = DepartmentChange.objects.waiting().filter(effective_on__lte=today)
    return {
        "departments_changed": queue.run_each(
            changes.order_by("effective_on", "pk").values_list("pk", flat=True)[:BATCH],
            lambda pk: departments.apply_change(change_id=pk, now=now),
        ),
        "batches_published": queue.run_each(
            ripe(today=today), lambda pk: batches.publish_if_ripe(batch_id=pk, now=now)
        ),
        "versions_begun": queue.run_each(
            due.order_by("number").values_list("pk", flat=True)[:BATCH],
            lambda pk: versions.begin(version_id=pk, now=now),
        ),
        "matters_expired": queue.run_each(
            ended.values_list("pk", flat=True)[:BATCH],
            lambda pk: versions.expire(version_id=pk, now=now),
        ),
    }
