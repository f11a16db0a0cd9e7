"""Routing: which steps reach which department, and when. The heart of the portal.

A task row is written in the transaction of the fact that caused it; the message is sent on commit; the department's
worker receipts it; the sweeper sends again what has no receipt. Every function here runs under the application's lock.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from applications import machine, papers
from applications.enums import DECIDED, ENDED, CaseStatus, TaskOutcome, TaskStatus
from applications.locks import lock_case, lock_task
from applications.models import Application, Case, ReviewTask
from applications.questions import skipped_steps
from applications.services import notifications
from core import calendar, queue
from core.calendar import CalendarNotLoaded
from core.clock import local_date
from core.models import User
from matters.enums import LimitUnit, StepKind
from matters.models import Step

OPEN_TASK = "applications.receipt_task"
GATHER = "delivery.gather"
ISSUE_RESULT = "delivery.issue_result"
AFTER_DECISION = (StepKind.PAYOUT, StepKind.POST_CHECK)


def due_or_none(start: datetime, value: int | None, unit: str) -> datetime | None:
    """Return when a limit ends, or None where there is no limit or the calendar is not loaded so far."""
    if value is None:
        return None
    try:
        return calendar.due_at(start, value, unit)
    except CalendarNotLoaded:
        return None


def start_case(*, case: Case, by: User | None, now: datetime) -> None:
    """Start a case: its clocks run from `now`, and its first steps are released (浙江规定 §5(3))."""
    version = case.version
    machine.make(
        case,
        "start",
        by=by,
        now=now,
        started_at=now,
        promised_due_at=due_or_none(now, version.promised_value, version.promised_unit),
        statutory_due_at=due_or_none(now, version.statutory_value or None, version.statutory_unit),
    )
    release_ready_steps(case=case, now=now)


def release_ready_steps(*, case: Case, now: datetime) -> list[ReviewTask]:
    """Release every step whose predecessors are all done and that has no task yet; return the new tasks.

    The caller holds the application's lock, so of several siblings that end at the same moment exactly one sees them
    all done. Steps that the situation decides against never run. Steps after the decision are released only by a grant.
    """
    tasks = {task.step_id: task for task in case.tasks.exclude(status=TaskStatus.CANCELLED)}
    steps = list(case.version.steps.select_related("department__successor"))
    done = {step.key for step in steps if step.pk in tasks and tasks[step.pk].status == TaskStatus.DONE}
    released = {step.key for step in steps if step.pk in tasks}
    ready = ready_steps(steps, released=released, done=done, skipped=skipped_steps(case, steps))
    if case.status in DECIDED:
        ready = [step for step in ready if case.status == CaseStatus.GRANTED and step.kind in AFTER_DECISION]
    return [_release(case, step, now) for step in ready]


def ready_steps(
    steps: Sequence[Step], *, released: Collection[str], done: Collection[str], skipped: Collection[str]
) -> list[Step]:
    """Return the steps that can be released now, all given by their keys.

    A skipped step is never released. It counts as done once those before it are: what comes after it still waits for
    them.
    """
    passed = set(done)
    while over := {
        step.key
        for step in steps
        if step.key in skipped and step.key not in passed and passed.issuperset(step.after)
    }:
        passed |= over
    return [
        step
        for step in steps
        if step.key not in released and step.key not in skipped and passed.issuperset(step.after)
    ]


def _release(case: Case, step: Step, now: datetime) -> ReviewTask:
    department = step.department.in_charge
    task = ReviewTask(
        case=case,
        step=step,
        department=department,
        kind=step.kind,
        released_at=now,
        due_at=_step_due(step, now),
    )
    task.next_attempt_at = now + task.FIRST_WAIT
    task.save(force_insert=True)
    queue.enqueue(OPEN_TASK, queue=department.queue, task_id=task.pk)
    if step.kind == StepKind.SPECIAL:
        notifications.special_procedure_started(task=task, now=now)
    return task


def _step_due(step: Step, now: datetime) -> datetime | None:
    """Return when a step is due. A special procedure ends by its limit alone, so it is not begun without one."""
    if step.kind == StepKind.SPECIAL and step.days is not None:
        return calendar.due_at(now, step.days, step.unit)
    return due_or_none(now, step.days, step.unit)


@transaction.atomic
def receipt_task(*, task_id: int, now: datetime) -> bool:
    """Record that a task has reached its department's queue; the second time it does nothing and returns False."""
    task = lock_task(task_id)
    if task.receipted_at or task.status != TaskStatus.RELEASED:
        return False
    machine.make(task, "receipt", by=None, now=now, receipted_at=now, next_attempt_at=None)
    return True


@transaction.atomic
def elapse_special(*, task_id: int, now: datetime) -> bool:
    """End a special procedure whose days have passed without anybody ending it; return whether it did.

    Its days do not count: the case's limits move by the time it took (行政许可法 §45).
    """
    task = lock_task(task_id)
    if (
        task.kind != StepKind.SPECIAL
        or not machine.can(task, "elapse")
        or not task.due_at
        or task.due_at > now
    ):
        return False
    machine.make(
        task,
        "elapse",
        by=None,
        now=now,
        outcome=TaskOutcome.ELAPSED,
        completed_at=now,
        opinion="期满无异议",
        receipted_at=task.receipted_at or now,
        next_attempt_at=None,
    )
    end_suspension(task=task, now=now)
    release_ready_steps(case=task.case, now=now)
    return True


def end_suspension(*, task: ReviewTask, now: datetime) -> None:
    """Move the case's limits by the time a special procedure took that does not count (行政许可法 §45).

    It took no longer than its own limit: a sweep that comes late does not give the department the days it was late.
    """
    if task.kind != StepKind.SPECIAL or task.step.counts_time:
        return
    case = task.case
    began, ended = local_date(task.released_at), local_date(min(now, task.due_at or now))
    days = calendar.working_days_between(began, ended)
    moved = {}
    for column, unit in (
        ("promised_due_at", case.version.promised_unit),
        ("statutory_due_at", case.version.statutory_unit),
    ):
        due = getattr(case, column)
        if due is None:
            continue
        if unit == LimitUnit.WORKDAY:
            moved[column] = due_or_none(due, days, LimitUnit.WORKDAY)
        else:
            moved[column] = due + (ended - began)
    if moved:
        Case.objects.filter(pk=case.pk).update(**moved)


def after_task(*, task: ReviewTask, now: datetime) -> None:
    """Carry on after a completed step: end a suspension, release what is ready, offer the result when it may be issued."""
    end_suspension(task=task, now=now)
    release_ready_steps(case=task.case, now=now)
    offer_result(case=task.case, now=now)


def after_decision(*, case: Case, now: datetime) -> None:
    """Carry on after the decision: cancel what is still open, release payout and post-check, offer the result."""
    for task in case.tasks.filter(status__in=[TaskStatus.RELEASED, TaskStatus.OPEN, TaskStatus.CLAIMED]):
        task.case = case
        machine.make(task, "cancel", by=None, now=now, note="办件已作决定", next_attempt_at=None)
    release_ready_steps(case=case, now=now)
    if case.status == CaseStatus.DENIED:
        end_dependants(cases=[case], now=now)
    offer_result(case=case, now=now)


def offer_result(*, case: Case, now: datetime) -> None:
    """Tell delivery that a decided case's result may be issued: at once, or when the payout it consists of is done."""
    if case.status not in DECIDED or case.next_attempt_at or case.receipted_at:
        return
    if case.status == CaseStatus.GRANTED and _payout_open(case):
        return
    case.next_attempt_at = now + case.FIRST_WAIT
    case.save(update_fields=["next_attempt_at"])
    queue.enqueue(ISSUE_RESULT, queue=queue.DELIVERY, case_id=case.pk)
    note_end(application=case.application, now=now)


def _payout_open(case: Case) -> bool:
    steps = list(case.version.steps.filter(kind=StepKind.PAYOUT))
    skipped = skipped_steps(case, steps)
    payouts = sum(step.key not in skipped for step in steps)
    return payouts > case.tasks.filter(kind=StepKind.PAYOUT, status=TaskStatus.DONE).count()


def note_end(*, application: Application, now: datetime) -> None:
    """Note that every case has ended, once, and ask delivery to gather the results for the one outlet."""
    if application.ended_at or application.cases.exclude(status__in=ENDED).exists():
        return
    application.ended_at = now
    application.next_attempt_at = now + application.FIRST_WAIT
    application.save(update_fields=["ended_at", "next_attempt_at"])
    queue.enqueue(GATHER, queue=queue.DELIVERY, application_id=application.pk)


@transaction.atomic
def result_issued(*, case_id: int, now: datetime) -> bool:
    """Record that delivery has issued a case's result, and start the cases that waited for it; False the second time."""
    case = lock_case(case_id)
    if case.receipted_at:
        return False
    case.receipted_at, case.next_attempt_at = now, None
    case.save(update_fields=["receipted_at", "next_attempt_at"])
    if case.status == CaseStatus.GRANTED:
        start_dependants(case=case, now=now)
    return True


def start_dependants(*, case: Case, now: datetime) -> None:
    """Start every waiting case all of whose predecessors are granted with their results issued."""
    for dependant in _waiting_for(case):
        unfinished = dependant.after.exclude(status=CaseStatus.GRANTED, receipted_at__isnull=False)
        if not unfinished.exists():
            start_case(case=dependant, by=None, now=now)


def end_dependants(*, cases: Iterable[Case], now: datetime) -> None:
    """End every case that can no longer start, because one it waits for was denied, refused or ended itself.

    The notices are numbered in the order of their departments: applications that end at the same moment so take the
    rows of the number series in one order and never wait for each other in a circle.
    """
    ended = [each for case in cases for each in _end_after(case, now)]
    for dependant, predecessor in sorted(ended, key=lambda pair: pair[0].version.matter.department.code):
        papers.not_proceeded(case=dependant, predecessor=predecessor, now=now)
        notifications.case_not_proceeded(case=dependant, now=now)


def _end_after(case: Case, now: datetime) -> Iterator[tuple[Case, Case]]:
    """End what waits for a case, and what waits for that; a case that waits for several ends once."""
    while dependant := next(iter(_waiting_for(case)), None):
        reason = f"前置事项“{case.version.name}”{case.get_status_display()}，本事项不再办理。"
        machine.make(dependant, "not_proceed", by=None, now=now, note=reason, ended_at=now, end_reason=reason)
        yield dependant, case
        yield from _end_after(dependant, now)


def _waiting_for(case: Case) -> list[Case]:
    waiting = Case.objects.filter(waits_for__predecessor=case, status=CaseStatus.WAITING).order_by("pk")
    found = list(waiting.select_related("version__matter__department"))
    for each in found:
        each.application = case.application
    return found
