"""Giving and ending staff posts."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import Role
from matters.models import Department, ServicePoint, StaffPost
from matters.permissions import forget_posts, require

WINDOW_ROLES = frozenset({Role.INTAKE, Role.OUTLET, Role.COURIER})


@transaction.atomic
def give_post(
    *,
    user: User,
    department: Department,
    role: Role,
    service_point: ServicePoint | None = None,
    by: User | None,
    now: datetime,
) -> StaffPost:
    """Give a person one role in one department, at a service point where the role sits at a window.

    Only an administrator may; `by` is None for the command line. Raises Invalid for an unknown role or a
    missing or closed place, Refusal `post_already_held` for a post the person holds already.
    """
    if by is not None:
        require(by, Role.ADMINISTRATOR)
    _check_place(role, department, service_point)
    if not User.objects.select_for_update().get(pk=user.pk).is_active:
        raise Invalid("user_inactive", f"账号“{user.username}”已停用，请先启用再任岗。", field="user")
    held = StaffPost.objects.current().filter(
        user=user, department=department, role=role, service_point=service_point
    )
    if held.exists():
        raise Refusal("post_already_held", f"{user.name}已在任“{Role(role).label}”岗位，无需重复任岗。")
    post = StaffPost.objects.create(
        user=user,
        department=department,
        role=role,
        service_point=service_point,
        given_at=now,
        given_by=by,
    )
    forget_posts(user)
    _record("give_post", post, by=by, now=now)
    return post


@transaction.atomic
def end_post(*, post: StaffPost, by: User, now: datetime) -> StaffPost:
    """End a post from now on; only an administrator may.

    Raises Refusal `post_ended` for one that has ended, and `last_administrator` for the last administrator's:
    nobody could give posts any more.
    """
    require(by, Role.ADMINISTRATOR)
    administrators = set(
        StaffPost.objects.current()
        .filter(role=Role.ADMINISTRATOR)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    post = (
        StaffPost.objects.select_for_update(of=("self",)).select_related("user", "department").get(pk=post.pk)
    )
    if post.ended_at is not None:
        raise Refusal("post_ended", "这个岗位已经离岗，无需再次办理。")
    if administrators == {post.pk}:
        raise Refusal("last_administrator", "这是最后一个系统管理岗位，请先给其他人任系统管理岗再办理离岗。")
    post.ended_at, post.ended_by = now, by
    post.save(update_fields=["ended_at", "ended_by"])
    forget_posts(by)
    _record("end_post", post, by=by, now=now)
    return post


def _check_place(role: str, department: Department, service_point: ServicePoint | None) -> None:
    if role not in Role.values:
        raise Invalid("role_unknown", f"没有“{role}”这种岗位，请从列表中选择。", field="role")
    if not department.is_active:
        raise Invalid(
            "department_inactive", f"“{department.name}”已停用，不能在该部门任岗。", field="department"
        )
    if role in WINDOW_ROLES and service_point is None:
        raise Invalid(
            "service_point_missing",
            f"“{Role(role).label}”是窗口岗位，请选择所在的服务网点。",
            field="service_point",
        )
    if service_point is not None and not service_point.is_active:
        raise Invalid(
            "service_point_inactive", f"“{service_point.name}”已停用，请选择其他网点。", field="service_point"
        )


def _record(act: str, post: StaffPost, *, by: User | None, now: datetime) -> None:
    audit.record(
        by=by,
        now=now,
        act=act,
        on=post,
        user=post.user.username,
        department=post.department.code,
        role=post.role,
        service_point=post.service_point.code if post.service_point else "",
    )
