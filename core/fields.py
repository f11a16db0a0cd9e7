"""Personal data at rest: encrypted values, and blind indexes to look them up by."""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current_cipher() -> MultiFernet:
    return _cipher(tuple(settings.FIELD_KEYS))


def sealed(text: str) -> str:
    """Return a text encrypted as personal data is at rest."""
    return _current_cipher().encrypt(text.encode()).decode()


def opened(text: str) -> str:
    """Return what `sealed` encrypted."""
    return _current_cipher().decrypt(text.encode()).decode()


def is_under_first_key(text: str) -> bool:
    """Return whether an encrypted text is under the key that encrypts now."""
    try:
        _cipher((settings.FIELD_KEYS[0],)).decrypt(text.encode())
    except InvalidToken:
        return False
    return True


def sealed_anew(text: str) -> str:
    """Return an encrypted text under the key that encrypts now; raises InvalidToken where no key opens it."""
    return _current_cipher().rotate(text.encode()).decode()


def blind_index(value: str) -> str:
    """Return the keyed digest under which an encrypted value can be found; empty for an empty value."""
    if not value:
        return ""
    key = hashlib.sha256(b"blind-index:" + settings.FIELD_KEYS[-1].encode()).digest()
    return hmac.new(key, value.strip().upper().encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that reaches the database only encrypted: the first of FIELD_KEYS encrypts, all decrypt."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return sealed(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return opened(value) if value else value
