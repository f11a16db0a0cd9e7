"""The rules of the engine's clocks, counted one day after another and not as core/calendar.py counts; see tests/engine_rules.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from applications.enums import ENDED, LIVE_TASK
from applications.models import Application, Case, Clock, Extension, Suspension
from core.clock import CHINA
from core.models import CalendarDay
from matters.enums import StepKind
from tests.engine_rules import Rows, is_joint, is_resting


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
    """A step's clock runs while its task is live, a case's while it is reviewed; what pages show is what they say.

    Nothing runs of a simulated case before what is missing is handed in.
    """
    running = {
        (clock.kind, clock.case_id, clock.task_id): clock.started_at
        for clock in rows.clocks
        if clock.stopped_at is None
    }
    for task in rows.tasks.values():
        case = rows.cases[task.case_id]
        kind = "special" if task.kind == StepKind.SPECIAL else "step"
        ran = (kind, task.case_id, task.pk) in running
        owed = task.status in LIVE_TASK and not is_resting(rows, case)
        assert ran == (owed and task.step.days is not None), task
        if ran and case.status == "simulated":
            assert running[kind, case.pk, task.pk] == last_supply(rows, case), task
    shown: dict[tuple[str, int], datetime | None] = {}
    for clock in rows.clocks:
        if clock.kind in ("step", "special", "promised", "statutory"):
            shown[clock.kind, clock.task_id or clock.case_id or 0] = clock.due_at
    for task in rows.tasks.values():
        due = shown.get(("step", task.pk), shown.get(("special", task.pk)))
        resting = task.status in LIVE_TASK and is_resting(rows, rows.cases[task.case_id])
        assert task.due_at == (None if resting else due), task
    for case in rows.cases.values():
        assert case.promised_due_at == shown.get(("promised", case.pk)), case
        assert case.statutory_due_at == shown.get(("statutory", case.pk)), case


def last_supply(rows: Rows, case: Case) -> datetime:
    return max(each.supplied_at for each in rows.supplies if each.opinion.case_id == case.pk)


# --- when the limits run ----------------------------------------------------------------------------------------------

Span = tuple[datetime, datetime | None]


class Spans:
    """From when to when something ran, told one event after another."""

    def __init__(self) -> None:
        self.all: list[Span] = []

    @property
    def run(self) -> bool:
        return bool(self.all) and self.all[-1][1] is None

    def start(self, at: datetime) -> None:
        self.all.append((at, None))

    def stop(self, at: datetime) -> None:
        if self.run:
            self.all[-1] = (self.all[-1][0], at)


def limits_run_since(rows: Rows) -> None:
    """A case's limits run from its start to its decision, and after a simulated opinion anew, in full (docs/adr/0020).

    That is since what was missing was handed in, or where nothing was since the case was taken up again.
    """
    for case in rows.cases.values():
        spans = Spans()
        for change in rows.acts_of(case):
            if change.act in ("start", "supply") or (change.act == "reopen" and not spans.run):
                spans.start(change.at)
            elif change.act != "reopen":
                spans.stop(change.at)
        version = case.version
        for kind, value, unit in (
            ("promised", version.promised_value, version.promised_unit),
            ("statutory", version.statutory_value, version.statutory_unit),
        ):
            found = [each for each in rows.clocks if (each.kind, each.case_id) == (kind, case.pk)]
            has_limit = value > 0 or unit == "instant"
            assert ran(found) == (spans.all if has_limit else []), f"{kind} of {case}: {ran(found)}"
            assert {(each.value, each.unit) for each in found} <= {(value, unit)}, case


def ran(clocks: Iterable[Clock]) -> list[Span]:
    return [(each.started_at, each.stopped_at) for each in clocks]


def whole_limits_run_since(rows: Rows) -> None:
    """The limits of a whole application run from its acceptance to its end, and rest while only the applicant can go on.

    What is handed in afterwards begins the promise anew, and the joint limit where it rested.
    """
    for application in rows.applications.values():
        promised, joint = Spans(), Spans()
        states: dict[int, str] = {}
        for change in (each for each in rows.changes if each.application_id == application.pk):
            if change.record == "application" and change.act == "accept":
                promised.start(change.at)
                joint.start(change.at)
            elif change.record == "case":
                awaits = change.act in ("simulate", "return_supply")
                anew = change.act == "supply" or (
                    change.act == "reopen" and states[change.case_id] == "resting"
                )
                states[change.case_id] = "resting" if awaits else change.target
                if anew:
                    promised.stop(change.at)
                    promised.start(change.at)
                    if not joint.run:
                        joint.start(change.at)
                elif rests(rows, application, states):
                    promised.stop(change.at)
                    joint.stop(change.at)
        if application.ended_at:
            promised.stop(application.ended_at)
            joint.stop(application.ended_at)
        own = [each for each in rows.clocks if each.case_id is None and each.application_id == application.pk]
        expected = {"promised": promised.all, "bundle": joint.all if is_joint(rows, application) else []}
        for kind, spans in expected.items():
            found = ran(each for each in own if each.kind == kind)
            assert found == spans, f"{kind} of {application}: {found}, not {spans}"


def rests(rows: Rows, application: Application, states: dict[int, str]) -> bool:
    """Return whether everything still open waits for the applicant, or for a case that does."""
    own = [case for case in rows.cases.values() if case.application_id == application.pk]
    left = [case.pk for case in own if states.get(case.pk, "pending") not in ENDED]
    resting = {pk for pk in left if states.get(pk) == "resting"}
    while more := {pk for pk in left if rows.waits[pk] & resting} - resting:
        resting |= more
    return bool(resting) and resting == set(left)
