"""A worker must outlive its broker, whatever it had in hand."""

from core.queue import messages_waiting
from portal.celery import app
from tests.workers import own_broker


def test_a_channel_closes_after_its_connection_was_given_up_with_a_message_in_hand(tmp_path, monkeypatch):
    with own_broker(tmp_path, keeps=False, set_variable=monkeypatch.setenv) as broker:
        connection = app.connection_for_read(broker.url)
        channel = connection.default_channel
        work = connection.SimpleQueue("work", channel=channel)
        work.put("one")
        assert work.get(timeout=10).payload == "one"

        connection.transport.client = (
            None  # so Celery leaves a connection that it could not close at the first try
        )
        channel.close()
    assert channel.closed


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
