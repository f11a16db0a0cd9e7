"""One lock for one application.

Every act on an application, its cases and their tasks first locks the application's row. Acts on one application
so happen one after another, and a join sees every sibling; acts on different applications never wait for each other.
"""

from applications.models import Application, Case, Consultation, ReviewTask
from core.errors import NotFound


def lock_application(pk: int) -> Application:
    """Return the application's row, locked until the transaction ends. Rows that refer to it may still be added."""
    found = Application.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def lock_case(pk: int) -> Case:
    """Return a case as it is under its application's lock, with application and version."""
    application = lock_application(
        _application_of(Case.objects.filter(pk=pk).values_list("application_id", flat=True))
    )
    case = Case.objects.select_related("version__matter__department").get(pk=pk)
    case.application = application
    return case


def lock_task(pk: int) -> ReviewTask:
    """Return a task as it is under its application's lock, with case, version, step and department."""
    application = lock_application(
        _application_of(ReviewTask.objects.filter(pk=pk).values_list("case__application_id", flat=True))
    )
    task = ReviewTask.objects.select_related("case__version__matter__department", "step", "department").get(
        pk=pk
    )
    task.case.application = application
    return task


def lock_consultation(pk: int) -> Consultation:
    """Return a question as it is under its application's lock, with its task."""
    task_id = Consultation.objects.filter(pk=pk).values_list("task_id", flat=True).first()
    if task_id is None:
        raise NotFound()
    task = lock_task(task_id)
    consultation = Consultation.objects.select_related("department", "person", "asked_by").get(pk=pk)
    consultation.task = task
    return consultation


def _application_of(ids) -> int:
    found = ids.first()
    if found is None:
        raise NotFound()
    return found
