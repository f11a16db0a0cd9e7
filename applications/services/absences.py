"""Being away: who does one's work meanwhile, from which day to which."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from applications.models import Absence
from core import audit
from core.clock import local_date
from core.errors import Forbidden, Invalid, NotFound, Refusal
from core.models import User
from matters.enums import Role
from matters.models import Department, StaffPost
from matters.permissions import holds

DEPUTIES: dict[str, frozenset[str]] = {
    Role.REVIEWER: frozenset({Role.REVIEWER}),
    Role.DECIDER: frozenset({Role.DECIDER, Role.HEAD}),
    Role.HEAD: frozenset({Role.HEAD, Role.DECIDER}),
}
"""Whose post may stand in for whose; what the deputy's own post does not allow stays with the colleagues."""


@transaction.atomic
def register(
    *,
    user: User,
    department: Department,
    first_day: date,
    last_day: date,
    deputy: User,
    by: User,
    now: datetime,
) -> Absence:
    """Enter that somebody is away from a department on these days (local, both included), and who stands in for them.

    Raises Invalid `day_past` for days before today: nobody acted for anybody then.

    For oneself, or by a head of the department for a colleague. From the first day on the deputy may do what the holder of
    a task may, by the deputy's own post; whoever is away may go on working too. No chains: refused are days on which
    somebody is away already, a deputy who is away on one of them, and days on which the person is a deputy. The
    department's row is locked, so that of two entries made together the second sees the first.
    """
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    _check_people(user, department, deputy, by)
    if first_day < local_date(now):
        raise Invalid(
            "day_past", "第一天不能早于今天：过去的日子没有人代办过，不能补登记。", field="first_day"
        )
    if last_day < first_day:
        raise Invalid("days_out_of_order", "最后一天不能早于第一天，请重新选择日期。", field="last_day")
    _check_days(user, department, deputy, first_day, last_day)
    absence = Absence.objects.create(
        user=user,
        department=department,
        first_day=first_day,
        last_day=last_day,
        deputy=deputy,
        recorded_at=now,
        recorded_by=by,
        began_at=now if first_day <= local_date(now) else None,
    )
    audit.record(by=by, now=now, act="absence.register", on=absence, **_told(absence))
    return absence


def _check_people(user: User, department: Department, deputy: User, by: User) -> None:
    if by.pk != user.pk and not holds(by, Role.HEAD, department=department):
        raise Forbidden("not_their_head", "只有本人或本部门负责人可以登记；请由他们办理。")
    if user.pk == deputy.pk:
        raise Invalid("deputy_is_oneself", "代办人不能是本人，请选择一位同事。", field="deputy")
    own, theirs = (_roles_of(each, department) for each in (user, deputy))
    if not own:
        raise Invalid(
            "no_post", f"{user.name}在{department.short_name}没有办理岗位，无需登记代办。", field="user"
        )
    if not any(DEPUTIES[role] & theirs for role in own):
        raise Invalid(
            "deputy_lacks_post",
            f"{deputy.name}没有能代{user.name}办理的岗位，请选择另一位同事，或联系管理员任岗。",
            field="deputy",
        )


def _roles_of(user: User, department: Department) -> set[str]:
    posts = StaffPost.objects.current().filter(user=user, department=department, role__in=DEPUTIES)
    return set(posts.values_list("role", flat=True))


def _check_days(user: User, department: Department, deputy: User, first: date, last: date) -> None:
    same_days = Absence.objects.not_over().filter(
        department=department, first_day__lte=last, last_day__gte=first
    )
    if own := same_days.filter(user=user).first():
        raise Refusal("absence_overlaps", f"{user.name}{_days(own)}已有登记，请改选日期，或先结束那一条。")
    if away := same_days.filter(user=deputy).first():
        raise Invalid(
            "deputy_is_away", f"{deputy.name}{_days(away)}也不在岗，请选择另一位同事。", field="deputy"
        )
    if task := same_days.filter(deputy=user).select_related("user").first():
        raise Refusal(
            "deputy_for_another",
            f"{user.name}{_days(task)}要代{task.user.name}办理，请先为{task.user.name}改登记另一位代办人。",
        )


def _days(absence: Absence) -> str:
    first, last = absence.first_day, absence.last_day
    return f"{first.month}月{first.day}日至{last.month}月{last.day}日"


@transaction.atomic
def end(*, absence_id: int, by: User, now: datetime) -> Absence:
    """End an absence before its time, or call off one to come; by whoever is away, or a head of the department."""
    absence = _locked(absence_id)
    if absence is None or not may_end(by, absence):
        raise NotFound("没有找到这条登记。")
    if absence.ended_at:
        raise Refusal("absence_over", "这条登记已经结束，无需再次结束。")
    _end(absence, by, now)
    return absence


def may_end(by: User, absence: Absence) -> bool:
    """Return whether a person may end an absence: their own, or as a head of the department."""
    return absence.user_id == by.pk or holds(by, Role.HEAD, department=absence.department_id)


@transaction.atomic
def turn(*, absence_id: int, now: datetime) -> bool:
    """Begin an absence whose first day has come, or end one whose last day is over; return whether it did either."""
    absence, today = _locked(absence_id), local_date(now)
    if absence is None or absence.ended_at:
        return False
    if absence.last_day < today:
        _end(absence, None, now)
        return True
    if absence.began_at or absence.first_day > today:
        return False
    absence.began_at = now
    absence.save(update_fields=["began_at"])
    audit.record(by=None, now=now, act="absence.begin", on=absence, **_told(absence))
    return True


def to_begin(now: datetime) -> QuerySet:
    """Return the keys of the absences that begin today, or should have begun."""
    waiting = Absence.objects.filter(began_at=None, ended_at=None, first_day__lte=local_date(now))
    return waiting.order_by("first_day", "pk").values_list("pk", flat=True)


def to_end(now: datetime) -> QuerySet:
    """Return the keys of the absences whose last day is over."""
    over = Absence.objects.filter(ended_at=None, last_day__lt=local_date(now))
    return over.order_by("last_day", "pk").values_list("pk", flat=True)


def _end(absence: Absence, by: User | None, now: datetime) -> None:
    absence.ended_at = now
    absence.save(update_fields=["ended_at"])
    audit.record(by=by, now=now, act="absence.end", on=absence, **_told(absence))


def _locked(absence_id: int) -> Absence | None:
    found = Absence.objects.select_for_update(of=("self",)).filter(pk=absence_id)
    return found.select_related("user", "deputy").first()


def _told(absence: Absence) -> dict[str, str]:
    return {
        "user": absence.user.name,
        "deputy": absence.deputy.name,
        "first_day": f"{absence.first_day}",
        "last_day": f"{absence.last_day}",
    }
