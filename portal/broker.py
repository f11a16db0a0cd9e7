"""What Celery's Redis transport does wrong for us, mended in one place; RabbitMQ needs none of it."""

from typing import Any

import structlog
from kombu.transport import redis

log = structlog.get_logger(__name__)


class Unacknowledged(redis.QoS):
    """The messages that a worker has taken and not acknowledged.

    When a channel closes they are handed back at once. Two things of Celery 5.7 end the whole worker with an
    AttributeError: it closes the channels of a lost connection twice, and the second time there is nothing left to hand
    them back through; and work that ends after its connection was given up (a broker that fell silent) is acknowledged
    on a channel that is closed. Such messages come back by themselves after the visibility timeout, and what they ask
    for is done once however often they come: so there is nothing to do but go on.
    """

    def restore_unacked(self, client: Any = None) -> None:
        """Hand the messages back, unless the connection has been given up already."""
        if self._is_given_up():
            log.info("unacknowledged_left_to_timeout", messages=len(self._delivered))
            self._delivered.clear()
            return
        super().restore_unacked(client)

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a message, unless the connection it came through has been given up already."""
        if self._is_given_up():
            log.info("acknowledged_too_late", message=delivery_tag)
            return
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Hand a message back or drop it, unless the connection it came through has been given up already."""
        if self._is_given_up():
            log.info("rejected_too_late", message=delivery_tag)
            return
        super().reject(delivery_tag, requeue=requeue)

    def _is_given_up(self) -> bool:
        connection = self.channel.connection
        return connection is None or connection.client is None


_connparams = redis.Channel._connparams


def _connparams_while_open(channel: redis.Channel, asynchronous: bool = False) -> dict[str, Any]:
    """Return how a channel connects; a closed one says that it has no connection, as that of RabbitMQ does.

    When a queue that has to be declared before a message is sent finds the broker away, kombu connects anew and sends the
    message through the channel it had before. Told so it takes the new one; else it fell over a missing connection.
    """
    if channel.connection is None:
        raise ConnectionError("The channel was closed.")
    return _connparams(channel, asynchronous)


def mend() -> None:
    """Have every channel of this process keep its unacknowledged messages so, say when it is closed, and know its queues.

    kombu 5.7 asks whether a queue is there without `global_keyprefix`: none ever was, and its messages could not be counted.
    """
    redis.Channel.QoS = Unacknowledged
    redis.Channel._connparams = _connparams_while_open
    every_key = {"args_start": 0, "args_end": None}
    redis.GlobalKeyPrefixMixin.PREFIXED_COMPLEX_COMMANDS["EXISTS"] = every_key
