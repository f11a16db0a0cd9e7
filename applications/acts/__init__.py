"""Every act on a task that has a page of its own. A new act is a row in one of these tables, and nothing else."""

from applications.acts import (
    clocks,
    consulting,
    decisions,
    handing,
    inspecting,
    noting,
    paying,
    steering,
    urging,
)
from applications.acts.base import TaskAct
from applications.models import ReviewTask
from core.errors import NotFound
from core.models import User

ACTS: tuple[TaskAct, ...] = (
    *decisions.ACTS,
    *paying.ACTS,
    *inspecting.ACTS,
    *consulting.ACTS,
    *noting.ACTS,
    *handing.ACTS,
    *steering.ACTS,
    *clocks.ACTS,
    *urging.ACTS,
)


def act_named(key: str) -> TaskAct:
    """Return the act of this address, or raise NotFound."""
    found = next((act for act in ACTS if act.key == key), None)
    if found is None:
        raise NotFound()
    return found


def offered(*, task: ReviewTask, by: User) -> list[TaskAct]:
    """Return the acts a person may do on a task now, in the order of the tables."""
    return [act for act in ACTS if not act.why_not(task=task, by=by)]
