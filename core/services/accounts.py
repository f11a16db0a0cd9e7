"""Accounts: citizens and companies register themselves, staff are created by an administrator."""

import re
import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from rest_framework.authtoken.models import Token

from core import audit
from core.clock import local_date
from core.codes import normalise, validate_mobile
from core.enums import CodePurpose
from core.errors import Invalid, Refusal
from core.fields import blind_index
from core.locks import lock_name
from core.models import Applicant, User
from core.services.applicants import (
    checked_identity,
    clean_names,
    find_or_create_applicant,
    locked_applicant,
    write_applicant,
)
from core.services.phone_codes import request_code, spend_code

__all__ = [
    "change_password",
    "check_new_password",
    "create_staff",
    "find_or_create_applicant",
    "register",
    "request_code",
    "reset_password",
]

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{2,63}")
USERNAME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class CannotRegister(Refusal):
    """One answer for every identity that cannot be registered; it tells nobody which identities are known."""

    def __init__(self) -> None:
        super().__init__(
            "cannot_register",
            "暂时无法用这些信息注册。已有账号的请直接登录或找回密码；在窗口办理过业务的，"
            "请用当时预留的姓名和手机号码注册，或者带上证件到任一综合窗口核对。",
        )


class CannotReset(Refusal):
    """One answer for every phone and identity that do not belong together."""

    def __init__(self) -> None:
        super().__init__(
            "cannot_reset",
            "手机号码与证件号码不匹配，请核对后重新获取验证码；手机已更换的，请带上证件到任一综合窗口办理。",
        )


def register(
    *,
    kind: str,
    name: str,
    id_type: str,
    id_number: str,
    phone: str,
    code: str,
    password: str,
    contact_name: str = "",
    now: datetime,
) -> User:
    """Open an account for a person or organisation that proved to hold the phone.

    An applicant whom the counter wrote down before is linked only if name and phone are the same; every other known
    identity gets CannotRegister. A wrong code is counted and raised as Invalid on `code`.
    """
    name, contact_name = clean_names(kind, name, contact_name)
    id_number = checked_identity(kind, id_type, id_number, today=local_date(now))
    phone = validate_mobile(phone)
    user = User(username=_free_username(), name=name)
    check_new_password(password, user)
    with transaction.atomic():
        refusal: Refusal | None = spend_code(phone=phone, purpose=CodePurpose.REGISTER, code=code, now=now)
        if refusal is None:
            applicant = locked_applicant(id_type, id_number)
            if applicant and not _may_link(applicant, name, phone):
                refusal = CannotRegister()
        if refusal is None:
            _save_with_password(user, password)
            if applicant:
                applicant.user = user
                applicant.save(update_fields=["user"])
            else:
                write_applicant(
                    kind=kind, name=name, id_type=id_type, id_number=id_number, phone=phone,
                    contact_name=contact_name, user=user, by=user, now=now,
                )  # fmt: skip
            audit.record(by=user, now=now, act="account.register", on=user, linked=bool(applicant))
            return user
    raise refusal


def reset_password(*, phone: str, id_number: str, code: str, password: str, now: datetime) -> User:
    """Set a new password for the account whose applicant has this identity and this phone.

    The code is used up either way; phone and identity that do not belong together get CannotReset.
    """
    phone, id_number = validate_mobile(phone), normalise(id_number)
    user = User.objects.filter(
        is_active=True,
        applicant__id_index=blind_index(id_number),
        applicant__phone_index=blind_index(phone),
    ).first()
    check_new_password(password, user)
    with transaction.atomic():
        refusal: Refusal | None = spend_code(phone=phone, purpose=CodePurpose.RESET, code=code, now=now)
        if refusal is None and user is not None:
            _save_with_password(user, password)
            audit.record(by=user, now=now, act="account.reset_password", on=user)
            return user
    raise refusal or CannotReset()


def change_password(*, by: User, current: str, password: str, now: datetime) -> User:
    """Change one's own password; raises Invalid on `current` or `password`."""
    if not by.check_password(current):
        raise Invalid("password_wrong", "当前密码不正确，请重新输入。", field="current")
    if current == password:
        raise Invalid("password_same", "新密码与当前密码相同，请换一个。", field="password")
    check_new_password(password, by)
    with transaction.atomic():
        _save_with_password(by, password)
        audit.record(by=by, now=now, act="account.change_password", on=by)
    return by


def create_staff(*, username: str, name: str, password: str, by: User | None, now: datetime) -> User:
    """Create an account for a member of staff; what it may do, its posts will say. `by` is None for a command."""
    username, name = username.strip(), " ".join(name.split())
    if not USERNAME.fullmatch(username):
        raise Invalid(
            "username_format",
            "用户名以字母开头，由3至64个字母、数字、点、横线或下划线组成。",
            field="username",
        )
    if not name or len(name) > 100:
        raise Invalid("name_missing", "请填写工作人员姓名，不超过100个字。", field="name")
    user = User(username=username, name=name)
    check_new_password(password, user)
    with transaction.atomic():
        lock_name(f"username:{username.lower()}")
        if User.objects.filter(username__iexact=username).exists():
            raise Invalid("username_taken", f"用户名{username}已被使用，请换一个。", field="username")
        _save_with_password(user, password)
        audit.record(by=by, now=now, act="account.create_staff", on=user, username=username)
    return user


def _may_link(applicant: Applicant, name: str, phone: str) -> bool:
    return applicant.user_id is None and applicant.name == name and applicant.phone == phone


def check_new_password(password: str, user: User | None) -> None:
    """Raise Invalid on `password` when it is too weak, or too like what is known of the user."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password_weak", "".join(error.messages), field="password") from None


def _save_with_password(user: User, password: str) -> None:
    user.set_password(password)
    user.save()
    Token.objects.filter(user=user).delete()  # whoever knew the old password may hold it


def _free_username() -> str:
    while True:
        username = "u" + "".join(secrets.choice(USERNAME_LETTERS) for _ in range(9))
        if not User.objects.filter(username=username).exists():
            return username
