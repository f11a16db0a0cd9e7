"""Reading for the back office: a department's queue, and what colleagues have found in a case."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from applications.enums import TaskStatus
from applications.models import Case, ReviewTask
from applications.permissions import BACK_OFFICE, OVERSEERS
from applications.selectors import department_tasks, late_tasks, open_tasks
from core.models import User
from matters.enums import Role
from matters.permissions import holds, require

LATE_SHOWN = 5


@dataclass(frozen=True)
class LateTasks:
    """What is late in the departments a head answers for; what has not arrived stands in no queue."""

    count: int
    not_arrived: list[ReviewTask]

    @property
    def title(self) -> str:
        """Return how many are late, in words."""
        return f"{self.count} 件任务已超期"


def queue(viewer: User) -> QuerySet[ReviewTask]:
    """Return every task that has reached the viewer's departments; for back-office and overseeing posts only."""
    require(viewer, *BACK_OFFICE, *OVERSEERS)
    return department_tasks(viewer)


def queue_counts(viewer: User, now: datetime) -> dict[str, int]:
    """Return how many tasks wait, are late, and are in the viewer's own hands."""
    return open_tasks(viewer).aggregate(
        live=Count("pk"),
        waiting=Count("pk", filter=Q(status=TaskStatus.OPEN)),
        late=Count("pk", filter=Q(due_at__lt=now)),
        mine=Count("pk", filter=Q(claimed_by=viewer)),
    )


def late_for_head(viewer: User, now: datetime) -> LateTasks | None:
    """Return what is late, for heads and overseers; None for everybody else, and when nothing is."""
    if not holds(viewer, Role.HEAD, *OVERSEERS):
        return None
    late = late_tasks(viewer, now).order_by("due_at", "id")
    count = late.count()
    if not count:
        return None
    return LateTasks(count, list(late.filter(status=TaskStatus.RELEASED)[:LATE_SHOWN]))


def findings_of(case: Case, *, without: ReviewTask) -> list[ReviewTask]:
    """Return the other tasks of a case in which somebody has found something, oldest first, with their records.

    The caller has read the case for a viewer.
    """
    found = (
        ReviewTask.objects.filter(case=case)
        .exclude(pk=without.pk)
        .filter(Q(status=TaskStatus.DONE) | Q(records__isnull=False))
        .select_related("step", "department", "completed_by")
        .prefetch_related("records__user")
    )
    return list(found.distinct().order_by("id"))
