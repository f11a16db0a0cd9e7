"""Reading questions put to others, and their answers."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from applications.enums import LIVE_TASK, ConsultationStatus, TaskStatus
from applications.models import ApplicationMaterial, Attachment, Consultation, ReviewTask
from applications.permissions import BACK_OFFICE, answerable, answers_for, materials_seen, questions_to
from core.errors import NotFound
from core.models import User
from core.prepared import Prepared
from matters.models import Department, StaffPost

MOST_COUNTED = 99
_ON_TASK = Prepared(
    lambda task: (
        Consultation.objects.filter(task=task)
        .select_related("department", "person", "asked_by", "answered_by")
        .order_by("id")
    )
)
_OPEN = Prepared(lambda task: Consultation.objects.filter(task=task, status=ConsultationStatus.OPEN))


def open_on(task: ReviewTask) -> list[Consultation]:
    """Return the questions on a task the caller has locked that nobody has answered or withdrawn."""
    return _OPEN.ask(task.pk) if task.has_open_question else []


def consultations_of(task: ReviewTask) -> list[Consultation]:
    """Return the questions asked on a task the caller has read for a viewer or locked, oldest first."""
    asked = _ON_TASK.ask(task.pk)
    for consultation in asked:
        consultation.task = task
    return asked


def to_answer(viewer: User) -> QuerySet[Consultation]:
    """Return the questions that wait for the viewer's answer, due first; those of a task that has ended do not."""
    return _listed(answerable(viewer)).filter(status=ConsultationStatus.OPEN, task__status__in=LIVE_TASK)


def answered(viewer: User) -> QuerySet[Consultation]:
    """Return the questions to the viewer or their departments that need no answer any more, the latest first."""
    return _listed(answerable(viewer)).exclude(status=ConsultationStatus.OPEN).order_by("-due_at", "-id")


def asked_by(viewer: User) -> QuerySet[Consultation]:
    """Return the questions on the tasks the viewer holds, due first: what came of them waits for the viewer."""
    return _listed(Consultation.objects.filter(task__claimed_by=viewer, task__status=TaskStatus.CLAIMED))


def waiting_count(viewer: User) -> int:
    """Return how many questions wait for the viewer's answer, and how many answers for the viewer; at most one more than MOST_COUNTED."""
    return min(len(_WAITING.ask(viewer.pk, *answers_for(viewer))), MOST_COUNTED + 1)


@Prepared
def _WAITING(person: int, posted: Any, departments: Any) -> QuerySet[Consultation, tuple[int]]:
    to_them = questions_to(person, posted, departments)
    waiting = to_them.filter(status=ConsultationStatus.OPEN, task__status__in=LIVE_TASK)
    asked = Consultation.objects.filter(task__claimed_by=person, task__status=TaskStatus.CLAIMED)
    back = asked.exclude(status=ConsultationStatus.OPEN)
    first, second = (found.order_by().values_list("pk")[: MOST_COUNTED + 1] for found in (waiting, back))
    return first.union(second, all=True)


def put_to(viewer: User) -> QuerySet[Consultation]:
    """Return the questions put to the viewer or to departments they answer for, each with its case and the materials given."""
    return _whole(answerable(viewer))


def asked_on(task: ReviewTask) -> QuerySet[Consultation]:
    """Return the questions asked on a task the caller has read for a viewer, whole, oldest first."""
    return _whole(task.consultations.order_by("id"))


def _whole(found: QuerySet[Consultation]) -> QuerySet[Consultation]:
    kept = Attachment.objects.filter(removed_at=None).order_by("id")
    given = ApplicationMaterial.objects.order_by("order").prefetch_related(Prefetch("attachments", kept))
    return found.select_related(
        "task__case__application__applicant",
        "task__case__application__bundle",
        "task__case__application__accepted_by",
        "task__case__version",
        "task__step",
        "task__department",
        "department",
        "person",
        "asked_by",
        "answered_by",
    ).prefetch_related(Prefetch("materials", given))


def consultation_for(viewer: User, pk: int) -> Consultation:
    """Return one question the viewer may answer, or could while it was open, with its case and the materials given; NotFound otherwise."""
    found = put_to(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这件征询，可能不是向您或您的部门提出的。")
    return found


def departments_to_ask(task: ReviewTask) -> QuerySet[Department]:
    """Return the departments a question on a task may be put to: all that work, but not its own."""
    return Department.objects.filter(is_active=True).exclude(pk=task.department_id).order_by("code")


def colleagues_to_ask(task: ReviewTask, by: User) -> QuerySet[User]:
    """Return the people of the task's own department whom `by` may ask; never the applicant."""
    posts = StaffPost.objects.current().filter(department=task.department_id, role__in=BACK_OFFICE)
    found = User.objects.filter(pk__in=posts.values("user")).exclude(pk=by.pk)
    return found.exclude(applicant__applications__cases=task.case_id).order_by("name", "pk")


def materials_of(task: ReviewTask, by: User) -> QuerySet[ApplicationMaterial]:
    """Return the materials of a task's own matter that `by` may see, in their order."""
    seen = ApplicationMaterial.objects.filter(pk__in=materials_seen(by, task.case.application_id))
    return seen.filter(needed_by__contains=[task.case.version.name]).order_by("order")


def _listed(found: QuerySet[Consultation]) -> QuerySet[Consultation]:
    return found.select_related(
        "task__case__application", "task__case__version", "task__department", "department", "person"
    ).order_by("due_at", "id")
