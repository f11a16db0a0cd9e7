"""Routing: which steps reach which department, and when. The heart of the portal.

A task row is written in the transaction of the fact that caused it; the message is sent on commit; the department's
worker receipts it; the sweeper sends again what has no receipt. Every function here runs under the application's lock.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction

from applications import flow, machine, papers
from applications.clocks import Limit
from applications.enums import DECIDED, ENDED, LIVE_TASK, CaseStatus, ClockKind, TaskOutcome, TaskStatus
from applications.locks import lock_case, lock_task
from applications.models import Application, Case, ReviewTask, Supply
from applications.questions import skipped_steps
from applications.services import assigning, clocks, notifications, publicity, suspensions
from core import queue
from core.errors import Refusal
from core.models import User
from core.prepared import Prepared
from core.together import Together, are_added
from matters.enums import JoinPolicy, StepKind
from matters.models import Department, Step
from matters.selectors import steps_of

OPEN_TASK = "applications.receipt_task"
PUSH_TASK = "systems.push_task"
GATHER = "delivery.gather"
ISSUE_RESULT = "delivery.issue_result"
AFTER_DECISION = (StepKind.PAYOUT, StepKind.POST_CHECK)
SPARED = {
    JoinPolicy.ANY: "其他环节已先完成",
    JoinPolicy.VETO: "其他环节不通过，一票否决",
}
"""Why a step is spared, by the join of the one that has begun without it."""
LATE_ADVICE = "逾期未提出意见，视为无意见"


_TASKS = Prepared(lambda case: ReviewTask.objects.filter(case=case).order_by("id"))
_PLACED = Prepared(
    lambda version: Step.objects.filter(version=version).select_related("department__successor")
)


def start_case(*, case: Case, by: User | None, now: datetime) -> None:
    """Start a case: its clocks run from `now`, and its first steps are released (浙江规定 §5(3))."""
    limits = (ClockKind.PROMISED, ClockKind.STATUTORY)
    machine.make(case, "start", by=by, now=now, starts=limits, started_at=now)
    advance(case=case, now=now)


def advance(*, case: Case, now: datetime) -> list[ReviewTask]:
    """Carry a case as far as it goes now: release what is ready, end what is waited for no more; return the new tasks.

    The caller holds the application's lock, so of several siblings that end at the same moment exactly one sees them
    all done. Which steps move is `flow.moves`; steps after the decision are released only by a grant.
    """
    steps = steps_of(case.version_id)
    return _advance(case, steps, _tasks_of(case, steps), now)


def _advance(case: Case, steps: list[Step], tasks: list[ReviewTask], now: datetime) -> list[ReviewTask]:
    found = flow.moves(steps, flow.standings(tasks, now), skipped=skipped_steps(case, steps))
    by_key, latest = {step.key: step for step in steps}, flow.latest_rounds(tasks)
    if case.status in DECIDED:
        after = [key for key in found.release if by_key[key].kind in AFTER_DECISION]
        ready = after if case.status == CaseStatus.GRANTED else []
    else:
        ready = list(found.release)
        for key in found.lapse:
            _elapse(latest[key], LATE_ADVICE, now)
            notifications.task_ended(task=latest[key], why=LATE_ADVICE, by=None, now=now)
        for key, cause in found.cancel.items():
            _spare(latest[key], by_key[cause], now)
    return _release_each(case, [by_key[key] for key in ready], latest, now)


def _tasks_of(case: Case, steps: Iterable[Step]) -> list[ReviewTask]:
    tasks, by_id = _TASKS.ask(case.pk), {step.pk: step for step in steps}
    for task in tasks:
        task.case, task.step = case, by_id[task.step_id]
    return tasks


def _spare(task: ReviewTask, cause: Step, now: datetime) -> None:
    """Cancel a task that nobody waits for any more, because another step could begin without it."""
    why = SPARED.get(JoinPolicy(cause.join), "后面的环节已开始")
    machine.make(task, "cancel", by=None, now=now, note=f"{why}，本环节不再办理", next_attempt_at=None)
    notifications.task_ended(task=task, why=why, by=None, now=now)


def vetoes(case: Case, *, now: datetime) -> list[ReviewTask]:
    """Return the tasks whose objection forbids a grant (一票否决), in the order of their steps."""
    steps = steps_of(case.version_id)
    if all(step.join != JoinPolicy.VETO for step in steps):
        return []
    tasks = _tasks_of(case, steps)
    latest = flow.latest_rounds(tasks)
    return [latest[key] for key in flow.vetoes(steps, flow.standings(tasks, now))]


def release(
    *,
    case: Case,
    step: Step,
    now: datetime,
    before: ReviewTask | None = None,
    department: Department | None = None,
    sent_back_from: ReviewTask | None = None,
    limit: Limit | None = None,
    is_timed: bool = True,
) -> ReviewTask:
    """Release a step to a department, where it looks new: its first round, or the next one after `before`.

    It goes to whoever had the round before, if no department is named. Its clock starts now, with the limit that is
    said or that of the step, unless it is not timed.
    """
    last = before.department if before else step.department
    task = _new_task(case, step, before, department or last, now)
    task.sent_back_from = sent_back_from
    _send_out([task], now, limit=limit, is_timed=is_timed)
    return task


def _release_each(
    case: Case, steps: list[Step], latest: Mapping[str, ReviewTask], now: datetime
) -> list[ReviewTask]:
    """Release steps that are ready together, each to whoever had its round before."""
    if not steps:
        return []
    at = {step.pk: step.department for step in _PLACED.ask(case.version_id)}
    tasks = []
    for step in steps:
        before = latest.get(step.key)
        tasks.append(_new_task(case, step, before, before.department if before else at[step.pk], now))
    _send_out(tasks, now)
    return tasks


def _new_task(
    case: Case, step: Step, before: ReviewTask | None, department: Department, now: datetime
) -> ReviewTask:
    return ReviewTask(
        case=case,
        step=step,
        round=before.round + 1 if before else 1,
        department=department.in_charge,
        kind=step.kind,
        released_at=now,
        next_attempt_at=now + ReviewTask.FIRST_WAIT,
    )


def _send_out(
    tasks: list[ReviewTask], now: datetime, *, limit: Limit | None = None, is_timed: bool = True
) -> None:
    """Write new tasks with their clocks, all at once, and send the message of each."""
    if not tasks:
        return
    written = Together()
    for task in tasks:
        kind = ClockKind.SPECIAL if task.kind == StepKind.SPECIAL else ClockKind.STEP
        begun = clocks.set_off(kind, on=task, now=now, limit=limit) if is_timed else []
        added = written.id_of(written.insert(task))
        written.ask(added)
        for clock in begun:
            written.insert(clock, task=added)
    are_added(tasks, written.run())
    for task in tasks:
        queue.enqueue(OPEN_TASK, queue=task.department.queue, task_id=task.pk)
        if task.kind == StepKind.SPECIAL:
            suspensions.begin_with_step(task=task, now=now)


@transaction.atomic
def receipt_task(*, task_id: int, now: datetime) -> bool:
    """Record that a task has reached its department's queue, and give it out as the department's rule says.

    The second time it does nothing and returns False.
    """
    task = lock_task(task_id)
    if task.receipted_at or task.status != TaskStatus.RELEASED:
        return False
    machine.make(task, "receipt", by=None, now=now, receipted_at=now, next_attempt_at=None)
    assigning.assign_by_rule(task=task, now=now)
    if task.department.has_own_system:
        queue.enqueue(PUSH_TASK, queue=task.department.queue, task_id=task.pk)
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
    _elapse(task, "期满无异议", now)
    advance(case=task.case, now=now)
    return True


def _elapse(task: ReviewTask, opinion: str, now: datetime) -> None:
    machine.make(
        task,
        "elapse",
        by=None,
        now=now,
        note=opinion,
        outcome=TaskOutcome.ELAPSED,
        completed_at=now,
        opinion=opinion,
        receipted_at=task.receipted_at or now,
        next_attempt_at=None,
    )


@transaction.atomic
def lapse_advice(*, case_id: int, now: datetime) -> bool:
    """Let a case go on without advice that is late now that its leading step is done; return whether it went on."""
    case = lock_case(case_id)
    return case.status == CaseStatus.IN_REVIEW and bool(advance(case=case, now=now))


def after_task(*, task: ReviewTask, now: datetime) -> None:
    """Carry on after a completed step: release what is ready, offer the result when it may be issued."""
    advance(case=task.case, now=now)
    offer_result(case=task.case, now=now)


def after_simulation(*, task: ReviewTask, now: datetime) -> None:
    """Carry on after a simulated decision: cancel what is still open, and bring the decision back to be converted.

    No limit runs until what is missing is handed in (`supplying.supply`): how long that takes is not the department's affair.
    """
    case = task.case
    cancel_live(case=case, note="已出具模拟意见", now=now)
    release(case=case, step=task.step, now=now, before=task, is_timed=False)
    rest_if_simulated(application=case.application, now=now)


def rest_if_simulated(*, application: Application, now: datetime) -> None:
    """Stop the limits of a whole application in which no department can go on before what is missing has come.

    That is when every case that is open waits for the applicant, or for another one that does.
    """
    if not application.is_simulated:
        return
    checking = Supply.objects.filter(opinion__case__application=application, answered_at=None)
    checked = set(checking.values_list("opinion__case", flat=True))
    left = list(application.cases.exclude(status__in=ENDED).prefetch_related("waits_for"))
    waiting = {case.pk for case in left if case.status == CaseStatus.SIMULATED and case.pk not in checked}
    while more := {case.pk for case in left if waiting & _awaited(case)} - waiting:
        waiting |= more
    if waiting and len(waiting) == len(left):
        clocks.stop(ClockKind.PROMISED, ClockKind.BUNDLE, ClockKind.PROJECT, on=application, now=now)


def _awaited(case: Case) -> set[int]:
    return {row.predecessor_id for row in case.waits_for.all()}


def cancel_live(*, case: Case, note: str, now: datetime) -> None:
    """Cancel what is still open of a case, by the system."""
    _cancel(_tasks_of(case, steps_of(case.version_id)), note, now)


def _cancel(tasks: Iterable[ReviewTask], note: str, now: datetime) -> None:
    for task in tasks:
        if task.status in LIVE_TASK:
            machine.make(task, "cancel", by=None, now=now, note=note, next_attempt_at=None)


def after_decision(*, case: Case, now: datetime) -> None:
    """Carry on after the decision: cancel what is still open, release payout and post-check, offer the result."""
    steps = steps_of(case.version_id)
    tasks = _tasks_of(case, steps)
    _cancel(tasks, "办件已作决定", now)
    _advance(case, steps, tasks, now)
    if case.status == CaseStatus.DENIED:
        end_dependants(cases=[case], now=now)
    rest_if_simulated(application=case.application, now=now)
    offer_result(case=case, now=now)


def offer_result(*, case: Case, now: datetime) -> None:
    """Tell delivery that a decided case's result may be issued: at once, or when the payout it consists of is done."""
    if case.status not in DECIDED or case.next_attempt_at or case.receipted_at:
        return
    if case.status == CaseStatus.GRANTED and _payout_open(case):
        return
    case.next_attempt_at = now + case.FIRST_WAIT
    written = Together()
    written.update(case, ["next_attempt_at"])
    written.ask(
        "(SELECT array_agg(status) FROM applications_case WHERE application_id = %s)", case.application_id
    )
    (reached,) = written.run()
    queue.enqueue(ISSUE_RESULT, queue=queue.DELIVERY, case_id=case.pk)
    _note_end(case.application, set(reached), now)


def _payout_open(case: Case) -> bool:
    steps = [step for step in steps_of(case.version_id) if step.kind == StepKind.PAYOUT]
    skipped = skipped_steps(case, steps)
    payouts = sum(step.key not in skipped for step in steps)
    return payouts > 0 and payouts > case.tasks.filter(kind=StepKind.PAYOUT, status=TaskStatus.DONE).count()


def note_end(*, application: Application, now: datetime) -> None:
    """Note that every case has ended, once, and ask delivery to gather the results for the one outlet.

    What its cases were decided is handed over within ten days (行政许可法 §44).
    """
    _note_end(application, set(application.cases.values_list("status", flat=True)), now)


def _note_end(application: Application, reached: set[str], now: datetime) -> None:
    if application.ended_at or reached - set(ENDED):
        return
    application.ended_at = now
    application.next_attempt_at = now + application.FIRST_WAIT
    clocks.turn(
        on=application,
        now=now,
        stops=(ClockKind.PROMISED, ClockKind.BUNDLE, ClockKind.PROJECT),
        starts=(ClockKind.CERTIFICATE,) if reached & set(DECIDED) else (),
        columns=("ended_at", "next_attempt_at"),
    )
    queue.enqueue(GATHER, queue=queue.DELIVERY, application_id=application.pk)


@transaction.atomic
def result_issued(*, case_id: int, now: datetime) -> bool:
    """Record that delivery has issued a case's result, and start the cases that waited for it; False the second time.

    Raises Refusal `not_decided` for a case that has no decision yet: there can be no result of it.
    """
    case = lock_case(case_id)
    if case.receipted_at:
        return False
    if case.status not in DECIDED:
        raise Refusal("not_decided", f"办件{case.number}还没有作出决定，不能有结果。")
    case.receipted_at, case.next_attempt_at = now, None
    case.save(update_fields=["receipted_at", "next_attempt_at"])
    clocks.stop(ClockKind.CERTIFICATE, on=case, now=now)
    publicity.release(case=case, now=now)
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
