"""The rules that hold in the engine whatever was done, worked out anew from the rows and not as the engine works them out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

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
    SimulatedDecision,
    StatusChange,
    Supply,
    Suspension,
)
from core.models import AuditEntry
from matters.enums import JoinPolicy, Role, StepKind
from matters.models import StaffPost, Step

AFTER_DECISION = {StepKind.PAYOUT, StepKind.POST_CHECK}


class Rows:
    """Everything of some applications as it stands now."""

    def __init__(self, ids: Iterable[int], steps: Mapping[int, Step]) -> None:
        self.steps = steps
        self.applications = {each.pk: each for each in Application.objects.filter(pk__in=ids)}
        cases = Case.objects.filter(application__in=ids).select_related("version__matter__department")
        self.cases = {each.pk: each for each in cases.order_by("id")}
        tasks = ReviewTask.objects.filter(case__in=self.cases).order_by("id")
        self.tasks = {each.pk: each for each in tasks}
        for task in self.tasks.values():
            task.step = steps[task.step_id]
        self.corrections = {each.pk: each for each in Correction.objects.filter(application__in=ids)}
        self.clocks = list(Clock.objects.filter(application__in=ids).order_by("id"))
        self.suspensions = list(Suspension.objects.filter(case__in=self.cases))
        self.extensions = list(
            Extension.objects.filter(
                Q(case__in=self.cases) | Q(application__in=self.applications)
            ).select_related("clock")
        )
        self.opinions = list(SimulatedDecision.objects.filter(case__in=self.cases).select_related("document"))
        self.supplies = list(Supply.objects.filter(opinion__case__in=self.cases).select_related("opinion"))
        self.decisions = list(Decision.objects.filter(case__in=self.cases).order_by("id"))
        self.changes = list(StatusChange.objects.filter(application__in=ids).order_by("id"))
        self.waits: dict[int, set[int]] = defaultdict(set)
        for row in CaseDependency.objects.filter(case__in=self.cases):
            self.waits[row.case_id].add(row.predecessor_id)

    def tasks_of(self, case: Case) -> list[ReviewTask]:
        return [task for task in self.tasks.values() if task.case_id == case.pk]

    def acts_of(self, case: Case) -> list[StatusChange]:
        """Return what happened to a case itself, in order."""
        return [each for each in self.changes if each.record == "case" and each.case_id == case.pk]


def is_resting(rows: Rows, case: Case) -> bool:
    """Return whether a case waits for what its simulated opinion lists, so that nothing is owed by the department."""
    handed_in = [each for each in rows.supplies if each.opinion.case_id == case.pk and not each.answered_at]
    return case.status == "simulated" and not handed_in


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

    A round that somebody asked for, by sending back or by passing on to another department, begins at once. So does
    the decision that comes back after a simulated opinion: what nobody waits for any more has been called off for it.
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
        again = before and (before[-1].pk in rerouted or before[-1].outcome == "simulated")
        asked_for = task.sent_back_from_id or again
        if not asked_for:
            assert is_open_for(task.step, latest(rows, case)), f"{task} was released too early"
        if before and before[-1].outcome == "sent_back":
            redone = [each for each in rows.tasks_of(case) if each.sent_back_from_id == before[-1].pk]
            assert is_over(latest(rows, case)[redone[-1].step.key]), (
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
        elif case.status == "simulated":
            (back,) = live
            assert back.kind == StepKind.DECIDE, f"{case} waits to be converted: {live}"
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


# --- simulated opinions -----------------------------------------------------------------------------------------------


def simulated_opinions(rows: Rows) -> None:
    """An opinion is given once, where it was asked for; it is converted, lapses, or stands while its case waits.

    A grant of such a case is a converted opinion, or comes after the case was taken up again.
    """
    given = {row.case_id: row for row in rows.opinions}
    assert len(given) == len(rows.opinions), "a case has two simulated opinions"
    for case in rows.cases.values():
        application, acts = rows.applications[case.application_id], [each.act for each in rows.acts_of(case)]
        asked_for = application.is_simulated and case.version.may_simulate
        assert acts.count("simulate") == (case.pk in given), case
        if asked_for and "grant" in acts:
            assert "reopen" in acts, f"{case} is granted before everything was there"
        opinion = given.get(case.pk)
        if opinion is None:
            assert case.status != "simulated", case
            continue
        assert asked_for, case
        assert application.accepted_by_id not in (opinion.decided_by_id, opinion.converted_by_id), case
        assert bool(opinion.converted_at) == ("convert" in acts), case
        assert bool(opinion.lapsed_at) == ("reopen" in acts), case
        if not opinion.converted_at and not opinion.lapsed_at:
            assert case.status in ("simulated", "denied", "withdrawn"), f"the opinion on {case} is still live"
        assert opinion.document, case
        assert bool(opinion.document.revoked_at) == (not opinion.converted_at and case.status != "simulated")


def supplies_are_answered(rows: Rows) -> None:
    """What is missing is handed in for a simulated grant alone, once at a time, and what does not fit is told with reasons."""
    for opinion in rows.opinions:
        case, handed_in = (
            rows.cases[opinion.case_id],
            [row for row in rows.supplies if row.opinion == opinion],
        )
        acts = Counter(each.act for each in rows.acts_of(case))
        waits = [row for row in handed_in if not row.answered_at]
        assert acts["supply"] == len(handed_in), case
        assert opinion.outcome == "granted" or not handed_in, case
        assert len(waits) <= 1, case
        assert case.status in ("simulated", "denied", "withdrawn") or not waits, f"{case}: nobody answers"
        unfit = [row for row in handed_in if row.is_fit is False]
        assert all(row.reason for row in unfit), case
        assert len(unfit) - acts["return_supply"] in (0, acts["reopen"]), case
        assert sum(row.is_fit is True for row in handed_in) <= acts["convert"], case


# --- extensions -------------------------------------------------------------------------------------------------------


def extended_once(rows: Rows) -> None:
    """A limit is extended once: of joint handling by the government's leader, otherwise by a head of who decides."""
    joint = {each.pk for each in rows.applications.values() if is_joint(rows, each)}
    once = Counter((each.application_id, each.case_id) for each in rows.extensions)
    assert set(once.values()) <= {1}, once
    for each in rows.extensions:
        posts = StaffPost.objects.filter(user=each.approved_by_id, ended_at=None)
        if each.case_id is None:
            assert (each.application_id in joint, each.clock.kind, each.days <= 15) == (True, "bundle", True)
            assert posts.filter(role=Role.GOVERNMENT).exists(), each.approved_by
            continue
        case = rows.cases[each.case_id]
        assert (case.application_id in joint, each.clock.kind, each.days <= 10) == (False, "statutory", True)
        department = case.version.matter.department_id
        assert posts.filter(role=Role.HEAD, department=department).exists(), each.approved_by


def is_joint(rows: Rows, application: Application) -> bool:
    """Return whether several departments decide on what was accepted of a bundle (行政许可法 §42(2))."""
    accepted = [
        case
        for case in rows.cases.values()
        if case.application_id == application.pk and case.status != "refused"
    ]
    deciding = {case.version.matter.department_id for case in accepted}
    return bool(application.accepted_at and application.bundle_id) and len(deciding) > 1
