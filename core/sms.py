"""The door to whoever sends short messages; which one, the setting SMS_ADAPTER says."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsAdapter(Protocol):
    """Hands one message to a gateway; raises when the gateway did not take it."""

    def send(self, phone: str, text: str) -> None: ...


class RecordingSimulator:
    """Takes every message and sends none: the row in the database is the record, and the demo shows it."""

    def send(self, phone: str, text: str) -> None:
        """Take the message."""


def adapter() -> SmsAdapter:
    """Return the adapter this deployment sends through."""
    return import_string(settings.SMS_ADAPTER)()
