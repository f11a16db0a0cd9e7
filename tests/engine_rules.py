"""The rules that hold in the engine whatever was done, worked out anew from the rows and not as the engine works them out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q

from applications import machine
from applications.enums import DECIDED, ENDED, LIVE_TASK
from applications.models import (
    Application,
    Case,
    CaseDependency,
    Clock,
    Correction,
    Decision,
    Extension,
    ReviewTask,
    StatusChange,
    Suspension,
)
from core.clock import CHINA
from core.models import AuditEntry, CalendarDay
from matters.enums import JoinPolicy, StepKind
from matters.models import Step

AFTER_DECISION = {StepKind.PAYOUT, StepKind.POST_CHECK}


class Rows:
    """Everything of some applications as it stands now."""

    def __init__(self, ids: Iterable[int], steps: Mapping[int, Step]) -> None:
        self.steps = steps
        self.applications = {each.pk: each for each in Application.objects.filter(pk__in=ids)}
        self.cases = {each.pk: each for each in Case.objects.filter(application__in=ids)}
        tasks = ReviewTask.objects.filter(case__in=self.cases).order_by("id")
        self.tasks = {each.pk: each for each in tasks}
        for task in self.tasks.values():
            task.step = steps[task.step_id]
        self.corrections = {each.pk: each for each in Correction.objects.filter(application__in=ids)}
        self.clocks = list(Clock.objects.filter(application__in=ids).order_by("id"))
        self.suspensions = list(Suspension.objects.filter(case__in=self.cases))
        self.extensions = list(
            Extension.objects.filter(Q(case__in=self.cases) | Q(application__in=self.applications))
        )
        self.decisions = list(Decision.objects.filter(case__in=self.cases).order_by("id"))
        self.changes = list(StatusChange.objects.filter(application__in=ids).order_by("id"))
        self.waits: dict[int, set[int]] = defaultdict(set)
        for row in CaseDependency.objects.filter(case__in=self.cases):
            self.waits[row.case_id].add(row.predecessor_id)

    def tasks_of(self, case: Case) -> list[ReviewTask]:
        return [task for task in self.tasks.values() if task.case_id == case.pk]


# --- states -----------------------------------------------------------------------------------------------------------


def states_only_by_table(rows: Rows) -> None:
    """Every record's state is where its status rows, each a row of the table, have led it from its first state."""
    kinds = {
        "application": rows.applications,
        "case": rows.cases,
        "reviewtask": rows.tasks,
        "correction": rows.corrections,
    }
    stands: dict[tuple[str, int], str] = {}
    for change in rows.changes:
        if change.record not in kinds:
            continue
        key = (change.record, record_of(change, rows))
        model = type(kinds[change.record][key[1]])
        row = next(each for each in machine.TRANSITIONS[model] if each.act == change.act)
        before = stands.get(key, model._meta.get_field("status").default)
        assert change.source == before, f"{key}: {change} came from {before}"
        assert (change.source in row.sources, change.target) == (True, row.target), f"{key}: {change}"
        stands[key] = change.target
    for name, records in kinds.items():
        for pk, record in records.items():
            first = type(record)._meta.get_field("status").default
            assert record.status == stands.get((name, pk), first), f"{name} {pk}"


def record_of(change: StatusChange, rows: Rows) -> int:
    if change.record == "correction":
        return next(pk for pk, row in rows.corrections.items() if row.application_id == change.application_id)
    return {"application": change.application_id, "case": change.case_id, "reviewtask": change.task_id}[
        change.record
    ]


def audited(rows: Rows) -> None:
    """Every transition is on the audit trail, and nothing is there that did not happen."""
    numbers = [each.number for each in rows.applications.values()]
    acts = {
        f"{model.__name__.lower()}.{row.act}" for model, table in machine.TRANSITIONS.items() for row in table
    }
    entries = AuditEntry.objects.filter(reference__in=numbers, act__in=acts)
    assert Counter(entries.values_list("act", flat=True)) == Counter(
        f"{change.record}.{change.act}" for change in rows.changes
    )


# --- steps and joins --------------------------------------------------------------------------------------------------


def one_live_round(rows: Rows) -> None:
    """Of a step of a case at most one task is live, and its rounds count without a gap."""
    rounds: dict[tuple[int, int], list[ReviewTask]] = defaultdict(list)
    for task in rows.tasks.values():
        rounds[task.case_id, task.step_id].append(task)
    for tasks in rounds.values():
        assert sum(task.status in LIVE_TASK for task in tasks) <= 1, tasks
        assert [task.round for task in tasks] == list(range(1, len(tasks) + 1)), tasks


def latest(rows: Rows, case: Case) -> dict[str, ReviewTask]:
    """Return the last round of each step of a case, by the step's key."""
    return {task.step.key: task for task in sorted(rows.tasks_of(case), key=lambda each: each.round)}


def is_over(task: ReviewTask | None) -> bool:
    """Return whether a step's last round has ended for those that come after it."""
    return bool(task and task.status == "done" and task.outcome != "sent_back")


def is_open_for(step: Step, tasks: Mapping[str, ReviewTask]) -> bool:
    """Return whether a step's predecessors, as they stand, allow that it begins; advice that is late has elapsed."""
    over = [key for key in step.after if is_over(tasks.get(key))]
    if step.join == JoinPolicy.ANY and any(tasks[key].outcome != "object" for key in over):
        return True
    if step.join == JoinPolicy.VETO and any(tasks[key].outcome == "object" for key in over):
        return True
    return len(over) == len(step.after)


def released_only_when_open(rows: Rows, known: set[int]) -> set[int]:
    """No task that is new came before its predecessors were over; returns all that are known now.

    A round that somebody asked for, by sending back or by passing on to another department, begins at once.
    """
    rerouted = {change.task_id for change in rows.changes if change.act == "reroute"}
    for task in rows.tasks.values():
        if task.pk in known:
            continue
        case = rows.cases[task.case_id]
        assert (task.kind in AFTER_DECISION) == (case.status in DECIDED), task
        before = [
            each for each in rows.tasks_of(case) if each.step_id == task.step_id and each.round < task.round
        ]
        asked_for = task.sent_back_from_id or (before and before[-1].pk in rerouted)
        if not asked_for:
            assert is_open_for(task.step, latest(rows, case)), f"{task} was released too early"
        if before and before[-1].outcome == "sent_back":
            again = [each for each in rows.tasks_of(case) if each.sent_back_from_id == before[-1].pk]
            assert is_over(latest(rows, case)[again[-1].step.key]), (
                f"{task} did not wait for what it sent back"
            )
    return set(rows.tasks)


def vetoes_hold(rows: Rows) -> None:
    """Nothing is granted over the objection of a step that may veto."""
    for case in rows.cases.values():
        if case.status == "granted":
            ended = latest(rows, case)
            vetoed = [
                key
                for step in rows.steps.values()
                if step.version_id == case.version_id and step.join == JoinPolicy.VETO
                for key in step.after
                if is_over(ended.get(key)) and ended[key].outcome == "object"
            ]
            assert not vetoed, f"{case} is granted over {vetoed}"


def nothing_forgotten(rows: Rows) -> None:
    """A case in review has a live task; a step that may begin has begun; what is over has nothing live."""
    for case in rows.cases.values():
        tasks = rows.tasks_of(case)
        live = [task for task in tasks if task.status in LIVE_TASK]
        if case.status == "in_review":
            assert live, f"{case} waits for nobody"
            begun = latest(rows, case)
            for step in rows.steps.values():
                if (
                    step.version_id == case.version_id
                    and step.key not in begun
                    and step.kind not in AFTER_DECISION
                ):
                    assert not is_open_for(step, begun), f"{case}: {step} could begin"
        elif case.status in DECIDED:
            assert all(task.kind in AFTER_DECISION for task in live), f"{case} is decided: {live}"
        else:
            assert not live, f"{case} is {case.status}: {live}"


def messages_are_swept(rows: Rows) -> None:
    """What waits for a worker has a time at which it is sent again; what has arrived has none."""
    for task in rows.tasks.values():
        if task.status == "released":
            assert task.next_attempt_at, task
            assert not task.receipted_at, task
        else:
            assert task.next_attempt_at is None, task


# --- cases of a bundle ------------------------------------------------------------------------------------------------


def bundle_order(rows: Rows) -> None:
    """A case is reviewed only when all it waits for is granted with its result issued, and ended when one cannot be."""
    for case in rows.cases.values():
        before = [rows.cases[pk] for pk in rows.waits[case.pk]]
        finished = all(each.status == "granted" and each.receipted_at for each in before)
        hopeless = any(each.status in ENDED and each.status != "granted" for each in before)
        accepted = rows.applications[case.application_id].accepted_at is not None
        if case.status in ("in_review", *DECIDED):
            assert accepted, case
            assert finished, f"{case} began before its predecessors were finished"
            assert case.started_at, case
        if case.status == "waiting":
            assert accepted, case
            assert not finished, f"{case} waits for nothing"
            assert not hopeless, f"{case} waits in vain"
            assert case.started_at is None, f"the clock of {case} runs while it waits"


def ends(rows: Rows) -> None:
    """An application has ended exactly when all of its cases have, and what is to be paid is paid."""
    for application in rows.applications.values():
        own = [case for case in rows.cases.values() if case.application_id == application.pk]
        over = all(case.status in ENDED for case in own)
        paying = any(
            task.kind == StepKind.PAYOUT and task.status in LIVE_TASK
            for case in own
            for task in rows.tasks_of(case)
        )
        ended = application.ended_at is not None
        assert ended == (over and not paying), f"{application}: {[case.status for case in own]}"


# --- decisions --------------------------------------------------------------------------------------------------------


def one_decision(rows: Rows) -> None:
    """A case that is decided has one decision, by somebody who did not accept it; no other case has any.

    What a check took back had been granted (行政许可法 §69), and its decision still says so.
    """
    decided = {case.pk for case in rows.cases.values() if case.status in DECIDED}
    issued = [row.case_id for row in rows.decisions]
    assert sorted(issued) == sorted(decided)
    for row in rows.decisions:
        case = rows.cases[row.case_id]
        assert row.outcome == ("granted" if case.status == "revoked" else case.status), case
        assert row.decided_by_id != rows.applications[case.application_id].accepted_by_id


# --- clocks -----------------------------------------------------------------------------------------------------------


class DayByDay:
    """Working time counted one day after another, as the rule of core/calendar.py says it."""

    def __init__(self) -> None:
        self.working = dict(CalendarDay.objects.values_list("date", "is_working"))

    def due(
        self, start: datetime, value: int, unit: str, pauses: Iterable[Suspension] = (), extra: int = 0
    ) -> datetime | None:
        """Return the end of a limit and of the working days that extend it; None where the calendar ends before it."""
        stopped = [(day_of(each.started_at), day_of(each.ended_at or each.expected_end)) for each in pauses]
        try:
            if unit == "workday":
                return end_of(self._last(day_of(start), value + extra, unit, stopped))
            last = self._last(day_of(start), value, unit, stopped)
            return end_of(self._last(last, extra, "workday", stopped) if extra else last)
        except KeyError:
            return None

    def _last(self, day: date, value: int, unit: str, stopped: list[tuple[date, date]]) -> date:
        assert unit in ("workday", "day", "instant"), unit
        left = 0 if unit == "instant" else value
        if unit == "workday" and not value:
            return day
        while left:
            day += timedelta(days=1)
            counts = unit == "day" or self.working[day]
            left -= counts and not any(begins < day <= ends for begins, ends in stopped)
        while True:
            if running := [ends for begins, ends in stopped if begins <= day < ends]:
                day = max(running)
            elif not self.working[day]:
                day += timedelta(days=1)
            else:
                return day


def day_of(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=CHINA)


def clocks_are_due(rows: Rows, days: DayByDay) -> None:
    """Every running clock is due after its own limit, without what suspends it and with what extends it."""
    for clock in rows.clocks:
        if clock.stopped_at is None:
            limit = (clock.started_at, clock.value, clock.unit, suspended(rows, clock))
            due = days.due(*limit)
            if extra := extended(rows, clock, due):
                due = days.due(*limit, extra)
            assert clock.due_at == due, f"{clock} since {clock.started_at}: {clock.due_at}, not {due}"


def suspended(rows: Rows, clock: Clock) -> list[Suspension]:
    """Return what stops a clock: a step's own procedures, those of its case, or those of any case of the application."""
    if clock.task_id:
        own = clock.kind == "step"
        return [each for each in rows.suspensions if own and each.task_id == clock.task_id]
    if clock.kind not in ("promised", "statutory", "bundle"):
        return []
    cases = {pk for pk, case in rows.cases.items() if case.application_id == clock.application_id}
    return [
        each for each in rows.suspensions if each.case_id in ({clock.case_id} if clock.case_id else cases)
    ]


def extended(rows: Rows, clock: Clock, due: datetime | None) -> int:
    """Return the working days by which a clock was extended, once: what ran and had not passed when it was approved.

    A legal limit is moved by its own case's extension alone, the joint limit by that of joint handling, a promise by either.
    """
    if clock.kind not in ("promised", "statutory", "bundle"):
        return 0
    return max(
        (
            each.days
            for each in rows.extensions
            if meant(rows, clock, each)
            and clock.started_at <= each.approved_at
            and (due is None or each.approved_at <= due)
        ),
        default=0,
    )


def meant(rows: Rows, clock: Clock, extension: Extension) -> bool:
    """Return whether an extension is one of this clock's case, or of the whole application it belongs to."""
    if extension.case_id is None:
        return extension.application_id == clock.application_id and clock.kind != "statutory"
    if clock.case_id is None:
        return rows.cases[extension.case_id].application_id == clock.application_id
    return extension.case_id == clock.case_id


def clocks_run_while_they_should(rows: Rows) -> None:
    """A step's clock runs while its task is live, a case's while it is reviewed; what pages show is what they say."""
    running = {
        (clock.kind, clock.case_id, clock.task_id) for clock in rows.clocks if clock.stopped_at is None
    }
    for task in rows.tasks.values():
        kind = "special" if task.kind == StepKind.SPECIAL else "step"
        ran = (kind, task.case_id, task.pk) in running
        assert ran == (task.status in LIVE_TASK and task.step.days is not None), task
    for case in rows.cases.values():
        for kind in ("promised", "statutory"):
            assert not ((kind, case.pk, None) in running and case.status != "in_review"), case
    shown: dict[tuple[str, int], datetime | None] = {}
    for clock in rows.clocks:
        if clock.kind in ("step", "special", "promised", "statutory"):
            shown[clock.kind, clock.task_id or clock.case_id or 0] = clock.due_at
    for task in rows.tasks.values():
        assert task.due_at == shown.get(("step", task.pk), shown.get(("special", task.pk))), task
    for case in rows.cases.values():
        assert case.promised_due_at == shown.get(("promised", case.pk)), case
        assert case.statutory_due_at == shown.get(("statutory", case.pk)), case
