"""Sending to departments' systems: each message is written once, sent until it is acknowledged, and given up after a day."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from applications.enums import TaskStatus
from applications.models import ReviewTask
from applications.models.tasks import FOR_SYSTEMS
from applications.services import routing
from core import audit
from core.errors import NotFound
from core.queue import enqueue
from systems import client, payloads
from systems.enums import Direction, PushKind
from systems.models import DepartmentSystem, Push

log = structlog.get_logger(__name__)

PUSH_TASK = routing.PUSH_TASK
SEND_PUSH = "systems.send_push"
LEASE = timedelta(seconds=15)  # longer than an attempt may take
SENT = (TaskStatus.OPEN, TaskStatus.CLAIMED)
SENT_KINDS = FOR_SYSTEMS


@transaction.atomic
def of_task(*, task_id: int, now: datetime) -> Push | None:
    """Write the message that brings a task to its department's system, once; None where there is nothing to send.

    Raises NotFound for a task that is gone.
    """
    task = (
        ReviewTask.objects.filter(pk=task_id)
        .select_related("department__system", "step", "case__version__matter", "case__application__applicant")
        .first()
    )
    if task is None:
        raise NotFound()
    system = getattr(task.department, "system", None)
    if system is None or not system.active_since or not is_sent(task):
        return None
    reference = task.case.application.number or ""
    ReviewTask.objects.filter(pk=task_id).update(pushed_at=now)
    return write(
        system,
        {"kind": PushKind.TASK, "task": task},
        lambda: payloads.of_task(task),
        reference=reference,
        now=now,
    )


def is_sent(task: ReviewTask) -> bool:
    """Return whether a task is one that somebody in a department has still to do."""
    return task.status in SENT and task.kind in SENT_KINDS


def write(
    system: DepartmentSystem,
    subject: dict[str, Any],
    payload: Callable[[], dict[str, Any]],
    *,
    reference: str,
    now: datetime,
) -> Push | None:
    """Write one message about a subject in the caller's transaction, and have it sent; None if there is one already.

    That it carries personal data stands on the audit trail (个人信息保护法 §51).
    """
    if Push.objects.filter(system=system, **subject).exists():
        return None
    push = Push(system=system, **subject, created_at=now, next_attempt_at=now + Push.FIRST_WAIT)
    push.payload = json.dumps({"key": str(push.key), **payload()}, ensure_ascii=False)
    try:
        with transaction.atomic():
            push.save(force_insert=True)
    except IntegrityError:  # somebody wrote it at this moment
        return None
    audit.record(by=None, now=now, act="push.write", on=push, reference=reference, to=str(system))
    enqueue(SEND_PUSH, queue=system.department.queue, push_id=push.pk)
    return push


@dataclass(frozen=True)
class Sending:
    """What a worker needs to send one message, read under its lease; `failures` in a row of the system before this attempt."""

    address: str
    key_id: str
    secret: str
    once: str
    body: bytes
    failures: int


def send(*, push_id: int, now: datetime) -> bool:
    """Send one message and record its receipt or the failure; return whether it was acknowledged just now.

    No lock is held while the network is waited for: a lease keeps a second worker away. Whoever dies in between leaves
    the row without a receipt; it is sent again with the same key. Raises NotFound for a message that is gone.
    """
    sending = _take(push_id, now)
    if sending is None:
        return False
    began = time.monotonic()
    try:
        client.deliver(
            sending.address,
            key_id=sending.key_id,
            secret=sending.secret,
            once=sending.once,
            body=sending.body,
        )
    except client.NotDelivered as error:
        log.warning("push_not_delivered", push_id=push_id, error=str(error))
        # A system rests from the end of the attempt: one that takes long to fail would be tried again at once.
        ended = now + timedelta(seconds=time.monotonic() - began)
        _record_failure(push_id, error, ended, failures=sending.failures)
        return False
    _record_receipt(push_id, now)
    return True


@transaction.atomic
def _take(push_id: int, now: datetime) -> Sending | None:
    rows = Push.objects.select_for_update(of=("self",)).select_related("system")
    push = rows.filter(pk=push_id).first()
    if push is None:
        raise NotFound()
    system = push.system
    is_done = push.receipted_at or push.failed_at or not system.active_since
    waits = [moment for moment in (push.sending_until, system.rests_until) if moment and moment > now]
    key = system.keys.filter(direction=Direction.OUTGOING, ended_at=None).order_by("id").first()
    if is_done or waits or key is None or not _may_try(system, now):
        return None
    push.sending_until = now + LEASE
    push.save(update_fields=["sending_until"])
    return Sending(
        system.address, key.key_id, key.secret, str(push.key), push.payload.encode(), system.failures
    )


def _may_try(system: DepartmentSystem, now: datetime) -> bool:
    """Return whether a message may go to a system now: while it fails, one worker process at a time tries whether it is back.

    Who tries has it rest for the time of a lease, so nobody else is held up by it; whoever dies meanwhile holds it no longer.
    """
    if not system.failures:
        return True
    known = DepartmentSystem.objects.filter(pk=system.pk, failures=system.failures)
    awake = known.filter(Q(rests_until=None) | Q(rests_until__lte=now))
    return bool(awake.update(rests_until=now + LEASE))


@transaction.atomic
def _record_receipt(push_id: int, now: datetime) -> None:
    push = Push.objects.select_for_update().get(pk=push_id)
    push.receipted_at, push.failed_at, push.last_error, push.sending_until = now, None, "", None
    push.save(update_fields=["receipted_at", "failed_at", "last_error", "sending_until"])
    DepartmentSystem.objects.filter(pk=push.system_id, failures__gt=0).update(failures=0, rests_until=None)


@transaction.atomic
def _record_failure(push_id: int, error: client.NotDelivered, now: datetime, *, failures: int) -> None:
    push = Push.objects.select_for_update(of=("self",)).select_related("system").get(pk=push_id)
    if push.receipted_at:
        return
    push.last_error, push.sending_until = str(error)[:2000], None
    push.failed_at = now if push.attempts + 1 >= push.MOST_ATTEMPTS else None
    push.save(update_fields=["last_error", "failed_at", "sending_until"])
    # Those who tried side by side saw one failure, not several.
    tried = DepartmentSystem.objects.filter(pk=push.system_id, failures=failures)
    if error.is_outage:
        tried.update(failures=failures + 1, rests_until=now + push.system.rest_after(failures))
    elif failures:
        tried.update(rests_until=None)
