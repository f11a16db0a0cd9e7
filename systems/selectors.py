"""Reading for a person: administrators see every department's system, heads their own department's."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, F, Min, Q, QuerySet

from applications.models import ReviewTask
from core.clock import CHINA
from core.errors import NotFound
from core.models import User
from matters.enums import Role
from matters.models import Department, Matter
from matters.permissions import departments_of, holds, require
from systems.enums import Direction
from systems.models import DepartmentSystem, Push, PushRule, SystemKey
from systems.reconciling import Day
from systems.services.pushes import SENT, SENT_KINDS

MOST_SHOWN = 100
SUBJECTS = ("task__case__application", "certificate__case__application")


def systems(viewer: User) -> QuerySet[DepartmentSystem]:
    """Return the systems a person may look after, with how many messages wait and how many were given up."""
    require(viewer, Role.ADMINISTRATOR, Role.HEAD)
    seen = DepartmentSystem.objects.select_related("department").order_by("department__code")
    if not holds(viewer, Role.ADMINISTRATOR):
        seen = seen.filter(department__in=departments_of(viewer, (Role.HEAD,)))
    return seen.annotate(
        waiting=Count("pushes", filter=Q(pushes__receipted_at=None, pushes__failed_at=None)),
        given_up=Count("pushes", filter=Q(pushes__receipted_at=None, pushes__failed_at__isnull=False)),
    )


def system_for(viewer: User, code: str) -> DepartmentSystem:
    """Return the system of a department, by its code; NotFound where there is none for this person."""
    found = systems(viewer).filter(department__code=code).first()
    if found is None:
        raise NotFound("没有找到这个部门的系统。")
    return found


def departments_without(viewer: User) -> QuerySet[Department]:
    """Return the departments for which an administrator may write down a system."""
    require(viewer, Role.ADMINISTRATOR)
    return Department.objects.filter(is_active=True, successor=None, system=None).order_by("code")


def incoming_key(key_id: str) -> SystemKey | None:
    """Return the key that a request says it is signed with; None unless it is valid. Its system acts for itself."""
    if "\0" in key_id:
        return None
    valid = SystemKey.objects.filter(key_id=key_id, direction=Direction.INCOMING, ended_at=None)
    return valid.select_related("system__department").first()


def tasks_without_push() -> QuerySet[ReviewTask]:
    """Return the tasks that have reached a department with a system in use and of which it was not told."""
    return ReviewTask.objects.filter(
        pushed_at=None,
        status__in=SENT,
        kind__in=SENT_KINDS,
        department__system__active_since__lte=F("receipted_at"),
    )


@dataclass(frozen=True)
class Undelivered:
    """What has not reached a system: how much waits, what went wrong last, when it is tried next (None while it is not in use)."""

    waiting: int
    last_error: str
    again_at: datetime | None


def undelivered(system: DepartmentSystem) -> Undelivered:
    """Return what waits for a system's acknowledgement; the caller has read it for a viewer."""
    waiting = system.pushes.under_way()
    counted = waiting.aggregate(all=Count("pk"), next=Min("next_attempt_at"))
    # What is sent again last has failed last.
    failed = waiting.exclude(last_error="").order_by("-next_attempt_at").values_list("last_error", flat=True)
    moments = [moment for moment in (counted["next"], system.rests_until) if moment]
    again_at = max(moments) if counted["all"] and system.active_since else None
    return Undelivered(counted["all"], failed.first() or "", again_at)


def given_up(system: DepartmentSystem) -> list[Push]:
    """Return the messages to a system that were given up, the latest first; the caller has read it for a viewer."""
    found = system.pushes.given_up()
    return list(found.defer("payload").select_related(*SUBJECTS).order_by("-id")[:MOST_SHOWN])


def day_of(system: DepartmentSystem, day: date) -> Day:
    """Return everything of one day in China; the caller has read the system for a viewer, or is the system itself."""
    span = [
        datetime.combine(day, moment, tzinfo=CHINA) for moment in (time.min, time.max)
    ]  # the last day too
    pushes = system.pushes.filter(created_at__range=span)
    results = system.results.filter(received_at__range=span)
    return Day(
        day,
        list(pushes.defer("payload").select_related(*SUBJECTS).order_by("id")),
        list(results.select_related("task__case__application").order_by("id")),
    )


def rules(viewer: User) -> list[PushRule]:
    """Return who is told when a result is issued: the rules in force, for administrators and heads."""
    require(viewer, Role.ADMINISTRATOR, Role.HEAD)
    found = PushRule.objects.filter(ended_at=None).select_related(
        "matter__current", "department", "next_matter__current"
    )
    return list(found.order_by("matter__code", "id"))


def matters_in_use() -> QuerySet[Matter]:
    """Return the matters that have a guide, by code."""
    return Matter.objects.exclude(current=None).select_related("current").order_by("code")
