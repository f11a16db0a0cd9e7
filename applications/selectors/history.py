"""Reading for the way of a case: what its status rows do not tell by themselves."""

from dataclasses import dataclass
from datetime import datetime

from applications.models import Case, Consultation, StatusChange, Urging
from applications.selectors import changes_of
from core.calendar import WorkingTime, working_time
from core.prepared import Prepared


@dataclass(frozen=True)
class Happenings:
    """What has happened to one case, oldest first, and the days that count since it began."""

    changes: list[StatusChange]
    consultations: list[Consultation]
    urgings: list[Urging]
    working: WorkingTime


def happenings(case: Case, now: datetime) -> Happenings:
    """Return what has happened to a case that the caller has read for a viewer of staff."""
    return Happenings(
        changes=[each for each in changes_of(case.application) if each.case_id == case.pk],
        consultations=_ASKED.ask(case.pk),
        urgings=_URGED.ask(case.pk),
        working=working_time(case.started_at or now),
    )


_ASKED = Prepared(
    lambda case: (
        Consultation.objects.filter(task__case=case)
        .select_related("department", "person", "asked_by")
        .order_by("id")
    )
)
_URGED = Prepared(
    lambda case: Urging.objects.filter(task__case=case).select_related("asked_by").order_by("id")
)
