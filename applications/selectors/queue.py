"""Reading for the back office: a department's queue, and what colleagues have found in a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from applications.enums import TaskStatus
from applications.models import (
    Absence,
    AssignmentRule,
    BulkAct,
    BulkItem,
    Case,
    QueueVisit,
    ReviewTask,
    SavedFilter,
    TaskRecord,
    Urging,
)
from applications.permissions import BACK_OFFICE, OVERSEERS, STEP_ROLES, stood_in_for
from applications.selectors import department_tasks, late_tasks, of_their_departments
from applications.selectors.flow import skips
from applications.whole import FINDING
from core.capped import capped_each, said
from core.errors import NotFound
from core.models import User
from core.prepared import Among, Prepared
from matters.enums import Role, StepKind
from matters.models import Department, Matter, StaffPost
from matters.permissions import departments_of, holds, posts_of, require

LATE_SHOWN = 5


@dataclass(frozen=True)
class LateTasks:
    """What is late in the departments a head answers for; what has not arrived stands in no queue."""

    count: int
    not_arrived: list[ReviewTask]

    @property
    def title(self) -> str:
        """Return how many are late, in words."""
        return f"{said(self.count)} 件任务已超期"


def queue(viewer: User) -> QuerySet[ReviewTask]:
    """Return every task that has reached the viewer's departments; for back-office and overseeing posts only."""
    require(viewer, *BACK_OFFICE, *OVERSEERS)
    return department_tasks(viewer)


def works(viewer: User) -> bool:
    """Return whether a person has a post whose work lies in a queue."""
    return holds(viewer, *BACK_OFFICE)


def work_of(viewer: User, department: Department | None = None) -> Q:
    """Return which tasks are work of the viewer's posts, each post in its own department; in one of them if named."""
    kinds: dict[int, set[str]] = {}
    for post in posts_of(viewer):
        if department is None or post.department_id == department.pk:
            theirs = {kind.value for kind, roles in STEP_ROLES.items() if post.role in roles}
            kinds.setdefault(post.department_id, set()).update(theirs)
    work = Q(pk__in=[])
    for department_id, theirs in sorted(kinds.items()):
        work |= Q(department=department_id, kind__in=sorted(theirs))
    return work


def in_hand(viewer: User) -> Q:
    """Return which claimed tasks are in a person's hands, those of people they stand in for included."""
    mine = Q(claimed_by=viewer)
    for user, department in sorted(stood_in_for(viewer)):
        mine |= Q(claimed_by=user, department=department)
    return Q(status=TaskStatus.CLAIMED) & mine


def involved(viewer: User) -> Q:
    """Return which tasks somebody has completed or recorded on."""
    completed = ReviewTask.objects.filter(completed_by=viewer).values("pk")
    return Q(pk__in=completed.union(TaskRecord.objects.filter(user=viewer).values("task"), all=True))


def queue_counts(
    viewer: User, now: datetime, new_since: datetime | None, *, own_posts: bool
) -> dict[str, int]:
    """Return how many tasks are live, are their posts' work, wait, are late, in their hands and new; each capped.

    What waits, is late and is new is counted among the work of the viewer's posts, or in their whole departments.
    """
    live = ReviewTask.objects.filter(
        of_their_departments(viewer), status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED]
    )
    work = live.filter(work_of(viewer)) if works(viewer) else live.none()
    seen = work if own_posts else live
    counted = {
        "live": live,
        "work": work,
        "open": seen.filter(status=TaskStatus.OPEN),
        "late": seen.filter(due_at__lt=now),
        "mine": live.filter(in_hand(viewer)),
        "new": seen.filter(receipted_at__gt=new_since) if new_since else live.none(),
    }
    return dict(zip(counted, capped_each(*counted.values()), strict=True))


def late_for_head(viewer: User, now: datetime) -> LateTasks | None:
    """Return what is late, for heads and overseers; None for everybody else, and when nothing is."""
    if not holds(viewer, Role.HEAD, *OVERSEERS):
        return None
    arrived = late_tasks(viewer, now, [TaskStatus.OPEN, TaskStatus.CLAIMED])
    released = late_tasks(viewer, now, [TaskStatus.RELEASED])
    count = sum(capped_each(arrived, released))
    if not count:
        return None
    return LateTasks(count, list(released.order_by("due_at", "id")[:LATE_SHOWN]))


def urged_of(viewer: User) -> QuerySet[Urging]:
    """Return the urgings that a head must answer: of live tasks of their departments, whosever work these are."""
    headed = sorted(departments_of(viewer, (Role.HEAD,)))
    waiting = Urging.objects.filter(
        answered_at=None, task__department__in=headed, task__status__in=[TaskStatus.OPEN, TaskStatus.CLAIMED]
    )
    related = waiting.select_related("task__case__version", "task__step", "asked_by")
    return related.order_by("answer_due_at", "id")


def findings_of(case: Case, *, without: ReviewTask) -> list[ReviewTask]:
    """Return the other tasks of a case in which somebody has found something, oldest first, with their records.

    The caller has read the case for a viewer.
    """
    return FINDING.by_keys([pk for (pk,) in _FOUND.ask(case.pk, without.pk)])


_FOUND = Prepared(
    lambda case, without: (
        ReviewTask.objects.filter(
            Q(Exists(TaskRecord.objects.filter(task=OuterRef("pk")))) | Q(status=TaskStatus.DONE), case=case
        )
        .exclude(pk=without)
        .order_by("id")
        .values_list("pk")
    )
)


def colleagues_for(task: ReviewTask) -> QuerySet[User]:
    """Return who may work on a task besides whoever has it: the posts its step demands, in its own department.

    Never, for a decision, its acceptor (审批分离) or whoever went past a step of its case.
    """
    posts = StaffPost.objects.current().filter(
        department=task.department_id, role__in=STEP_ROLES[StepKind(task.kind)]
    )
    found = User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk")
    if task.kind != StepKind.DECIDE:
        return found
    went_past = skips().filter(case=task.case_id).values("completed_by")
    return found.exclude(pk=task.case.application.accepted_by_id or 0).exclude(pk__in=went_past)


def available_for(task: ReviewTask) -> QuerySet[User]:
    """Return who may be given a task: of those who may work on it, whoever is not away from its department."""
    away = Absence.objects.under_way().filter(department=task.department_id)
    return colleagues_for(task).exclude(pk__in=away.values("user"))


# --- what the list of tasks is narrowed by --------------------------------------------------------------------------
def matters_in(departments: QuerySet[Department]) -> QuerySet[Matter]:
    """Return the matters these departments own, or have a step in."""
    return (
        Matter.objects.filter(
            Q(department__in=departments.values("pk"))
            | Q(
                pk__in=Matter.objects.filter(current__steps__department__in=departments.values("pk")).values(
                    "pk"
                )
            )
        )
        .select_related("current")
        .order_by("code")
    )


def people_in(departments: QuerySet[Department]) -> QuerySet[User]:
    """Return who has a post in the back office of these departments."""
    posts = StaffPost.objects.current().filter(department__in=departments.values("pk"), role__in=BACK_OFFICE)
    return User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk")


_MATTERS = Prepared(lambda keys: matters_in(_named(keys)).values_list("code", "current__name"))
_PEOPLE = Prepared(lambda keys: people_in(_named(keys)).values_list("username", "name"))


def matters_to_choose(departments: Sequence[Department]) -> list[tuple[str, str]]:
    """Return the code of each of `matters_in` with what people call it."""
    found = _MATTERS.ask([department.pk for department in departments])
    return [(code, name or code) for code, name in found]


def people_to_choose(departments: Sequence[Department]) -> list[tuple[str, str]]:
    """Return the user name of each of `people_in` with their name."""
    return _PEOPLE.ask([department.pk for department in departments])


def _named(keys: Any) -> QuerySet[Department]:
    return Department.objects.filter(Among("pk", keys))


_SAVED = Prepared(lambda viewer: SavedFilter.objects.filter(user=viewer))


def saved_filters(viewer: User) -> list[SavedFilter]:
    """Return the filters a person has given a name."""
    return _SAVED.ask(viewer.pk)


def new_since(viewer: User) -> datetime | None:
    """Return since when what arrives is new to a person; None before their first visit."""
    return QueueVisit.objects.filter(user=viewer).values_list("new_since", flat=True).first()


# --- what a department keeps about its queue -------------------------------------------------------------------------
def assignment_rules(departments: QuerySet[Department]) -> QuerySet[AssignmentRule]:
    """Return the rules of these departments, the most general first."""
    found = AssignmentRule.objects.filter(department__in=departments.values("pk"))
    related = found.select_related("department", "matter__current", "person", "last_person")
    return related.order_by("department__code", F("matter").asc(nulls_first=True), "kind", "id")


def absences_in(departments: QuerySet[Department]) -> QuerySet[Absence]:
    """Return the absences of these departments that are under way or to come, the next first."""
    found = Absence.objects.not_over().filter(department__in=departments.values("pk"))
    return found.select_related("user", "deputy", "department").order_by("first_day", "id")


# --- bulk acts ------------------------------------------------------------------------------------------------------
def bulk_acts(viewer: User | int) -> QuerySet[BulkAct]:
    """Return the bulk acts a person has asked for, the latest first; nobody else's exist."""
    return BulkAct.objects.filter(by=viewer).select_related("to").order_by("-id")


_UNDER_WAY = Prepared(lambda viewer: bulk_acts(viewer).filter(receipted_at=None, failed_at=None)[:1])


def bulk_under_way(viewer: User) -> BulkAct | None:
    """Return the last of a person's bulk acts, while it is not done."""
    return _UNDER_WAY.first(viewer.pk)


def progress_of(act: BulkAct) -> dict[str, int]:
    """Return how many tasks of a bulk act are done with, and how many of these were refused."""
    return act.items.aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)), refused=Count("pk", filter=~Q(refusal=""))
    )


def refused_items(act: BulkAct) -> list[BulkItem]:
    """Return the tasks of a bulk act that were refused, with what their rows show; 500 at most."""
    related = act.items.exclude(refusal="").select_related(
        "task__case__application__applicant", "task__case__version", "task__step"
    )
    return list(related.order_by("pk"))


def bulk_act_for(viewer: User, pk: int) -> BulkAct:
    """Return one of a person's own bulk acts; NotFound otherwise."""
    found = bulk_acts(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这次批量办理。")
    return found
