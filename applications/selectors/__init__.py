"""Reading for a person: every function takes the viewer, and what they may not see does not exist."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from applications.enums import ApplicationStatus, TaskStatus
from applications.models import (
    Application,
    ApplicationMaterial,
    Attachment,
    Case,
    CorrectionItem,
    Decision,
    ReviewTask,
    StatusChange,
    Urging,
)
from applications.permissions import BACK_OFFICE, OVERSEERS, visible_applications, visible_materials
from core import codes
from core.errors import Forbidden, NotFound
from core.fields import blind_index
from core.models import Applicant, OfficialDocument, User
from core.selectors import own_applicant
from matters.enums import Role
from matters.models import Department
from matters.permissions import departments_of, holds, require

FOUND_AT_COUNTER = 20


def _whole(
    applications: QuerySet[Application], materials: QuerySet[ApplicationMaterial] | None = None
) -> QuerySet[Application]:
    """Everything a page about one application or a list of them shows, in a fixed number of queries.

    `materials` are those the viewer may see, for viewers who may not see all.
    """
    tasks = (
        ReviewTask.objects.select_related("step", "department", "claimed_by", "completed_by")
        .prefetch_related("suspensions__started_by")
        .order_by("id")
    )
    cases = (
        Case.objects.select_related(
            "version__matter__department",
            "decision__decided_by",
            "decision__revocation",
            "certificate__document",
            "simulated_decision",
            "extension__approved_by",
        )
        .prefetch_related(
            Prefetch("tasks", tasks),
            "version__steps__department",
            "version__matter__figures",
            "waits_for__predecessor__version__matter",
            "simulated_decision__items__material",
            "simulated_decision__supplies__unfit",
        )
        .order_by("order")
    )
    kept = Attachment.objects.filter(removed_at=None).order_by("id")
    seen = ApplicationMaterial.objects.all() if materials is None else materials
    seen = seen.prefetch_related(Prefetch("attachments", kept)).order_by("order")
    return applications.select_related(
        "applicant",
        "bundle__lead_department",
        "service_point",
        "accepted_by",
        "correction",
        "delivery__shipment",
        "delivery__handover__service_point",
    ).prefetch_related(
        Prefetch("cases", cases),
        Prefetch("materials", seen),
        "visits__service_point",
        "delivery__shipment__events",
        "extensions__approved_by",
        Prefetch("correction__items", CorrectionItem.objects.select_related("material")),
    )


def application_for(viewer: User | None, number: str) -> Application:
    """Return one submitted application the viewer may see, whole; NotFound otherwise."""
    visible = visible_applications(viewer).filter(number=number)
    found = _whole(visible, visible_materials(viewer)).first()
    if found is None:
        raise NotFound("没有找到这项申请，请核对申报号。")
    return found


def application_by_id(viewer: User | None, pk: int) -> Application:
    """Return one application the viewer may see, a draft or a submitted one, whole; NotFound otherwise."""
    visible = visible_applications(viewer).filter(pk=pk)
    found = _whole(visible, visible_materials(viewer)).first()
    if found is None:
        raise NotFound("没有找到这项申请。")
    return found


def applicant_of(viewer: User) -> Applicant:
    """Return the applicant behind an account; staff accounts have none."""
    found = Applicant.objects.filter(user=viewer).first()
    if found is None:
        raise Forbidden(
            "not_an_applicant", "工作人员账号不能以自己的名义申请；请用个人或单位账号，或在窗口代为申报。"
        )
    return found


def visible_decisions(viewer: User) -> QuerySet[Decision]:
    """Return the decisions on applications the viewer may see, newest first."""
    return (
        Decision.objects.filter(case__application__in=visible_applications(viewer).values("pk"))
        .select_related("case__application", "case__version__matter__department")
        .order_by("-id")
    )


def draft_for(viewer: User | None, pk: int) -> Application:
    """Return a draft the viewer may go on filling in; NotFound otherwise."""
    found = _whole(visible_applications(viewer)).filter(pk=pk, status=ApplicationStatus.DRAFT).first()
    if found is None:
        raise NotFound("没有找到这份草稿，可能已经提交或删除。")
    return found


def my_applications(viewer: User) -> QuerySet[Application]:
    """Return the viewer's own applications as applicant, newest first, drafts included."""
    return _whole(Application.objects.filter(applicant=own_applicant(viewer))).order_by("-id")


def applications(viewer: User) -> QuerySet[Application]:
    """Return every application the viewer may see, newest first."""
    return _whole(visible_applications(viewer), visible_materials(viewer)).order_by("-id")


def intake_queue(viewer: User) -> QuerySet[Application]:
    """Return what waits for acceptance, oldest first; for intake posts."""
    require(viewer, Role.INTAKE)
    return _whole(Application.objects.filter(status=ApplicationStatus.SUBMITTED)).order_by(
        "submitted_at", "id"
    )


def counter_drafts(viewer: User) -> QuerySet[Application]:
    """Return the drafts this clerk began at the counter and has not submitted."""
    require(viewer, Role.INTAKE)
    return _whole(Application.objects.filter(status=ApplicationStatus.DRAFT, created_by=viewer)).order_by(
        "-id"
    )


def find_at_counter(viewer: User, text: str) -> QuerySet[Application]:
    """Return applications by number, or by the applicant's exact identity number, phone or name; for windows."""
    require(viewer, Role.INTAKE, Role.OUTLET, Role.COURIER)
    wanted = text.strip()
    if not wanted:
        return Application.objects.none()
    index = blind_index(wanted)
    matching = Q(number=codes.as_checked(wanted)) | Q(applicant__name=wanted) | Q(applicant__id_index=index)
    matching |= Q(applicant__phone_index=index)
    found = Application.objects.exclude(status=ApplicationStatus.DRAFT).filter(matching)
    return _whole(found).order_by("-id")[:FOUND_AT_COUNTER]


def queue_departments(viewer: User) -> QuerySet[Department]:
    """Return the departments whose queue the viewer works in, or oversees."""
    if holds(viewer, *OVERSEERS):
        return Department.objects.filter(is_active=True)
    return Department.objects.filter(pk__in=departments_of(viewer, BACK_OFFICE))


def department_tasks(viewer: User) -> QuerySet[ReviewTask]:
    """Return the tasks that have reached the queues of the viewer's departments, due first."""
    return _arrived(of_their_departments(viewer))


def of_their_departments(viewer: User) -> Q:
    """Return which tasks belong to the departments whose queue the viewer works in, or oversees.

    The departments are named, not looked up inside: only so does an index of one department give its tasks in order.
    """
    if holds(viewer, *OVERSEERS):
        return Q(department__is_active=True)
    return Q(department__in=sorted(departments_of(viewer, BACK_OFFICE)))


def led_tasks(viewer: User) -> QuerySet[ReviewTask]:
    """Return the tasks in bundles led by a department the viewer heads, whichever department has them, due first."""
    led = departments_of(viewer, (Role.HEAD,))
    return _arrived(Q(case__application__bundle__lead_department__in=led))


def _arrived(which: Q) -> QuerySet[ReviewTask]:
    """Return tasks that have reached a queue, each with whether an urging of it waits for its answer."""
    unanswered = Urging.objects.filter(task=OuterRef("pk"), answered_at=None)
    return (
        ReviewTask.objects.filter(which)
        .exclude(status=TaskStatus.RELEASED)
        .annotate(is_urged=Exists(unanswered))
        .select_related(
            "case__application__applicant",
            "case__version",
            "step",
            "department",
            "claimed_by",
            "case__application__bundle",
        )
        .order_by("due_at", "id")
    )


def open_tasks(viewer: User) -> QuerySet[ReviewTask]:
    """Return the tasks in the viewer's queues that somebody must still do."""
    return department_tasks(viewer).filter(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED])


def task_for(viewer: User, pk: int) -> ReviewTask:
    """Return one task the viewer's departments may see, or that their bundle leads; NotFound otherwise."""
    led = departments_of(viewer, (Role.HEAD,))
    own = Q(department__in=queue_departments(viewer).values("pk"))
    seen = _arrived(own | Q(case__application__bundle__lead_department__in=led)).filter(pk=pk)
    found = seen.prefetch_related(
        "records__user", "records__photos", "urgings__asked_by", "urgings__answered_by"
    ).first()
    if found is None:
        raise NotFound("没有找到这项任务，可能属于其他部门或尚未送达。")
    return found


def attachment_for(viewer: User | None, pk: int) -> Attachment:
    """Return a file of a material the viewer may see; NotFound otherwise."""
    found = (
        Attachment.objects.filter(pk=pk, removed_at=None, material__in=visible_materials(viewer).values("pk"))
        .select_related("material__application")
        .first()
    )
    if found is None:
        raise NotFound("没有找到这个文件。")
    return found


def documents_of(application: Application) -> QuerySet[OfficialDocument]:
    """Return the official documents of an application the caller has already read for a viewer."""
    return OfficialDocument.objects.filter(reference=application.number or "-").order_by("id")


def document_for(viewer: User | None, pk: int) -> OfficialDocument:
    """Return an official document of an application the viewer may see; NotFound otherwise."""
    numbers = visible_applications(viewer).exclude(number=None).values("number")
    found = OfficialDocument.objects.filter(pk=pk, reference__in=numbers).first()
    if found is None:
        raise NotFound("没有找到这份文书。")
    return found


def changes_of(application: Application) -> QuerySet[StatusChange]:
    """Return every transition of an application, its cases, tasks and delivery, oldest first: the timeline."""
    return (
        StatusChange.objects.filter(application=application)
        .select_related(
            "application__applicant",
            "by",
            "holder",
            "department",
            "case__version__matter__department",
            "task__step",
            "task__department",
        )
        .order_by("id")
    )


def public_progress(number: str, query_code: str) -> Application:
    """Return an application for anybody who holds its number and query code; NotFound otherwise, without saying which."""
    wanted = {"number": codes.as_checked(number), "query_code": query_code.strip().upper()}
    found = _whole(Application.objects.filter(**wanted)).first() if all(wanted.values()) else None
    if found is None:
        raise NotFound("申报号或查询码不正确，请对照回执核对。")
    return found


def usage() -> Counter[int]:
    """Return how often each matter (id) was applied for; for ranking by use."""
    rows = Case.objects.exclude(application__number=None).values("version__matter_id").annotate(n=Count("id"))
    return Counter({row["version__matter_id"]: row["n"] for row in rows})


def bundle_usage() -> Counter[int]:
    """Return how often each bundle (id) was applied for; for ranking by use."""
    filed = Application.objects.exclude(number=None).exclude(bundle=None)
    return Counter(dict(filed.values_list("bundle_id").annotate(Count("id")).order_by()))


def bundle_last_filed() -> dict[int, datetime]:
    """Return when each bundle (id) was last applied for."""
    filed = Application.objects.exclude(number=None).exclude(bundle=None)
    return dict(filed.values_list("bundle_id").annotate(Max("submitted_at")).order_by())


def late_tasks(viewer: User, now: datetime, statuses: Collection[str]) -> QuerySet[ReviewTask]:
    """Return the tasks of the viewer's departments in these states whose time has passed.

    Those that have arrived and those no worker has receipted are asked for apart: each has an index of its own.
    """
    return ReviewTask.objects.filter(
        of_their_departments(viewer), status__in=statuses, due_at__lt=now
    ).select_related("case__application", "case__version", "step", "department")
