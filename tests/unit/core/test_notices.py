from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import selectors, tasks
from core.errors import NotFound
from core.models import Message, Sms
from core.services import notices
from core.sms import RecordingSimulator, adapter


def tell(applicant, now, **changes):
    fields = {
        "title": "申请已受理",
        "body": "您无需再跑。",
        "link": "/applications/1/",
        "reference": "3301",
        **changes,
    }
    if text := fields.pop("sms", ""):
        fields["sms"] = notices.short_message(phone=applicant.phone, text=text, now=now)
    return notices.notify(applicant_id=applicant.pk, now=now, **fields)


def test_notify_writes_a_message_and_a_short_message(world, now):
    message = tell(world.citizen, now, sms="已受理")
    assert list(selectors.inbox(world.citizen.user)) == [message]
    assert (message.created_at, message.read_at, message.reference) == (now, None, "3301")
    sms = selectors.sms_outbox().get()
    assert (sms.phone, sms.text, sms.receipted_at) == (world.citizen.phone, "已受理", None)
    assert not Sms.objects.awaiting_receipt(now).exists()
    assert Sms.objects.awaiting_receipt(now + timedelta(seconds=15)).exists()


def test_notify_without_a_text_sends_no_short_message(world, now):
    tell(world.citizen, now)
    assert not Sms.objects.exists()


def test_notify_is_silent_when_the_act_rolls_back(world, now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as sent, transaction.atomic():
        tell(world.citizen, now, sms="已受理")
        transaction.set_rollback(True)
    assert not sent
    assert not Message.objects.exists()
    assert not Sms.objects.exists()


def test_inbox_shows_only_ones_own_messages_newest_first(world, now):
    first, second = (tell(world.citizen, now, title=title) for title in "一二")
    tell(world.other_citizen, now)
    assert list(selectors.inbox(world.citizen.user)) == [second, first]
    assert selectors.unread_count(world.citizen.user) == 2
    assert selectors.unread_count(world.clerk) == 0


def test_mark_read_notes_the_first_reading(world, now):
    message = tell(world.citizen, now)
    notices.mark_read(viewer=world.citizen.user, message_id=message.pk, now=now)
    again = notices.mark_read(viewer=world.citizen.user, message_id=message.pk, now=now + timedelta(days=1))
    assert again.read_at == now
    assert selectors.unread_count(world.citizen.user) == 0


def test_mark_read_knows_nothing_of_another_persons_message(world, now):
    message = tell(world.other_citizen, now)
    with pytest.raises(NotFound):
        notices.mark_read(viewer=world.citizen.user, message_id=message.pk, now=now)
    with pytest.raises(NotFound):
        notices.mark_read(viewer=world.clerk, message_id=message.pk, now=now)
    message.refresh_from_db()
    assert message.read_at is None


class Gateway:
    """A gateway that keeps what it took, and can be down."""

    taken: list[tuple[str, str]] = []
    is_down = False

    def send(self, phone: str, text: str) -> None:
        if self.is_down:
            raise ConnectionError("gateway is down")
        self.taken.append((phone, text))


@pytest.fixture
def gateway(settings):
    settings.SMS_ADAPTER = f"{__name__}.Gateway"
    Gateway.taken, Gateway.is_down = [], False
    return Gateway


def test_adapter_is_the_recording_simulator_by_default():
    assert isinstance(adapter(), RecordingSimulator)


@pytest.mark.django_db
def test_deliver_sms_hands_it_over_exactly_once(now, gateway):
    sms = notices.send_sms(phone="13812343210", text="您好", now=now)
    first = notices.deliver_sms(sms_id=sms.pk, now=now)
    again = notices.deliver_sms(sms_id=sms.pk, now=now + timedelta(minutes=1))
    assert gateway.taken == [("13812343210", "您好")]
    assert first.receipted_at == again.receipted_at == now


@pytest.mark.django_db
def test_deliver_sms_records_a_failure_and_is_tried_again(now, gateway):
    sms = notices.send_sms(phone="13812343210", text="您好", now=now)
    gateway.is_down = True
    with pytest.raises(notices.SmsNotSent):
        notices.deliver_sms(sms_id=sms.pk, now=now)
    sms.refresh_from_db()
    assert (sms.last_error, sms.failed_at) == ("ConnectionError: gateway is down", None)
    assert sms in Sms.objects.awaiting_receipt(now + timedelta(minutes=1))
    gateway.is_down = False
    assert notices.deliver_sms(sms_id=sms.pk, now=now).last_error == ""
    assert len(gateway.taken) == 1


@pytest.mark.django_db
def test_deliver_sms_gives_up_after_eight_attempts(now, gateway):
    sms = notices.send_sms(phone="13812343210", text="您好", now=now)
    Sms.objects.update(attempts=notices.MOST_ATTEMPTS - 1)
    gateway.is_down = True
    with pytest.raises(notices.SmsNotSent):
        notices.deliver_sms(sms_id=sms.pk, now=now)
    gateway.is_down = False
    assert notices.deliver_sms(sms_id=sms.pk, now=now).failed_at == now
    assert gateway.taken == []


@pytest.mark.django_db
def test_send_sms_task_receipts_the_row(now):
    sms = notices.send_sms(phone="13812343210", text="您好", now=now)
    tasks.send_sms(sms_id=sms.pk)
    sms.refresh_from_db()
    assert sms.receipted_at is not None


@pytest.mark.django_db
def test_send_sms_cuts_a_text_to_what_one_message_holds(now):
    assert len(notices.send_sms(phone="13812343210", text="长" * 600, now=now).text) == 500


def test_notify_staff_tells_each_of_them_once(world, now):
    clerk, supervisor = world.clerk, world.supervisor
    notices.notify_staff(users=[clerk, supervisor, clerk], title="催办", body="请办理。", now=now)
    assert [message.title for message in selectors.inbox(clerk)] == ["催办"]
    assert selectors.unread_count(supervisor) == 1
    assert not selectors.inbox(world.clerk2).exists()
    notices.mark_read(viewer=clerk, message_id=selectors.inbox(clerk).get().pk, now=now)
    assert selectors.unread_count(clerk) == 0


def test_message_without_a_reader_is_refused_by_the_database(world, now):
    with pytest.raises(IntegrityError, match="message_one_reader"), transaction.atomic():
        Message.objects.create(title="无主", body="", created_at=now)
