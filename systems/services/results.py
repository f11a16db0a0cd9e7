"""Taking results that departments' systems send: the same services as the pages call, once for each key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from applications.enums import DecisionOutcome, TaskStatus
from applications.models import ReviewTask
from applications.services import decisions, review
from core import audit
from core.errors import Invalid, NotFound, Refusal
from core.models import User
from matters.models import StaffPost
from systems.models import DepartmentSystem, IncomingResult


@dataclass(frozen=True)
class Finding:
    """What one participant found, as `review.record` takes it."""

    by: str
    finding: str
    seen_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class Result:
    """What a system says of a task: who did it (by user name), with which outcome, and who else found what."""

    task: int
    by: str
    outcome: str
    opinion: str = ""
    facts: str = ""
    reasons: str = ""
    basis: str = ""
    records: Sequence[Finding] = ()


@transaction.atomic
def take(*, system: DepartmentSystem, key: str, digest: str, result: Result, now: datetime) -> IncomingResult:
    """Do what a result says, all of it or nothing, and keep the answer; return the kept one for a key that came before.

    Of two that come at once the second waits for the first. A refusal is an answer too. Raises Invalid `key_reused` for a
    key that came with another body.
    """
    row, is_new = IncomingResult.objects.get_or_create(
        system=system, key=key, defaults={"digest": digest, "received_at": now}
    )
    if row.digest != digest:
        raise Invalid("key_reused", "这个幂等键已用于另一项结果，请换一个新的。", field="Idempotency-Key")
    if not is_new:
        return row
    try:
        with transaction.atomic():
            row.task = _task_of(system, result.task)
            _act(system, row.task, result, now)
            row.answer = _done(row.task)
    except Refusal as refusal:
        row.status = refusal.status
        row.answer = {
            "faults": [[each.code, each.message, each.field] for each in (refusal, *refusal.others)]
        }
    row.save(update_fields=["task", "status", "answer"])
    reference = (row.task.case.application.number if row.task else "") or ""
    audit.record(
        by=None, now=now, act="system.result", on=row, reference=reference, key=key, status=row.status
    )
    return row


def _task_of(system: DepartmentSystem, task_id: int) -> ReviewTask:
    own = ReviewTask.objects.filter(pk=task_id, department=system.department_id)
    task = own.exclude(status=TaskStatus.RELEASED).select_related("case__application").first()
    if task is None:
        raise NotFound("没有找到这项任务，可能属于其他部门或尚未送达。")
    return task


def _act(system: DepartmentSystem, task: ReviewTask, result: Result, now: datetime) -> None:
    by = _person(system, result.by, "by")
    if task.status == TaskStatus.OPEN:
        review.claim(task_id=task.pk, by=by, now=now)
    for each in result.records:
        review.record(
            task_id=task.pk,
            finding=each.finding,
            by=_person(system, each.by, "records"),
            now=now,
            seen_at=each.seen_at,
            place=each.place,
        )
    if result.outcome in DecisionOutcome.values:
        decisions.decide(
            task_id=task.pk,
            outcome=result.outcome,
            facts=result.facts,
            reasons=result.reasons,
            basis=result.basis,
            by=by,
            now=now,
        )
    else:
        review.complete(task_id=task.pk, outcome=result.outcome, opinion=result.opinion, by=by, now=now)


def _person(system: DepartmentSystem, username: str, field: str) -> User:
    """Return somebody who holds a post in the system's own department; nobody else exists for it."""
    posts = StaffPost.objects.current().filter(department=system.department_id, user__username=username)
    post = posts.select_related("user").first()
    if post is None:
        raise Invalid("unknown_person", f"本部门没有在岗的工作人员“{username}”，请核对用户名。", field=field)
    return post.user


def _done(task: ReviewTask) -> dict[str, object]:
    task.refresh_from_db(fields=["status", "outcome"])
    return {"task": task.pk, "case": task.case.number, "status": task.status, "outcome": task.outcome}
