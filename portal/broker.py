"""What Celery's Redis transport does wrong for us, mended in one place; RabbitMQ needs none of it."""

from typing import Any

import structlog
from kombu.transport import redis

log = structlog.get_logger(__name__)


class Unacknowledged(redis.QoS):
    """The messages that a worker has taken and not acknowledged.

    When a channel closes they are handed back at once. Celery 5.7 closes the channels of a lost connection twice, and
    the second time there is nothing left to hand them back through: an AttributeError that ended the whole worker. They
    come back by themselves after the visibility timeout, so there is nothing to do but go on.
    """

    def restore_unacked(self, client: Any = None) -> None:
        """Hand the messages back, unless the connection has been given up already."""
        if self.channel.connection.client is None:
            log.info("unacknowledged_left_to_timeout", messages=len(self._delivered))
            self._delivered.clear()
            return
        super().restore_unacked(client)


def mend() -> None:
    """Have every channel of this process keep its unacknowledged messages so, and know its queues under their prefix.

    kombu 5.7 asks whether a queue is there without `global_keyprefix`: none ever was, and its messages could not be counted.
    """
    redis.Channel.QoS = Unacknowledged
    every_key = {"args_start": 0, "args_end": None}
    redis.GlobalKeyPrefixMixin.PREFIXED_COMPLEX_COMMANDS["EXISTS"] = every_key
