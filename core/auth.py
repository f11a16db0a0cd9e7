"""Signing in by whatever name a person remembers."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q
from django.http import HttpRequest

from core.codes import normalise, validate_mobile
from core.errors import Invalid
from core.fields import blind_index
from core.models import User
from core.prepared import Prepared

_ACTIVE = Prepared(lambda user: User.objects.filter(pk=user, is_active=True))


class ByAnyName(BaseBackend):
    """Signs in with user name, mobile number, identity number or credit code.

    A phone that several accounts share names none of them: then only the user name or the identity number does.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **kwargs: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = _named(username.strip())
        if user is None:
            User().set_password(password)  # as slow as a wrong password, so that time tells nothing
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return _ACTIVE.first(user_id)


def counted_name(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the name under which failures to sign in are counted: one for all names of a person."""
    name = str((credentials or {}).get("username") or "").strip()
    user = _named(name) if name else None
    return user.username if user else normalise(name)


def _named(name: str) -> User | None:
    if user := User.objects.filter(username=name).first():
        return user
    identity = Q(applicant__id_index=blind_index(normalise(name)))
    found = User.objects.filter(identity | Q(applicant__phone_index=_phone_index(name)))[:2]
    return found[0] if len(found) == 1 else None


def _phone_index(name: str) -> str:
    """Return the index of a name that is a phone; else an empty one, which no applicant has."""
    try:
        return blind_index(validate_mobile(name))
    except Invalid:
        return ""
