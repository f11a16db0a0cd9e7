"""Reading the flow of a case around one of its tasks."""

from django.db.models import QuerySet

from applications import flow
from applications.enums import TaskOutcome, TaskStatus
from applications.models import ReviewTask
from applications.permissions import STEP_ROLES
from applications.questions import skipped_steps
from matters.enums import StepKind
from matters.joining import OPINIONS
from matters.models import Department, StaffPost


def finished_before(task: ReviewTask) -> list[ReviewTask]:
    """Return the latest rounds of the finished steps before a task's own that can be done again, in their order.

    Opinions only: a decision, a publicity and a payment are not done twice. A step that sent another one back is not
    finished.
    """
    steps = list(task.case.version.steps.all())
    after = {step.key: step.after for step in steps}
    before, waiting = set(), list(after[task.step.key])
    while waiting:
        key = waiting.pop()
        if key not in before:
            before.add(key)
            waiting += after[key]
    tasks = task.case.tasks.select_related("step", "department__successor")
    latest = flow.latest_rounds(tasks)
    return [
        latest[step.key]
        for step in steps
        if step.key in before
        and step.kind in OPINIONS
        and step.key in latest
        and _is_finished(latest[step.key])
    ]


def examined_besides(task: ReviewTask) -> list[str]:
    """Return the steps of a task's case that give an opinion, have given one or still will, without the task's own."""
    steps = list(task.case.version.steps.all())
    latest = flow.latest_rounds(task.case.tasks.select_related("step"))
    spared = set(skipped_steps(task.case, steps)) | {
        key for key, each in latest.items() if each.outcome == TaskOutcome.SKIPPED
    }
    return [
        step.key
        for step in steps
        if step.kind in OPINIONS and step.key != task.step.key and step.key not in spared
    ]


def skips() -> QuerySet[ReviewTask]:
    """Return the steps that a head went past; whoever did does not decide their cases."""
    return ReviewTask.objects.filter(outcome=TaskOutcome.SKIPPED)


def _is_finished(task: ReviewTask) -> bool:
    return task.status == TaskStatus.DONE and task.outcome != TaskOutcome.SENT_BACK


def departments_for(task: ReviewTask) -> QuerySet[Department]:
    """Return the other departments that have people with a post a task's step demands."""
    posts = StaffPost.objects.current().filter(role__in=STEP_ROLES[StepKind(task.kind)])
    return (
        Department.objects.filter(is_active=True, pk__in=posts.values("department"))
        .exclude(pk=task.department_id)
        .order_by("code")
    )
