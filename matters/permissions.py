"""Who may do what: every permission is a post held in a department, asked here and nowhere else."""

from collections.abc import Collection

from core.errors import Forbidden
from core.models import User
from core.prepared import Prepared
from matters.enums import Role
from matters.models import Department, ServicePoint, StaffPost

_POSTS = Prepared(
    lambda user: StaffPost.objects.current().filter(user=user).select_related("department", "service_point")
)


def posts_of(user: User | None) -> list[StaffPost]:
    """Return the posts a user holds now, read once per user object."""
    if user is None or not user.is_authenticated:
        return []
    if not hasattr(user, "_current_posts"):
        user._current_posts = _POSTS.ask(user.pk)  # type: ignore[attr-defined]
    return user._current_posts  # type: ignore[attr-defined]


def forget_posts(user: User) -> None:
    """Have the posts of a user read again: they have changed."""
    user.__dict__.pop("_current_posts", None)


def departments_of(user: User | None, roles: Collection[Role]) -> set[int]:
    """Return the ids of the departments in which a user holds one of the roles."""
    return {post.department_id for post in posts_of(user) if post.role in roles}


def holds(user: User | None, *roles: Role, department: Department | int | None = None) -> bool:
    """Return whether a user holds one of the roles, in the department if one is named."""
    wanted = department.pk if isinstance(department, Department) else department
    return any(post.role in roles and wanted in (None, post.department_id) for post in posts_of(user))


def require(user: User | None, *roles: Role, department: Department | int | None = None) -> StaffPost:
    """Return the post that allows the act, or raise Forbidden naming the posts that would."""
    wanted = department.pk if isinstance(department, Department) else department
    for post in posts_of(user):
        if post.role in roles and wanted in (None, post.department_id):
            return post
    names = "、".join(Role(role).label for role in roles)
    if holds(user, *roles):
        raise Forbidden(
            "other_department", f"这是其他部门的工作：您的“{names}”岗位不在该部门，请转交该部门办理。"
        )
    raise Forbidden("post_required", f"您没有“{names}”岗位，不能办理这一步；如工作需要，请联系管理员任岗。")


def is_staff(user: User | None) -> bool:
    """Return whether a user holds any post at all."""
    return bool(posts_of(user))


def window_of(user: User | None, *roles: Role) -> ServicePoint | None:
    """Return the service point at which a user's window post (of one of the roles) stands, if they hold one."""
    wanted = roles or (Role.INTAKE,)
    return next((post.service_point for post in posts_of(user) if post.role in wanted), None)
