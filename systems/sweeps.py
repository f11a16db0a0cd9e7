"""What waits in this room, and what is found without a message."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core import queue
from systems.models import Push
from systems.selectors import SUBJECTS, tasks_without_push
from systems.services import pushes

PUSHES = queue.Sweep(
    Push,
    pushes.SEND_PUSH,
    "push_id",
    lambda push: push.system.department.queue,
    related=("system__department", *SUBJECTS),
    gives_up=True,
    title="推送给部门系统",
    label=lambda push: f"{push.get_kind_display()} {push.subject_number} → {push.system}",
    page=lambda push: reverse("system", args=[push.system.department.code]),
)
SWEEPS = (PUSHES,)


def _untold_tasks(now: datetime) -> QuerySet:
    return tasks_without_push().values_list("pk", flat=True)


DUE = (queue.Due("tasks_pushed", _untold_tasks, pushes.of_task, "task_id"),)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Write the messages that nobody wrote because theirs to us was lost."""
    return queue.run_due(DUE, now=now)
