"""The catalogue as those who keep it see it."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from core.models import User
from matters.enums import Role
from matters.models import Bundle, Department, MatterTemplate, MatterVersion
from matters.permissions import departments_of, holds, require
from matters.selectors.bundled import bundles


def kept(*, viewer: User) -> QuerySet[MatterVersion]:
    """Return the current version of every matter that a viewer keeps: an editor their departments', the office all."""
    require(viewer, Role.EDITOR, Role.OFFICE)
    return MatterVersion.objects.filter(current_of__isnull=False, matter__department__in=_kept_by(viewer))


def catalogue(*, viewer: User, q: str = "", department: Department | None = None) -> QuerySet[MatterVersion]:
    """Return the current version of every matter, also of suspended and cancelled ones, with its `material_count`, `step_count` and the `newest_template` number, for those who keep the catalogue.

    An editor sees their own departments' matters, the office those of all; narrowed by code or name, and department.
    """
    found = kept(viewer=viewer)
    if q:
        found = found.filter(
            Q(matter__code__icontains=q) | Q(name__icontains=q) | Q(everyday_name__icontains=q)
        )
    if department:
        found = found.filter(matter__department=department)
    newest = MatterTemplate.objects.filter(code=OuterRef("template")).order_by("-number").values("number")
    return found.select_related("matter__department").annotate(
        material_count=Count("materials", distinct=True),
        step_count=Count("steps", distinct=True),
        newest_template=Subquery(newest[:1]),
    )


def catalogue_departments(*, viewer: User) -> QuerySet[Department]:
    """Return the departments whose matters a viewer finds in the catalogue, by code."""
    return _kept_by(viewer).order_by("code")


def _kept_by(viewer: User) -> QuerySet[Department]:
    if holds(viewer, Role.OFFICE):
        return Department.objects.all()
    return Department.objects.filter(pk__in=departments_of(viewer, [Role.EDITOR]))


def kept_bundles(*, viewer: User) -> QuerySet[Bundle]:
    """Return the bundles in use with all that their keepers see, by code; an editor sees them all, for they are joint."""
    require(viewer, Role.EDITOR, Role.OFFICE)
    return bundles().select_related("industry_department")
