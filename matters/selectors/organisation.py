"""Who does it: departments, service points, and the posts of staff."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from core.errors import NotFound
from core.models import User
from matters.enums import Role
from matters.models import Department, DepartmentChange, ServicePoint, StaffPost
from matters.permissions import require


def departments() -> QuerySet[Department]:
    """Return the departments in use, by code; those merged into others only finish what they have."""
    return Department.objects.filter(is_active=True, successor=None).order_by("code")


def department_names() -> dict[str, str]:
    """Return by code what each department is called now: one merged into another by the name of that."""
    return {
        one.code: one.in_charge.name
        for one in Department.objects.filter(is_active=True).select_related("successor")
    }


def department_history(*, viewer: User) -> QuerySet[DepartmentChange]:
    """Return every rename and merger on record, the latest first, for those who keep the catalogue or administer."""
    require(viewer, Role.ADMINISTRATOR, Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR)
    return DepartmentChange.objects.select_related(
        "department", "into", "recorded_by", "called_off_by"
    ).order_by("-effective_on", "-pk")


def department_queues(codes: Collection[str] | None = None) -> list[str]:
    """Return the Celery queues of the departments in use, or of those named; for workers, which act for nobody."""
    found = Department.objects.filter(is_active=True)
    if codes is not None:
        found = found.filter(code__in=codes)
    return [department.queue for department in found.order_by("code")]


def service_points() -> QuerySet[ServicePoint]:
    """Return the service points in use, by code."""
    return ServicePoint.objects.filter(is_active=True).order_by("code")


def staff_posts(*, viewer: User) -> QuerySet[StaffPost]:
    """Return all posts, current ones first, for an administrator, supervisor or auditor."""
    require(viewer, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR)
    return StaffPost.objects.select_related("user", "department", "service_point", "given_by").order_by(
        "-ended_at", "department__code", "user__name", "pk"
    )


def staff_posts_by(
    *, viewer: User, q: str = "", department: Department | None = None, role: str = "", ended: str = ""
) -> QuerySet[StaffPost]:
    """Return the posts narrowed by person (name or user name), department and role; ended ones only on request."""
    found = staff_posts(viewer=viewer)
    if q:
        found = found.filter(Q(user__name__icontains=q) | Q(user__username__icontains=q))
    if department:
        found = found.filter(department=department)
    if role:
        found = found.filter(role=role)
    return found if ended else found.filter(ended_at=None)


def staff_post_for(*, viewer: User, pk: int) -> StaffPost:
    """Return one post for an administrator, supervisor or auditor; NotFound where there is none."""
    found = staff_posts(viewer=viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个岗位，可能已被更正，请刷新列表。")
    return found


def staff_accounts(*, viewer: User) -> QuerySet[User]:
    """Return the accounts that may be given posts, for an administrator: those not opened by an applicant."""
    require(viewer, Role.ADMINISTRATOR)
    return User.objects.filter(applicant=None, is_active=True).order_by("name", "username")
