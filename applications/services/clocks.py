"""Running the clocks: starting and stopping them, and reckoning when each is due. Nothing else writes a due column.

What each kind means is the table in `applications/clocks.py`; how days are counted is `core/calendar.py`. The functions
here run under the application's lock. `Case.promised_due_at`, `Case.statutory_due_at`, `Application.promised_due_at`,
`ReviewTask.due_at` and `Correction.due_at` are copies of their clocks' `due_at`, for pages that sort by them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from applications.clocks import RULES, Limit, Subject, stopped_in
from applications.enums import ENDED, ENDED_TASK, ClockKind
from applications.locks import lock_application
from applications.models import Application, Case, Clock, Correction, Extension, ReviewTask, Suspension
from applications.selectors.clocks import reaching
from applications.services import promises
from applications.services.promises import Moved
from core import queue
from core.calendar import CalendarNotLoaded, Pause, WorkingTime, working_time
from core.clock import local_date
from core.models import CalendarLoad
from core.together import Together
from matters.enums import LimitUnit, StepKind


def start(
    *kinds: ClockKind, on: Application | Case | ReviewTask, now: datetime, limit: Limit | None = None
) -> list[Clock]:
    """Start clocks on a subject and write when they are due; where the table gives no limit there is no clock.

    `limit` is value and unit for the kinds whose limit the act itself says. Returns the clocks that run. Raises
    CalendarNotLoaded only for a kind that must know its end; the due time of any other stays open until the calendar
    reaches it.
    """
    return turn(on=on, now=now, starts=kinds, limit=limit)


def turn(
    *,
    on: Application | Case | ReviewTask,
    now: datetime,
    stops: Iterable[ClockKind] = (),
    starts: Iterable[ClockKind] = (),
    limit: Limit | None = None,
    columns: Iterable[str] = (),
) -> list[Clock]:
    """Write these columns of a subject, stop clocks on it and start others of other kinds, all at once; return those."""
    begun = set_off(*starts, on=on, now=now, limit=limit) if starts else []
    written = Together()
    if changed := [*columns, *due_columns(begun, on)]:
        written.update(on, changed)
    if stops:
        _stop(stops, on, now, written)
    for clock in begun:
        written.insert(clock)
    written.run()
    return begun


def set_off(
    *kinds: ClockKind,
    on: Application | Case | ReviewTask,
    now: datetime,
    limit: Limit | None = None,
) -> list[Clock]:
    """Return the clocks that `start` starts, for the caller to write with the subject, which says when they are due."""
    place, started = _place(on), []
    times = _times(place["application"], now)
    for kind in kinds:
        says = RULES[kind].limit
        found = limit or (says(on) if says else None)
        if found is None:
            continue
        clock = Clock(kind=kind, started_at=now, value=found[0], unit=found[1], **place)
        clock.due_at = _reckon(clock, times, pauses=(), extra=0)
        started.append(clock)
        if column := _DUE.get((kind, type(on))):
            setattr(on, column, clock.due_at)
    return started


def _times(application: Application, now: datetime) -> WorkingTime:
    """Return the calendar from today on, read once for all that an act does to the application it has locked."""
    kept: WorkingTime | None = vars(application).get("calendar_read")
    if kept is None or kept.known is None or kept.known[0] != local_date(now):
        kept = vars(application)["calendar_read"] = working_time(now)
    return kept


def due_columns(started: Iterable[Clock], on: Subject) -> list[str]:
    """Return the columns of a subject that say when these clocks of it are due."""
    return [column for clock in started if (column := _DUE.get((ClockKind(clock.kind), type(on))))]


def would_be_due(kind: ClockKind, *, on: Subject, now: datetime) -> datetime | None:
    """Return when a clock would be due that started now; None where there is no limit or the calendar ends before it."""
    says = RULES[kind].limit
    limit = says(on) if says else None
    return working_time(now).due_if_known(now, *limit) if limit else None


def stop(*kinds: ClockKind, on: Subject, now: datetime) -> None:
    """Stop the running clocks of these kinds on a subject; it is no matter whether any runs.

    None stops before it has started, though the machine that stops it may be some seconds behind the one that started it.
    """
    turn(on=on, now=now, stops=kinds)


def _stop(kinds: Iterable[ClockKind], on: Subject, now: datetime, written: Together) -> None:
    written.also(_STOP[type(on)], now, on.pk, list(kinds))


def rest(*, task: ReviewTask, now: datetime) -> None:
    """Stop the clock of a task that waits for the applicant: it stands in the queue, and is due at no time."""
    stop(ClockKind.STEP, on=task, now=now)
    task.due_at = None
    ReviewTask.objects.filter(pk=task.pk).update(due_at=None)


def follow(*, record: Any, now: datetime, written: Together) -> None:
    """Have what a record's new state stops written with it: its clocks, and of an ended case or task the suspensions.

    Asks `written` how many suspensions have ended; `followed` goes on from there.
    """
    kinds = stopped_in(record.status) if isinstance(record, (Application, Case, ReviewTask)) else []
    if kinds:
        _stop(kinds, record, now, written)
    if not _may_be_suspended(record):
        written.ask("0")
        return
    ended = written.also(_END[type(record)], now, record.pk)
    written.ask(f"(SELECT count(*) FROM {ended})")  # noqa: S608 - a name of our own


def followed(*, record: Any, ended: int, now: datetime) -> None:
    """Reckon anew, after so many suspensions have ended with a case or task, and tell whose promise has moved."""
    if not ended:
        return
    application = record.application if isinstance(record, Case) else record.case.application
    moved = recompute(application=application)
    # The decision itself says more than the day it was promised for.
    if isinstance(record, Case) or record.kind != StepKind.DECIDE:
        promises.tell(moved, application=application, why="特别程序随环节一并结束", now=now)


def _may_be_suspended(record: Any) -> bool:
    """Return whether a record has come to an end that ends its suspensions too."""
    if isinstance(record, Case):
        return record.status in ENDED
    return isinstance(record, ReviewTask) and record.status in ENDED_TASK


def end(*, suspension: Suspension, now: datetime, **changes: Any) -> None:
    """End a suspension, no later than it was expected to end: a sweep that comes late gives nobody the days it was late."""
    suspension.ended_at = max(min(now, suspension.expected_end), suspension.started_at)
    for column, value in changes.items():
        setattr(suspension, column, value)
    suspension.save(update_fields=["ended_at", *changes])


def recompute(*, application: Application) -> list[Moved]:
    """Reckon every running clock of an application anew from its start; write what has changed and return it.

    Who must hear that a promise has moved is `promises.tell`; the caller knows why it has.
    """
    mine = Clock.objects.running().filter(application=application)
    running = list(mine.select_related("application", "case__version", "task"))
    if not running:
        return []
    times = working_time(min(clock.started_at for clock in running))
    suspensions = list(Suspension.objects.filter(case__application=application))
    extensions = list(Extension.objects.filter(Q(application=application) | Q(case__application=application)))
    changed = []
    for clock in running:
        due = _reckon_extended(clock, times, pauses=pauses_of(clock, suspensions), extensions=extensions)
        if due != clock.due_at:
            changed.append(Moved(clock, clock.due_at))
            clock.due_at = due
            _copy(clock, clock.task or clock.case or clock.application)
    Clock.objects.bulk_update([each.clock for each in changed], ["due_at"])
    return changed


def due_with(*, clock: Clock, extra: int) -> datetime:
    """Return when a clock would be due if it were extended by so many working days. Raises CalendarNotLoaded."""
    pauses = pauses_of(clock, Suspension.objects.filter(case__application=clock.application_id))
    return _due(clock, working_time(clock.started_at), pauses, extra)


def promise_extended(*, extension: Extension) -> datetime | None:
    """Return when what is extended would be promised if this extension, not yet written, stood; None where it moves none."""
    clock = (
        Clock.objects.running()
        .filter(application=extension.clock.application_id, case=extension.case_id, kind=ClockKind.PROMISED)
        .first()
    )
    if clock is None or not moving(clock, [extension], due=clock.due_at):
        return None
    suspensions = Suspension.objects.filter(case__application=clock.application_id)
    times, pauses = working_time(clock.started_at), pauses_of(clock, suspensions)
    return _reckon_extended(clock, times, pauses=pauses, extensions=[extension])


def promised_with(*, suspension: Suspension) -> datetime | None:
    """Return when a case would be promised if this suspension, not yet written, stood; None where nothing is promised."""
    clock = Clock.objects.running().filter(case=suspension.case_id, kind=ClockKind.PROMISED).first()
    if clock is None:
        return None
    case = suspension.case
    so_far = Suspension.objects.filter(case__application=case.application_id)
    extensions = Extension.objects.filter(Q(application=case.application_id) | Q(case=case))
    return _reckon_extended(
        clock,
        working_time(clock.started_at),
        pauses=pauses_of(clock, [*so_far, suspension]),
        extensions=list(extensions),
    )


def pauses_of(clock: Clock, suspensions: Iterable[Suspension]) -> list[Pause]:
    """Return what stops a clock: the suspensions of its step, of its case, or of any case of its application.

    One that still runs is taken until its expected end.
    """
    if not RULES[ClockKind(clock.kind)].suspends:
        return []
    return [
        each.span
        for each in suspensions
        if (clock.task_id is None or each.task_id == clock.task_id)
        and (clock.case_id is None or each.case_id == clock.case_id)
    ]


def moving(clock: Clock, extensions: Iterable[Extension], *, due: datetime | None) -> list[Extension]:
    """Return the extensions that move a clock which is due at `due` without them, or with them: either says the same.

    An extension of a case moves its legal limit, one of joint handling the joint limit; both move the promises with it.
    The legal limit of a member of joint handling, which its own law fixes, stays (行政许可法 §42). What had passed when
    the extension was approved has passed, and stays where it is; what began afterwards has its whole limit anyway.
    """
    if not RULES[ClockKind(clock.kind)].extends:
        return []
    return [
        each
        for each in extensions
        if _reaches(each, clock)
        and clock.started_at <= each.approved_at
        and (due is None or due >= each.approved_at)
    ]


def _reaches(extension: Extension, clock: Clock) -> bool:
    if clock.kind == ClockKind.STATUTORY:
        return extension.case_id == clock.case_id
    return extension.case_id is None or clock.case_id in (None, extension.case_id)


@transaction.atomic
def recompute_one(*, application_id: int, now: datetime) -> bool:
    """Reckon the clocks of one application anew under its lock, after a year was loaded; return whether any has changed.

    The applicant and the present holders are told of a promise that has moved, once: what is done does not change again.
    """
    application = lock_application(application_id)
    moved = recompute(application=application)
    promises.tell(moved, application=application, why=promises.CALENDAR, now=now)
    return bool(moved)


def recompute_for(*, load_id: int, now: datetime) -> int:
    """Reckon every running clock that reaches into a newly loaded year anew, or that waited for it.

    Returns how many applications had a date that changed; 0 the second time. Each is a transaction of its own: whoever
    is killed on the way begins again, and what is done already does not change.
    """
    load = CalendarLoad.objects.filter(pk=load_id, receipted_at=None).first()
    if load is None:
        return 0
    ids = (
        reaching(date(load.year, 1, 1))
        .order_by("application_id")
        .values_list("application_id", flat=True)
        .distinct()
    )
    done = queue.run_each(list(ids), lambda pk: recompute_one(application_id=pk, now=now))
    CalendarLoad.objects.filter(pk=load_id).update(receipted_at=now, next_attempt_at=None)
    return done


def _reckon(clock: Clock, times: WorkingTime, *, pauses: Sequence[Pause], extra: int) -> datetime | None:
    """Return when a clock is due, or None while the calendar does not reach so far and the kind need not know its end."""
    try:
        return _due(clock, times, pauses, extra)
    except CalendarNotLoaded:
        if RULES[ClockKind(clock.kind)].must_end:
            raise
        return None


def _reckon_extended(
    clock: Clock, times: WorkingTime, *, pauses: Sequence[Pause], extensions: Sequence[Extension]
) -> datetime | None:
    """Return when a clock is due with the extensions that move it."""
    due = _reckon(clock, times, pauses=pauses, extra=0)
    extra = max((each.days for each in moving(clock, extensions, due=due)), default=0)
    return _reckon(clock, times, pauses=pauses, extra=extra) if extra else due


def _due(clock: Clock, times: WorkingTime, pauses: Sequence[Pause], extra: int) -> datetime:
    """Return when a clock is due: its limit, and after it the working days by which it is extended."""
    if clock.unit == LimitUnit.WORKDAY:
        return times.due(clock.started_at, clock.value + extra, clock.unit, pauses)
    due = times.due(clock.started_at, clock.value, clock.unit, pauses)
    return times.due(due, extra, LimitUnit.WORKDAY, pauses) if extra else due


def _place(on: Subject) -> dict[str, Any]:
    if isinstance(on, ReviewTask):
        return {"application": on.case.application, "case": on.case, "task": on}
    if isinstance(on, Case):
        return {"application": on.application, "case": on}
    return {"application": on}


_STOPPED = "UPDATE applications_clock SET stopped_at = GREATEST(%s, started_at)"
_ENDED = "UPDATE applications_suspension SET ended_at = GREATEST(LEAST(%s, expected_end), started_at)"
_STOP = {
    subject: f"{_STOPPED} WHERE stopped_at IS NULL AND {of_it} AND kind = ANY(%s)"
    for subject, of_it in (
        (Application, "application_id = %s AND case_id IS NULL"),
        (Case, "case_id = %s AND task_id IS NULL"),
        (ReviewTask, "task_id = %s"),
    )
}
_END = {
    subject: f"{_ENDED} WHERE ended_at IS NULL AND {of_it} RETURNING 1"
    for subject, of_it in ((Case, "case_id = %s"), (ReviewTask, "task_id = %s"))
}
_DUE = {
    (ClockKind.PROMISED, Application): "promised_due_at",
    (ClockKind.PROMISED, Case): "promised_due_at",
    (ClockKind.STATUTORY, Case): "statutory_due_at",
    (ClockKind.STEP, ReviewTask): "due_at",
    (ClockKind.SPECIAL, ReviewTask): "due_at",
}
"""The columns that pages sort by, copies of a clock's due time."""


def _copy(clock: Clock, on: Subject) -> None:
    """Write a clock's due time beside the row that pages sort by; a correction has its own from the start."""
    if column := _DUE.get((ClockKind(clock.kind), type(on))):
        setattr(on, column, clock.due_at)
        type(on)._default_manager.filter(pk=on.pk).update(**{column: clock.due_at})
    elif clock.kind == ClockKind.CORRECTION:
        Correction.objects.filter(application=clock.application).update(due_at=clock.due_at)
