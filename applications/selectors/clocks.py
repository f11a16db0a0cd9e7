"""Reading the clocks of a case for whoever may read the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from applications.models import Case, Clock, Extension, ReviewTask, Suspension
from core.clock import CHINA
from core.prepared import Prepared

MOST_COUNTED = 9_999


@dataclass(frozen=True)
class CaseClocks:
    """The clocks that a case stands under, with what suspends and extends them; read in three queries."""

    clocks: Sequence[Clock]
    suspensions: Sequence[Suspension]
    extensions: Sequence[Extension]


def clocks_of(case: Case, *, task: ReviewTask) -> CaseClocks:
    """Return the clocks of a case, of its application and of one of its tasks; the caller has read it for a viewer."""
    return CaseClocks(
        _CLOCKS.ask(case.application_id, case.pk, task.pk),
        _SUSPENSIONS.ask(case.application_id),
        _EXTENSIONS.ask(case.application_id, case.pk),
    )


_CLOCKS = Prepared(
    lambda application, case, task: Clock.objects.filter(
        Q(application=application, case=None) | Q(case=case, task=None) | Q(task=task)
    ).order_by("id")
)
_SUSPENSIONS = Prepared(
    lambda application: (
        Suspension.objects.filter(case__application=application)
        .select_related("task__step", "started_by", "case__version")
        .defer("case__version__content")
        .order_by("id")
    )
)
_EXTENSIONS = Prepared(
    lambda application, case: Extension.objects.filter(
        Q(application=application) | Q(case=case)
    ).select_related("approved_by")
)


def reaching(first: date) -> QuerySet[Clock]:
    """Return the running clocks that a change of the calendar from this day on may move: due then or later, or open."""
    begins = datetime(first.year, first.month, first.day, tzinfo=CHINA)
    return Clock.objects.running().filter(Q(due_at=None) | Q(due_at__gte=begins))


def reached(first: date) -> tuple[int, int]:
    """Return how many running clocks, of how many applications, a change from this day on may move; at most MOST_COUNTED + 1."""
    found = reaching(first).order_by().values_list("application_id", flat=True)[: MOST_COUNTED + 1]
    applications = list(found)
    return len(applications), len(set(applications))
