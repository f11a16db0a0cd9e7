"""Reading for the way of a case: what its status rows do not tell by themselves."""

from dataclasses import dataclass
from datetime import datetime

from applications.models import Case, Consultation, StatusChange, Urging
from applications.selectors import changes_of
from core.calendar import WorkingTime, working_time


@dataclass(frozen=True)
class Happenings:
    """What has happened to one case, oldest first, and the days that count since it began."""

    changes: list[StatusChange]
    consultations: list[Consultation]
    urgings: list[Urging]
    working: WorkingTime


def happenings(case: Case, now: datetime) -> Happenings:
    """Return what has happened to a case that the caller has read for a viewer of staff."""
    asked = Consultation.objects.filter(task__case=case).select_related("department", "person", "asked_by")
    urged = Urging.objects.filter(task__case=case).select_related("asked_by")
    return Happenings(
        changes=list(changes_of(case.application).filter(case=case)),
        consultations=list(asked.order_by("id")),
        urgings=list(urged.order_by("id")),
        working=working_time(case.started_at or now),
    )
