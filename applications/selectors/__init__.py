"""Reading for a person: every function takes the viewer, and what they may not see does not exist."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from applications.enums import ApplicationStatus, TaskStatus
from applications.models import (
    Application,
    Attachment,
    Case,
    Decision,
    ReviewTask,
    StatusChange,
)
from applications.permissions import (
    BACK_OFFICE,
    HAND_OVER,
    OVERSEERS,
    materials_seen,
    sees_every_material,
    visible_applications,
    visible_materials,
)
from applications.whole import (
    APPLICATION,
    APPLICATION_AT_COUNTER,
    APPLICATION_CARD,
    APPLICATION_WITHOUT_MATERIALS,
    TASK,
    TASK_ROW,
)
from core import codes
from core.errors import Forbidden, NotFound
from core.fields import blind_index
from core.models import Applicant, OfficialDocument, User
from core.prepared import Prepared
from core.selectors import own_applicant
from core.whole import narrow
from matters.enums import Role
from matters.models import Department
from matters.permissions import departments_of, holds, require

FOUND_AT_COUNTER = 20


def _seen_by(viewer: User | None, applications: QuerySet[Application]) -> QuerySet[Application]:
    """Return applications the viewer may see, whole, with the materials they may see."""
    if sees_every_material(viewer):
        return APPLICATION.over(applications)
    kept = Prefetch("attachments", Attachment.objects.filter(removed_at=None).order_by("id"))
    seen = visible_materials(viewer).prefetch_related(kept).order_by("order")
    return APPLICATION_WITHOUT_MATERIALS.over(applications).prefetch_related(Prefetch("materials", seen))


def _one_seen_by(viewer: User | None, why_not: str, **which: Any) -> Application:
    found = APPLICATION.over(visible_applications(viewer).filter(**which)).first()
    if found is None:
        raise NotFound(why_not)
    if viewer and not sees_every_material(viewer):
        narrow(found, "materials", materials_seen(viewer, found.pk))
    return found


def application_for(viewer: User | None, number: str) -> Application:
    """Return one submitted application the viewer may see, whole; NotFound otherwise."""
    return _one_seen_by(viewer, "没有找到这项申请，请核对申报号。", number=number)


def application_by_id(viewer: User | None, pk: int) -> Application:
    """Return one application the viewer may see, a draft or a submitted one, whole; NotFound otherwise."""
    return _one_seen_by(viewer, "没有找到这项申请。", pk=pk)


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
    found = (
        APPLICATION.over(visible_applications(viewer)).filter(pk=pk, status=ApplicationStatus.DRAFT).first()
    )
    if found is None:
        raise NotFound("没有找到这份草稿，可能已经提交或删除。")
    return found


def my_applications(viewer: User) -> QuerySet[Application]:
    """Return the viewer's own applications as applicant, newest first, drafts included."""
    return APPLICATION_CARD.over(Application.objects.filter(applicant=own_applicant(viewer))).order_by("-id")


def applications(viewer: User) -> QuerySet[Application]:
    """Return every application the viewer may see, newest first."""
    return _seen_by(viewer, visible_applications(viewer)).order_by("-id")


def intake_queue(viewer: User) -> QuerySet[Application]:
    """Return what waits for acceptance, oldest first; for intake posts."""
    require(viewer, Role.INTAKE)
    return APPLICATION_AT_COUNTER.over(
        Application.objects.filter(status=ApplicationStatus.SUBMITTED)
    ).order_by("submitted_at", "id")


def counter_drafts(viewer: User) -> QuerySet[Application]:
    """Return the drafts this clerk began at the counter and has not submitted."""
    require(viewer, Role.INTAKE)
    drafts = Application.objects.filter(status=ApplicationStatus.DRAFT, created_by=viewer)
    return APPLICATION_AT_COUNTER.over(drafts).order_by("-id")


def find_at_counter(viewer: User, text: str) -> QuerySet[Application]:
    """Return what a window may see by number, or by the applicant's exact identity number, phone or name."""
    require(viewer, Role.INTAKE, *HAND_OVER)
    wanted = text.strip()
    if not wanted:
        return Application.objects.none()
    index = blind_index(wanted)
    matching = Q(number=codes.as_checked(wanted)) | Q(applicant__name=wanted) | Q(applicant__id_index=index)
    matching |= Q(applicant__phone_index=index)
    found = visible_applications(viewer).exclude(status=ApplicationStatus.DRAFT).filter(matching)
    return APPLICATION.over(found).order_by("-id")[:FOUND_AT_COUNTER]


def queue_departments(viewer: User) -> QuerySet[Department]:
    """Return the departments whose queue the viewer works in, or oversees."""
    if holds(viewer, *OVERSEERS):
        return Department.objects.filter(is_active=True)
    return Department.objects.filter(pk__in=departments_of(viewer, BACK_OFFICE))


def department_tasks(viewer: User) -> QuerySet[ReviewTask]:
    """Return the tasks that have reached the queues of the viewer's departments, due first."""
    return TASK_ROW.over(_arrived(of_their_departments(viewer)))


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
    return TASK_ROW.over(_arrived(Q(case__application__bundle__lead_department__in=led)))


def _arrived(which: Q) -> QuerySet[ReviewTask]:
    """Return tasks that have reached a queue."""
    return ReviewTask.objects.filter(which).exclude(status=TaskStatus.RELEASED).order_by("due_at", "id")


def open_tasks(viewer: User) -> QuerySet[ReviewTask]:
    """Return the tasks in the viewer's queues that somebody must still do."""
    return department_tasks(viewer).filter(status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED])


def task_for(viewer: User, pk: int) -> ReviewTask:
    """Return one task the viewer's departments may see, or that their bundle leads; NotFound otherwise."""
    led = departments_of(viewer, (Role.HEAD,))
    own = Q(department__in=queue_departments(viewer).values("pk"))
    found = TASK.over(
        _arrived(own | Q(case__application__bundle__lead_department__in=led)).filter(pk=pk)
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


def changes_of(application: Application) -> list[StatusChange]:
    """Return every transition of an application read whole, its cases, tasks and delivery, oldest first: the timeline."""
    cases = {case.pk: case for case in application.cases.all()}
    tasks = {task.pk: task for case in cases.values() for task in case.tasks.all()}
    known = (change for change in _CHANGES.ask(application.pk) if change.case_id in (None, *cases))
    changes = [
        change for change in known if change.task_id in (None, *tasks)
    ]  # others have come since it was read
    for change in changes:
        change.application = application
        change.case, change.task = cases.get(change.case_id or 0), tasks.get(change.task_id or 0)
    return changes


_CHANGES = Prepared(
    lambda application: (
        StatusChange.objects.filter(application=application)
        .select_related("by", "holder", "department")
        .order_by("id")
    )
)


def public_progress(number: str, query_code: str) -> Application:
    """Return an application for anybody who holds its number and query code; NotFound otherwise, without saying which."""
    wanted = {"number": codes.as_checked(number), "query_code": query_code.strip().upper()}
    found = APPLICATION.over(Application.objects.filter(**wanted)).first() if all(wanted.values()) else None
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
