"""The first account of a new installation."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit
from core.errors import Invalid
from core.models import User
from matters.enums import Role
from matters.models import Department, StaffPost
from matters.services.departments import add_department
from matters.services.posts import give_post

HOME_DEPARTMENT = "SGB"
HOME_DEPARTMENT_NAME = "政务服务管理办公室"


@transaction.atomic
def create_administrator(*, username: str, name: str, password: str, now: datetime) -> tuple[User, bool]:
    """Make an administrator, and the department that runs the hall if there is none.

    Returns the user and whether anything was done: an administrator of that name is left as is. An existing
    account is given the post and keeps its password. Raises Invalid for a missing name or a weak password.
    """
    user = User.objects.select_for_update().filter(username=username.strip()).first()
    posts = StaffPost.objects.current()
    if user and posts.filter(user=user, role=Role.ADMINISTRATOR).exists():
        return user, False
    if user is None:
        user = _create_user(username.strip(), name.strip(), password)
        audit.record(by=None, now=now, act="create_user", on=user, username=user.username)
    department = Department.objects.filter(code=HOME_DEPARTMENT).first() or add_department(
        code=HOME_DEPARTMENT, name=HOME_DEPARTMENT_NAME, by=None, now=now
    )
    give_post(user=user, department=department, role=Role.ADMINISTRATOR, by=None, now=now)
    return user, True


def _create_user(username: str, name: str, password: str) -> User:
    if not 0 < len(username) <= 64:
        raise Invalid("username", "请填写用户名，最多64个字。", field="username")
    if not 0 < len(name) <= 100:
        raise Invalid("name", "请填写姓名，最多100个字。", field="name")
    try:
        validate_password(password, User(username=username, name=name))
    except ValidationError as weak:
        raise Invalid("password_weak", "密码不够安全：" + "".join(weak.messages), field="password") from None
    return User.objects.create_user(username, name=name, password=password)
