"""Reading about decisions: what waits for the head, and what the public may know."""

from django.db.models import Exists, OuterRef, QuerySet

from applications.enums import DraftStatus, TaskStatus
from applications.models import DecisionDraft, Publication, ReviewTask
from core.models import User
from matters.enums import Role, StepKind
from matters.models import Department
from matters.permissions import departments_of


def awaiting_countersign(viewer: User) -> QuerySet[DecisionDraft]:
    """Return the drafts that wait for the viewer to countersign, oldest first; `task_id` is where to do it.

    Those of the departments whose head they are, but not what they drafted or accepted themselves.
    """
    heads = departments_of(viewer, (Role.HEAD,))
    if not heads:
        return DecisionDraft.objects.none()
    tasks = ReviewTask.objects.filter(
        case=OuterRef("case"),
        kind=StepKind.DECIDE,
        status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED],
        department__in=heads,
    )
    waiting = DecisionDraft.objects.filter(Exists(tasks), status=DraftStatus.COUNTERSIGNING)
    return (
        waiting.exclude(drafted_by=viewer)
        .exclude(accepted_by=viewer)
        .annotate(task_id=tasks.values("pk")[:1])
        .select_related("case__application__applicant", "case__version", "drafted_by")
        .order_by("drafted_at", "id")
    )


def published() -> QuerySet[Publication]:
    """Return the public list of granted licences, newest first; anybody may read it (行政许可法 §40)."""
    listed = Publication.objects.filter(published_at__isnull=False, withheld_at=None)
    return listed.select_related(
        "department", "decision__revocation", "decision__case__certificate__document"
    ).order_by("-decided_on", "-id")


def publishing_departments() -> QuerySet[Department]:
    """Return the departments of which a licence stands on the public list."""
    listed = published().filter(department=OuterRef("pk")).order_by()
    return Department.objects.filter(Exists(listed)).order_by("code")
