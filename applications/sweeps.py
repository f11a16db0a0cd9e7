"""What waits in this room, and what happens to it when its time has come."""

from datetime import datetime

from applications.enums import LIVE_TASK, CorrectionStatus
from applications.models import Application, Case, Correction, ReviewTask
from applications.services import corrections, routing
from core import queue
from matters.enums import StepKind

BATCH = 500
SWEEPS = (
    queue.Sweep(
        ReviewTask, routing.OPEN_TASK, "task_id", lambda task: task.department.queue, related=("department",)
    ),
    queue.Sweep(Case, routing.ISSUE_RESULT, "case_id", lambda case: queue.DELIVERY),
    queue.Sweep(Application, routing.GATHER, "application_id", lambda application: queue.DELIVERY),
)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Do what time alone brings about: end special procedures that have run, lapse corrections not answered."""
    special = ReviewTask.objects.filter(kind=StepKind.SPECIAL, status__in=LIVE_TASK, due_at__lte=now)
    open_corrections = Correction.objects.filter(status=CorrectionStatus.OPEN, due_at__lt=now)
    return {
        "special_elapsed": queue.run_each(
            special.values_list("pk", flat=True)[:BATCH],
            lambda pk: routing.elapse_special(task_id=pk, now=now),
        ),
        "corrections_lapsed": queue.run_each(
            open_corrections.values_list("application_id", flat=True)[:BATCH],
            lambda pk: corrections.lapse(application_id=pk, now=now),
        ),
    }
