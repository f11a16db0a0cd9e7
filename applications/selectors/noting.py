"""Reading what staff have written for each other: staff who may see the material or the case, nobody else."""

from django.db.models import Q, QuerySet

from applications.models import Annotation, Application, Case, Note, RecordPhoto, ReviewTask
from applications.permissions import BACK_OFFICE, OVERSEERS, is_applicant, materials_seen, visible_photos
from applications.selectors.consulting import materials_of
from core.errors import NotFound
from core.models import User
from matters.permissions import departments_of, holds, is_staff


def annotations_of(viewer: User, application: Application) -> list[Annotation]:
    """Return the annotations on those of an application's materials that a member of staff may see, oldest first.

    None on their own application.
    """
    if not is_staff(viewer) or is_applicant(viewer, application):
        return []
    found = Annotation.objects.filter(material__in=materials_seen(viewer, application.pk))
    return list(
        found.select_related("by", "resolved_by", "attachment", "task__step", "task__department").order_by(
            "id"
        )
    )


def open_annotations(task: ReviewTask, by: User) -> QuerySet[Annotation]:
    """Return what is not settled on the materials of a task's matter."""
    return Annotation.objects.filter(
        material__in=materials_of(task, by).values("pk"), resolved_at=None
    ).order_by("id")


def visible_notes(viewer: User) -> QuerySet[Note]:
    """Return the notes a viewer may see: of cases their departments own or have a task in; overseers see all.

    None on their own application: not even staff read what colleagues wrote of them as applicants.
    """
    theirs = Note.objects.exclude(case__application__applicant__user=viewer)
    if holds(viewer, *OVERSEERS):
        return theirs
    departments = departments_of(viewer, BACK_OFFICE)
    tasked = ReviewTask.objects.filter(department__in=departments).values("case")
    return theirs.filter(Q(case__in=tasked) | Q(case__version__matter__department__in=departments))


def notes_of(viewer: User, case: Case) -> list[Note]:
    """Return the notes on a case that the viewer may see, oldest first."""
    return list(visible_notes(viewer).filter(case=case).select_related("by").order_by("id"))


def photo_for(viewer: User, pk: int) -> RecordPhoto:
    """Return one picture of an inspection the viewer may see; NotFound otherwise."""
    found = visible_photos(viewer).filter(pk=pk).select_related("record__task__case__application").first()
    if found is None:
        raise NotFound("没有找到这张照片。")
    return found
