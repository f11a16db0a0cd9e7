"""Reading opinion templates: one's own, and those of the departments one works in."""

from django.db.models import Q, QuerySet

from applications.models import OpinionTemplate, ReviewTask
from applications.permissions import BACK_OFFICE
from core.errors import NotFound
from core.models import User
from matters.permissions import departments_of, require


def templates_of(viewer: User) -> QuerySet[OpinionTemplate]:
    """Return the templates a person of the back office may use."""
    require(viewer, *BACK_OFFICE)
    mine = Q(user=viewer) | Q(department__in=departments_of(viewer, BACK_OFFICE))
    return (
        OpinionTemplate.objects.filter(mine)
        .select_related("department")
        .order_by("kind", "outcome", "name", "id")
    )


def template_for(viewer: User, pk: int) -> OpinionTemplate:
    """Return one template the viewer may use; NotFound otherwise."""
    found = templates_of(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个意见模板，可能已经删除。")
    return found


def templates_for(viewer: User, task: ReviewTask) -> list[OpinionTemplate]:
    """Return what may be filled into the opinion on a task: the viewer's own, and its department's, for this kind of step."""
    mine = Q(user=viewer) | Q(department=task.department_id)
    found = OpinionTemplate.objects.filter(mine, kind=task.kind)
    return list(found.order_by("outcome", "name", "id"))
