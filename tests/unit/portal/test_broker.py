"""A worker must outlive its broker, whatever it had in hand."""

from collections.abc import Iterator

import pytest
from kombu import Connection
from kombu.message import Message

from core.queue import messages_waiting
from portal.celery import app
from tests.brokers import own_broker


@pytest.fixture
def in_hand(tmp_path, monkeypatch) -> Iterator[tuple[Connection, Message]]:
    """A connection to a broker, and a message that was taken through it."""
    with own_broker(tmp_path, keeps=False, set_variable=monkeypatch.setenv) as broker:
        connection = app.connection_for_read(broker.url)
        work = connection.SimpleQueue("work", channel=connection.default_channel)
        work.put("one")
        message = work.get(timeout=10)
        assert message.payload == "one"
        yield connection, message


def test_a_channel_closes_after_its_connection_was_given_up_with_a_message_in_hand(in_hand):
    connection, message = in_hand
    connection.transport.client = (
        None  # so Celery leaves a connection that it could not close at the first try
    )
    message.channel.close()
    assert message.channel.closed


@pytest.mark.parametrize("end", [Message.ack, Message.reject, Message.requeue])
def test_work_ends_after_its_channel_was_closed(in_hand, end):
    _, message = in_hand
    message.channel.close()
    message.channel._disconnect_pools()  # so Celery leaves it when the connection broke
    end(message)
    assert message.acknowledged


def test_a_message_sent_through_a_channel_that_was_closed_meanwhile_goes_through_the_next(in_hand):
    connection, _ = in_hand
    producer = connection.Producer()
    channels = [producer.channel]  # as kombu goes on with it when declaring a queue has closed it

    def publish() -> None:
        channel = channels.pop() if channels else producer.channel
        channel.basic_publish(channel.prepare_message("two"), "", "sent anew")

    connection.collect()
    channels[0]._disconnect_pools()
    connection.ensure(producer, publish, max_retries=1)()
    found = connection.SimpleQueue("sent anew", channel=connection.default_channel).get(timeout=10)
    assert found.body == b"two"


def test_messages_are_counted_where_they_wait_and_none_are_told_while_the_broker_is_away(
    tmp_path, monkeypatch
):
    with own_broker(tmp_path, keeps=False, set_variable=monkeypatch.setenv) as broker:
        app.set_current()
        for sms_id in range(3):
            app.send_task("core.send_sms", kwargs={"sms_id": sms_id}, queue="notify")
        assert messages_waiting(["notify", "dept.NONE"]) == {"notify": 3, "dept.NONE": 0}
        broker.kill()
        assert messages_waiting(["notify"]) == {}
