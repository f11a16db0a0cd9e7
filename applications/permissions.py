"""Who may act on, and who may see, an application, a case, a task. About the actor; states are the machine's."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus, Channel
from applications.models import Application, ApplicationMaterial, Case, ReviewTask
from core.errors import Forbidden, NotFound
from core.models import Applicant, User
from matters.enums import Role
from matters.permissions import departments_of, holds, require

OVERSEERS = (Role.SUPERVISOR, Role.AUDITOR)
BACK_OFFICE = (Role.REVIEWER, Role.DECIDER, Role.HEAD)
WINDOWS = (Role.INTAKE, Role.OUTLET, Role.COURIER)


def is_applicant(viewer: User | None, application: Application) -> bool:
    """Return whether the viewer is the applicant's own account."""
    return bool(viewer and viewer.is_authenticated and application.applicant.user_id == viewer.pk)


def visible_applications(viewer: User | None) -> QuerySet[Application]:
    """Return the applications a viewer may see; someone else's record does not exist.

    The applicant sees their own; windows see what has been submitted; a department's back office sees applications
    with one of its cases or tasks; supervisors and auditors see all that was submitted. The counter also sees the
    drafts it made itself.
    """
    if viewer is None or not viewer.is_authenticated:
        return Application.objects.none()
    mine = Q(applicant__user=viewer) | Q(created_by=viewer)
    submitted = ~Q(status=ApplicationStatus.DRAFT)
    if holds(viewer, *WINDOWS, *OVERSEERS):
        return Application.objects.filter(mine | submitted)
    departments = departments_of(viewer, BACK_OFFICE)
    if not departments:
        return Application.objects.filter(mine)
    owned = Application.objects.filter(cases__version__matter__department__in=departments).values("pk")
    tasked = ReviewTask.objects.filter(department__in=departments).values("case__application_id")
    return Application.objects.filter(mine | (submitted & (Q(pk__in=owned) | Q(pk__in=tasked))))


def visible_materials(viewer: User | None) -> QuerySet[ApplicationMaterial]:
    """Return the materials a viewer may see with their files; those of other departments' matters do not exist.

    Whoever sees an application sees all of its materials, but a department's back office only those needed by a matter
    which it owns or in which it has a task: in a bundle the other matters are not its business.
    """
    seen = ApplicationMaterial.objects.filter(application__in=visible_applications(viewer).values("pk"))
    departments = departments_of(viewer, BACK_OFFICE)
    if not departments or holds(viewer, *WINDOWS, *OVERSEERS):
        return seen
    mine = Q(application__applicant__user=viewer) | Q(application__created_by=viewer)
    tasked = ReviewTask.objects.filter(department__in=departments).values("case")
    theirs = Case.objects.filter(
        Q(version__matter__department__in=departments) | Q(pk__in=tasked),
        application=OuterRef("application"),
    )
    needed = ExpressionWrapper(OuterRef("needed_by"), ArrayField(CharField()))
    needing = theirs.alias(needed=needed).filter(needed__contains=[F("version__name")])
    return seen.filter(mine | Exists(needing))


def may_see_query_code(viewer: User, application: Application) -> bool:
    """Return whether a viewer may read the query code: the applicant, and the windows that print it."""
    return is_applicant(viewer, application) or holds(viewer, *WINDOWS)


def require_filing_for(by: User, applicant: Applicant, channel: str) -> None:
    """Allow an applicant to file for themselves, and an intake clerk to file for anybody at the counter."""
    if channel == Channel.COUNTER:
        require(by, Role.INTAKE)
    elif applicant.user_id != by.pk:
        raise Forbidden("not_the_applicant", "您只能以本人或本单位的名义申请。")


def require_editing(by: User, application: Application) -> None:
    """Allow the applicant, and at the counter any intake clerk, to change what was typed."""
    if is_applicant(by, application) or (application.channel == Channel.COUNTER and holds(by, Role.INTAKE)):
        return
    raise NotFound()


def require_answering(by: User, application: Application) -> None:
    """Allow the applicant on the web, and an intake clerk at the counter, to answer a correction or withdraw."""
    if is_applicant(by, application) or holds(by, Role.INTAKE):
        return
    raise NotFound()


def require_task_role(by: User, task: ReviewTask, *roles: Role) -> None:
    """Allow only posts in the task's own department; another department's task is refused by name."""
    require(by, *roles, department=task.department_id)


def require_counter(by: User) -> None:
    """Allow only an intake clerk."""
    require(by, Role.INTAKE)
