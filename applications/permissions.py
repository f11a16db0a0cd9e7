"""Who may act on, and who may see, an application, a case, a task. About the actor; states are the machine's."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus, Channel, ConsultationStatus, DeliveryMethod
from applications.models import (
    Absence,
    Application,
    ApplicationMaterial,
    Case,
    Consultation,
    RecordPhoto,
    ReviewTask,
)
from core.errors import Forbidden, NotFound
from core.models import Applicant, User
from core.prepared import Among, Prepared
from matters.enums import Role, StepKind
from matters.permissions import departments_of, holds, require

OVERSEERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT)
BACK_OFFICE = (Role.REVIEWER, Role.DECIDER, Role.HEAD)
EVERYWHERE = (Role.INTAKE, Role.OUTLET, *OVERSEERS)
"""Who sees all that was submitted: any window answers for any other (跨窗口通办), the outlet why a result is not there yet."""
HAND_OVER = (Role.OUTLET, Role.COURIER)
STEP_ROLES: dict[StepKind, tuple[Role, ...]] = {
    StepKind.REVIEW: (Role.REVIEWER,),
    StepKind.INSPECT: (Role.REVIEWER,),
    StepKind.CONSULT: (Role.REVIEWER, Role.HEAD),
    StepKind.SPECIAL: (),
    StepKind.DECIDE: (Role.DECIDER, Role.HEAD),
    StepKind.PAYOUT: (Role.REVIEWER, Role.DECIDER),
    StepKind.POST_CHECK: (Role.REVIEWER,),
}
"""Whose work a step of each kind is, in the department that has it; a special procedure is nobody's."""


_STOOD_IN_FOR = Prepared(
    lambda deputy: Absence.objects.under_way().filter(deputy=deputy).values_list("user_id", "department_id")
)


def is_applicant(viewer: User | None, application: Application) -> bool:
    """Return whether the viewer is the applicant's own account."""
    return bool(viewer and viewer.is_authenticated and application.applicant.user_id == viewer.pk)


def visible_applications(viewer: User | None) -> QuerySet[Application]:
    """Return the applications a viewer may see; someone else's record does not exist.

    The applicant sees their own; the counter, the outlet, supervisors and auditors see all that was submitted; the
    courier's desk what is sent; a department's back office sees applications with one of its cases or tasks, and the head
    of a lead department those of its bundles. The counter also sees the drafts it made itself. Each is asked for by its
    own cases and tasks: gathered first, all that a department has ever had would be read for one.
    """
    if viewer is None or not viewer.is_authenticated:
        return Application.objects.none()
    if holds(viewer, *EVERYWHERE):
        return Application.objects.filter(_own(viewer.pk) | _SUBMITTED)
    departments = departments_of(viewer, BACK_OFFICE)
    if not departments:
        return Application.objects.filter(_own(viewer.pk) | _sent(viewer))
    reviewed = _seen_by_departments(
        viewer.pk, sorted(departments), sorted(departments_of(viewer, (Role.HEAD,)))
    )
    if not holds(viewer, Role.COURIER):
        return reviewed
    return Application.objects.filter(_sent(viewer) | Q(pk__in=reviewed.values("pk")))


_SUBMITTED = ~Q(status=ApplicationStatus.DRAFT)


def _own(viewer: int) -> Q:
    return Q(applicant__user=viewer) | Q(created_by=viewer)


def _sent(viewer: User) -> Q:
    """What somebody at the courier's desk has, or has had, in their hands."""
    return Q(delivery__way=DeliveryMethod.COURIER) if holds(viewer, Role.COURIER) else Q(pk__in=[])


def _seen_by_departments(viewer: int, departments: Any, headed: Any) -> QuerySet[Application]:
    """As `visible_applications` for the back office of departments; all are told by their keys."""
    owned = Case.objects.filter(Among("version__matter__department", departments), application=OuterRef("pk"))
    tasked = ReviewTask.objects.filter(Among("department", departments), case__application=OuterRef("pk"))
    led = Q(Among("bundle__lead_department", headed))
    return Application.objects.filter(
        _own(viewer) | (_SUBMITTED & (Q(Exists(owned)) | Q(Exists(tasked)) | led))
    )


def sees_every_material(viewer: User | None) -> bool:
    """Return whether a viewer sees all materials of the applications they see: the back office does not, nor who hands over."""
    return holds(viewer, Role.INTAKE, *OVERSEERS) or not (
        departments_of(viewer, BACK_OFFICE) or holds(viewer, *HAND_OVER)
    )


def visible_materials(viewer: User | None) -> QuerySet[ApplicationMaterial]:
    """Return the materials a viewer may see with their files; those of other departments' matters do not exist.

    Whoever sees an application sees all of its materials, but a department's back office only those needed by a matter
    which it owns or in which it has a task: in a bundle the other matters are not its business. Who hands over results
    sees none. Who is asked for an opinion sees the materials given with the question, and nothing else of the application.
    """
    if sees_every_material(viewer):
        return ApplicationMaterial.objects.filter(
            Exists(visible_applications(viewer).filter(pk=OuterRef("application")))
        )
    return _materials_seen_by_departments(viewer.pk, *_posts_for_materials(viewer))


def materials_seen(viewer: User, application: int) -> list[int]:
    """Return which materials of an application (all by key) `visible_materials` finds."""
    if sees_every_material(viewer):
        return list(visible_materials(viewer).filter(application=application).values_list("pk", flat=True))
    return [pk for (pk,) in _MATERIALS_SEEN.ask(application, viewer.pk, *_posts_for_materials(viewer))]


def _posts_for_materials(viewer: User) -> tuple[list[int], list[int], list[int]]:
    departments, answered_for = answers_for(viewer)
    return departments, sorted(departments_of(viewer, (Role.HEAD,))), answered_for


def _materials_seen_by_departments(
    viewer: int, departments: Any, headed: Any, answered_for: Any
) -> QuerySet[ApplicationMaterial]:
    """As `visible_materials` for the back office of departments; all are told by their keys."""
    seen = Q(Exists(_seen_by_departments(viewer, departments, headed).filter(pk=OuterRef("application"))))
    mine = Q(application__applicant__user=viewer) | Q(application__created_by=viewer)
    tasked = ReviewTask.objects.filter(Among("department", departments), case=OuterRef("pk"))
    theirs = Case.objects.filter(
        Q(Among("version__matter__department", departments)) | Q(Exists(tasked)),
        application=OuterRef("application"),
    )
    needed = ExpressionWrapper(OuterRef("needed_by"), ArrayField(CharField()))
    needing = theirs.alias(needed=needed).filter(needed__contains=[F("version__name")])
    given = questions_to(viewer, departments, answered_for).exclude(
        status__in=[ConsultationStatus.LAPSED, ConsultationStatus.CANCELLED]
    )
    return ApplicationMaterial.objects.filter(
        (seen & (mine | Q(Exists(needing)))) | Q(Exists(given.filter(materials=OuterRef("pk"))))
    )


_MATERIALS_SEEN = Prepared(
    lambda application, *posts: (
        _materials_seen_by_departments(*posts).filter(application=application).values_list("pk")
    )
)


def answerable(viewer: User | None) -> QuerySet[Consultation]:
    """Return the questions a viewer may read and, while they are open, answer: put to them, or to their department.

    A department is answered for by whoever may take part in its consultations; never on one's own application.
    """
    posted, departments = answers_for(viewer)
    return questions_to(viewer.pk, posted, departments) if viewer and posted else Consultation.objects.none()


def answers_for(viewer: User | None) -> tuple[list[int], list[int]]:
    """Return the departments where a person can be asked, and those they answer for."""
    asked, answered_for = BACK_OFFICE, STEP_ROLES[StepKind.CONSULT]
    return sorted(departments_of(viewer, asked)), sorted(departments_of(viewer, answered_for))


def questions_to(person: int, posted: Any, departments: Any) -> QuerySet[Consultation]:
    """Return the questions put to somebody (by key) where they have a post, or to departments they answer for (lists of keys)."""
    to_them = Q(Among("department", posted), person=person)
    return Consultation.objects.filter(to_them | Q(Among("department", departments), person=None)).exclude(
        task__case__application__applicant__user=person
    )


def visible_photos(viewer: User | None) -> QuerySet[RecordPhoto]:
    """Return the photos of inspections a viewer may see: those of cases in which their departments have a task.

    Supervisors and auditors see all; the applicant, who may ask for the file by law, none here.
    """
    if holds(viewer, *OVERSEERS):
        return RecordPhoto.objects.all()
    cases = ReviewTask.objects.filter(department__in=departments_of(viewer, BACK_OFFICE)).values("case")
    return RecordPhoto.objects.filter(record__task__case__in=cases)


def may_see_query_code(viewer: User, application: Application) -> bool:
    """Return whether a viewer may read the query code: the applicant, and the windows that print it."""
    return is_applicant(viewer, application) or holds(viewer, Role.INTAKE, *HAND_OVER)


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


def require_urging(by: User, task: ReviewTask) -> None:
    """Allow a supervisor any task, and the head of a bundle's lead department the tasks of its members; nobody else."""
    bundle = task.case.application.bundle
    if bundle and holds(by, Role.HEAD, department=bundle.lead_department_id):
        return
    if not holds(by, Role.SUPERVISOR):
        raise Forbidden(
            "may_not_urge", "只有效能监督岗，以及本申报所属一件事的牵头部门负责人，可以发出督办。"
        )


def stood_in_for(by: User | None) -> set[tuple[int, int]]:
    """Return for whom a person stands in now: (user, department), one pair for each absence under way."""
    if by is None or not by.is_authenticated:
        return set()
    return set(_STOOD_IN_FOR.ask(by.pk))


def stands_in_for(by: User, task: ReviewTask) -> bool:
    """Return whether the holder of a task is away and this person is their deputy in the task's department.

    One step only: nobody stands in for a deputy, because no deputy may be away (`services.absences`).
    """
    if task.claimed_by_id in (None, by.pk):
        return False
    return (task.claimed_by_id, task.department_id) in stood_in_for(by)


def has_in_hand(by: User, task: ReviewTask) -> bool:
    """Return whether a task is in a person's own hands, or in those of somebody they stand in for."""
    return task.claimed_by_id == by.pk or stands_in_for(by, task)


def behalf(by: User, task: ReviewTask) -> str:
    """Return on whose behalf a person acts on a task they do not hold themselves: “代张三”; empty for its holder.

    Ask it under the lock and before the act, which may change the holder.
    """
    return f"代{task.claimed_by.name}" if stands_in_for(by, task) else ""


def require_counter(by: User) -> None:
    """Allow only an intake clerk."""
    require(by, Role.INTAKE)
