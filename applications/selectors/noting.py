"""Reading what staff have written for each other: staff who may see the material or the case, nobody else."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Annotation, Application, Case, Note, RecordPhoto, ReviewTask
from applications.permissions import BACK_OFFICE, OVERSEERS, is_applicant, materials_seen, visible_photos
from applications.selectors.consulting import materials_of
from core.errors import NotFound
from core.models import User
from core.prepared import Among, Prepared
from matters.permissions import departments_of, holds, is_staff


def annotations_of(viewer: User, application: Application) -> list[Annotation]:
    """Return the annotations on those of an application's materials that a member of staff may see, oldest first.

    None on their own application.
    """
    if not is_staff(viewer) or is_applicant(viewer, application):
        return []
    return _ANNOTATIONS.ask(materials_seen(viewer, application.pk))


_ANNOTATIONS = Prepared(
    lambda materials: (
        Annotation.objects.filter(Among("material", materials))
        .select_related("by", "resolved_by", "attachment", "task__step", "task__department")
        .order_by("id")
    )
)


def open_annotations(task: ReviewTask, by: User) -> QuerySet[Annotation]:
    """Return what is not settled on the materials of a task's matter."""
    return Annotation.objects.filter(
        material__in=materials_of(task, by).values("pk"), resolved_at=None
    ).order_by("id")


def notes_of(viewer: User, case: Case) -> list[Note]:
    """Return the notes on a case that a viewer may see, oldest first: if their department owns it or has a task in it; overseers see all.

    None on their own application: not even staff read what colleagues wrote of them as applicants.
    """
    if holds(viewer, *OVERSEERS):
        return _NOTES.ask(case.pk, viewer.pk)
    return _NOTES_FOR.ask(case.pk, viewer.pk, sorted(departments_of(viewer, BACK_OFFICE)))


def _notes(case: int, viewer: int) -> QuerySet[Note]:
    found = Note.objects.filter(case=case).exclude(case__application__applicant__user=viewer)
    return found.select_related("by").order_by("id")


def _tasked(departments: Any) -> Exists:
    return Exists(ReviewTask.objects.filter(Among("department", departments), case=OuterRef("case")))


_NOTES = Prepared(_notes)
_NOTES_FOR = Prepared(
    lambda case, viewer, departments: _notes(case, viewer).filter(
        Q(_tasked(departments)) | Q(Among("case__version__matter__department", departments))
    )
)


def photo_for(viewer: User, pk: int) -> RecordPhoto:
    """Return one picture of an inspection the viewer may see; NotFound otherwise."""
    found = visible_photos(viewer).filter(pk=pk).select_related("record__task__case__application").first()
    if found is None:
        raise NotFound("没有找到这张照片。")
    return found
