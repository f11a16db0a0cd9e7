"""Reading how long matters and steps really take: for heads of their departments' matters, for overseers of all."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from applications.permissions import OVERSEERS
from core.models import User
from matters.enums import Role
from matters.models import Department, StepFigures
from matters.permissions import departments_of, holds, require


def figure_departments(viewer: User) -> QuerySet[Department]:
    """Return the departments whose figures a head or an overseer may read, by code."""
    require(viewer, Role.HEAD, *OVERSEERS)
    found = Department.objects.filter(is_active=True).order_by("code")
    if holds(viewer, *OVERSEERS):
        return found
    return found.filter(pk__in=departments_of(viewer, (Role.HEAD,)))


def figures(viewer: User, department: Department | None = None) -> QuerySet[StepFigures]:
    """Return the figures of whole matters, the slowest first, with their steps prefetched at the matter.

    A head reads those of the department's own matters and of matters in which it has a step.
    """
    mine = [department.pk] if department else list(figure_departments(viewer).values_list("pk", flat=True))
    taking_part = StepFigures.objects.filter(matter=OuterRef("matter"), department__in=mine)
    steps = StepFigures.objects.exclude(step_key="").select_related("department")
    return (
        StepFigures.objects.filter(step_key="")
        .filter(Q(department__in=mine) | Exists(taking_part))
        .select_related("department", "matter__current", "matter__department")
        .prefetch_related(
            Prefetch("matter__figures", steps.order_by("step_order", "step_key")), "matter__current__steps"
        )
        .order_by("-p90", "id")
    )
