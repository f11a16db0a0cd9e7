"""Tokens: one for each account, until it is given back or the password changes."""

from datetime import datetime

from django.db import transaction
from rest_framework.authtoken.models import Token

from core import audit
from core.models import User


@transaction.atomic
def issue(*, user: User, now: datetime) -> str:
    """Return the account's token, made now if it has none, and write down that it was asked for."""
    token, _ = Token.objects.get_or_create(user=user)
    audit.record(by=user, now=now, act="token.issue", on=user)
    return token.key


@transaction.atomic
def revoke(*, user: User, now: datetime) -> None:
    """Take the account's token back: programs that use it are refused from now on."""
    Token.objects.filter(user=user).delete()
    audit.record(by=user, now=now, act="token.revoke", on=user)
