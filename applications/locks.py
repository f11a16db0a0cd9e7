"""One lock for one application.

Every act on an application, its cases and their tasks first locks the application's row. Acts on one application
so happen one after another, and a join sees every sibling; acts on different applications never wait for each other.
"""

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery

from applications.enums import ConsultationStatus
from applications.models import Application, Case, Consultation, ReviewTask
from core.errors import NotFound
from core.prepared import Prepared
from matters.selectors import step_of, version_filed

Found = TypeVar("Found", bound=Model)


_APPLICATION = Prepared(lambda pk: _locked(pk))
_APPLICATION_OF_CASE = Prepared(lambda pk: _locked(_one(Case, pk, "application")))
_APPLICATION_OF_TASK = Prepared(lambda pk: _locked(_one(Case, _one(ReviewTask, pk, "case"), "application")))
_CASE = Prepared(lambda pk: Case.objects.filter(pk=pk))
_TASK = Prepared(
    lambda pk: (
        ReviewTask.objects.filter(pk=pk)
        .annotate(
            has_open_question=Exists(
                Consultation.objects.filter(task=OuterRef("pk"), status=ConsultationStatus.OPEN)
            )
        )
        .select_related("case", "department")
    )
)


def lock_application(pk: int) -> Application:
    """Return the application's row, locked until the transaction ends. Rows that refer to it may still be added."""
    return _found(_APPLICATION.first(pk))


def lock_case(pk: int) -> Case:
    """Return a case as it is under its application's lock, with application and version."""
    application = _found(_APPLICATION_OF_CASE.first(pk))
    case = _found(_CASE.first(pk))
    case.application, case.version = application, version_filed(case.version_id)
    return case


def lock_task(pk: int) -> ReviewTask:
    """Return a task as it is under its application's lock, with case, version, step and department; `has_open_question` is set."""
    application = _found(_APPLICATION_OF_TASK.first(pk))
    task = _found(_TASK.first(pk))
    case = task.case
    case.application, case.version = application, version_filed(case.version_id)
    task.step = step_of(case.version_id, task.step_id)
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


def _locked(pk: Any) -> QuerySet[Application]:
    return Application.objects.filter(pk=pk).order_by().select_for_update(no_key=True, of=("self",))


def _one(model: type[Model], pk: Any, column: str) -> Subquery:
    """Return a column of one row: told so, the database plans in a quarter of the time that it takes for a join."""
    return Subquery(model._default_manager.filter(pk=pk).order_by().values(column))


def _found(record: Found | None) -> Found:
    if record is None:
        raise NotFound()
    return record
