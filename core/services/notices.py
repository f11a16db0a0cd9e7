"""Telling people: a message in the inbox, and a short message beside it."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import transaction

from core.errors import NotFound, Refusal
from core.locks import lock_name
from core.models import Message, Sms, User
from core.models.dispatch import in_words
from core.queue import NOTIFY, enqueue
from core.selectors import inbox
from core.sms import adapter
from core.together import add

log = structlog.get_logger(__name__)

SEND_TASK = "core.send_sms"
MOST_ATTEMPTS = 8


class SmsNotSent(Refusal):
    """The gateway did not take the message; the row stands and it will be tried again."""

    status = 503

    def __init__(self) -> None:
        super().__init__("sms_not_sent", "短信暂时未能发出，系统会自动重发；站内信不受影响。")


def notify(
    *,
    applicant_id: int,
    title: str,
    body: str,
    link: str = "",
    reference: str = "",
    sms: Sms | None = None,
    now: datetime,
) -> Message:
    """Put a message in an applicant's inbox and send the short message (`short_message`) that goes with it after the commit."""
    message = Message(
        applicant_id=applicant_id, title=title, body=body, link=link, reference=reference, created_at=now
    )
    with transaction.atomic(savepoint=False):
        if sms:
            add(message, sms)
            enqueue(SEND_TASK, queue=NOTIFY, sms_id=sms.pk)
        else:
            add(message)
    return message


def notify_staff(
    *, users: Iterable[User], title: str, body: str, link: str = "", reference: str = "", now: datetime
) -> list[Message]:
    """Put one message in the inbox of each of these people, once for each, in the caller's transaction."""
    readers = {user.pk: user for user in users}.values()
    return Message.objects.bulk_create(
        Message(user=reader, title=title, body=body, link=link, reference=reference, created_at=now)
        for reader in readers
    )


@transaction.atomic
def notify_staff_once(
    *, users: Iterable[User], title: str, body: str, link: str = "", reference: str, now: datetime
) -> list[Message]:
    """Put a message in the inbox of each of these people who has none of this reference yet, however often it is asked."""
    lock_name(reference)
    told = set(Message.objects.filter(reference=reference).values_list("user_id", flat=True))
    new = [user for user in users if user.pk not in told]
    return notify_staff(users=new, title=title, body=body, link=link, reference=reference, now=now)


def send_sms(*, phone: str, text: str, now: datetime) -> Sms:
    """Write down a short message in the caller's transaction and have it sent after the commit."""
    with transaction.atomic(savepoint=False):
        sms = short_message(phone=phone, text=text, now=now)
        add(sms)
        enqueue(SEND_TASK, queue=NOTIFY, sms_id=sms.pk)
    return sms


def short_message(*, phone: str, text: str, now: datetime) -> Sms:
    """Return a short message that is still to be written."""
    return Sms(phone=phone, text=text[:500], created_at=now, next_attempt_at=now + Sms.FIRST_WAIT)


def deliver_sms(*, sms_id: int, now: datetime) -> Sms:
    """Hand a short message to the gateway once and receipt it; one that was sent is returned as it stands.

    A failure is recorded, given up after MOST_ATTEMPTS, and raised as SmsNotSent; a message that is gone, as NotFound.
    """
    failure: Exception | None = None
    with transaction.atomic():
        sms = Sms.objects.select_for_update().filter(pk=sms_id).first()
        if sms is None:
            raise NotFound()
        if sms.receipted_at or sms.failed_at:
            return sms
        try:
            adapter().send(sms.phone, sms.text)
        except Exception as error:  # a gateway's client raises what it likes
            failure = error
            sms.last_error = in_words(error)
            sms.failed_at = now if sms.attempts + 1 >= MOST_ATTEMPTS else None
        else:
            sms.receipted_at, sms.last_error = now, ""
        sms.save(update_fields=["receipted_at", "last_error", "failed_at"])
    if failure:
        log.error("sms_not_sent", sms_id=sms_id, exc_info=failure)
        raise SmsNotSent from failure
    return sms


def mark_read(*, viewer: User, message_id: int, now: datetime) -> Message:
    """Note when the viewer first opened a message; another person's message does not exist."""
    message = inbox(viewer).filter(pk=message_id).first()
    if message is None:
        raise NotFound("没有找到这条消息，可能已不在您的收件箱里。")
    if message.read_at is None:
        message.read_at = now
        message.save(update_fields=["read_at"])
    return message
