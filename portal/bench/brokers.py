"""The broker of the bench's own engines, as the measuring needs it."""

from collections.abc import Iterable
from contextlib import suppress

from portal.celery import app


def forget_messages(queues: Iterable[str]) -> None:
    """Empty some queues."""
    with app.connection_for_write() as broker:
        for name in queues:
            with suppress(*broker.channel_errors), broker.channel() as channel:
                channel.queue_purge(name)
