"""Which steps of a case begin now, which end by themselves and which nobody waits for any more. Pure; no queries.

A step passes when it is done. One that the situation decides against passes as soon as it could have begun. When a step
could begin is what its join says of those before it; what stands before steps that have all begun is asked for no more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from applications.enums import LIVE_TASK, TaskOutcome, TaskStatus
from applications.models import ReviewTask
from matters.enums import JoinPolicy
from matters.models import Step


class State(StrEnum):
    UNSTARTED = "unstarted"
    LIVE = "live"
    DONE = "done"
    OBJECTED = "objected"
    RETURNED = "returned"


@dataclass(frozen=True)
class Standing:
    """How one step of a case stands, by its latest round.

    `is_late` is a live step beyond its limit; one that is returned waits for the step that it sent back, `waits_for`.
    """

    state: State
    is_late: bool = False
    waits_for: str = ""


NOT_BEGUN = Standing(State.UNSTARTED)
PASSED = (State.DONE, State.OBJECTED)


@dataclass(frozen=True)
class Moves:
    """What is to happen, by keys: steps to release, advice to count as given, steps to cancel because of another."""

    release: tuple[str, ...]
    lapse: tuple[str, ...]
    cancel: Mapping[str, str]


def latest_rounds(tasks: Iterable[ReviewTask]) -> dict[str, ReviewTask]:
    """Return the latest round of each step by the step's key; the tasks of one case with their steps."""
    return {task.step.key: task for task in sorted(tasks, key=lambda each: each.round)}


def standings(tasks: Collection[ReviewTask], now: datetime) -> dict[str, Standing]:
    """Return how the steps of a case stand, those that have no task or a cancelled one left out."""
    awaited = {task.sent_back_from_id: task.step.key for task in tasks if task.sent_back_from_id}
    return {
        key: _standing(task, awaited, now)
        for key, task in latest_rounds(tasks).items()
        if task.status != TaskStatus.CANCELLED
    }


def _standing(task: ReviewTask, awaited: Mapping[int | None, str], now: datetime) -> Standing:
    if task.status in LIVE_TASK:
        return Standing(State.LIVE, is_late=bool(task.due_at and task.due_at <= now))
    if task.outcome == TaskOutcome.SENT_BACK:
        return Standing(State.RETURNED, waits_for=awaited[task.pk])
    return Standing(State.OBJECTED if task.outcome == TaskOutcome.OBJECT else State.DONE)


def moves(steps: Sequence[Step], standing: Mapping[str, Standing], *, skipped: Collection[str] = ()) -> Moves:
    """Return what is to happen in a case now; `skipped` are the keys that its situation decides against."""
    return _Flow(steps, standing, skipped).moves()


def vetoes(steps: Iterable[Step], standing: Mapping[str, Standing]) -> list[str]:
    """Return the keys of the steps whose objection stands and forbids a grant (一票否决)."""
    joined = [key for step in steps if step.join == JoinPolicy.VETO for key in step.after]
    return [key for key in dict.fromkeys(joined) if standing.get(key, NOT_BEGUN).state == State.OBJECTED]


class _Flow:
    def __init__(
        self, steps: Sequence[Step], standing: Mapping[str, Standing], skipped: Collection[str]
    ) -> None:
        self.steps = {step.key: step for step in steps}
        self.standing = {key: standing.get(key, NOT_BEGUN) for key in self.steps}
        self.skipped = skipped
        self.followers: dict[str, list[str]] = {key: [] for key in self.steps}
        for step in steps:
            for key in step.after:
                self.followers[key].append(step.key)
        self.passed = {key for key, each in self.standing.items() if each.state in PASSED}
        self.lapsed: set[str] = set()
        while self._pass_more():
            pass
        self._begun, self._is_needed = cache(self._has_begun), cache(self._needed)

    def moves(self) -> Moves:
        live = [key for key, each in self.standing.items() if each.state == State.LIVE]
        return Moves(
            release=tuple(key for key in self.steps if self._begins(key)),
            lapse=tuple(key for key in live if key in self.lapsed),
            cancel={
                key: self._cause(key) for key in live if key not in self.lapsed and not self._is_needed(key)
            },
        )

    # --- what has passed ----------------------------------------------------------------------------------------------
    def _pass_more(self) -> bool:
        late = {key for key in self.steps if key not in self.passed and self._lapses(key)}
        over = {key for key in self.skipped if key not in self.passed and self._joined(key)}
        self.lapsed |= late
        self.passed |= late | over
        return bool(late or over)

    def _lapses(self, key: str) -> bool:
        """Advice that is late when the leading step is done counts as no objection (视为无意见)."""
        return self._is_late(key) and any(self._goes_on(each) for each in self.followers[key])

    def _goes_on(self, key: str) -> bool:
        step = self.steps[key]
        if step.join != JoinPolicy.LEAD or self._occupied(key):
            return False
        advice = [one for one in step.after if one != step.lead]
        return step.lead in self.passed and all(one in self.passed or self._is_late(one) for one in advice)

    def _is_late(self, key: str) -> bool:
        return self.standing[key].state == State.LIVE and self.standing[key].is_late

    def _joined(self, key: str) -> bool:
        """Return whether what stands before a step is enough for it to begin."""
        step = self.steps[key]
        if self.passed.issuperset(step.after):
            return True
        if step.join == JoinPolicy.ANY:
            return any(self._suffices(one) for one in step.after)
        if step.join == JoinPolicy.VETO:
            return any(self.standing[one].state == State.OBJECTED for one in step.after)
        return False

    def _suffices(self, key: str) -> bool:
        """Return whether a step is the one of which one is enough: it passed, and nobody objected in it."""
        return key in self.passed and key not in self.skipped and self.standing[key].state != State.OBJECTED

    # --- what begins, and what is asked for no more ---------------------------------------------------------------------
    def _occupied(self, key: str) -> bool:
        """Return whether a step is under way, done, or waits for the one that it sent back."""
        each = self.standing[key]
        if each.state == State.RETURNED:
            return each.waits_for not in self.passed
        return each.state != State.UNSTARTED

    def _begins(self, key: str) -> bool:
        waits = key not in self.skipped and not self._occupied(key)
        return waits and self._joined(key) and self._is_needed(key)

    def _has_begun(self, key: str) -> bool:
        if key in self.skipped:
            return self._joined(key)
        return self._occupied(key) or self._begins(key)

    def _needed(self, key: str) -> bool:
        """Return whether somebody still waits for a step: one that has not begun, or one that has sent it back."""
        followers = self.followers[key]
        if not followers or any(not self._begun(one) and self._is_needed(one) for one in followers):
            return True
        sent_back = (one for one, each in self.standing.items() if each.waits_for == key)
        return any(self._is_needed(one) for one in sent_back)

    def _cause(self, key: str) -> str:
        """Return the step for whose sake one is asked for no more: the nearest that has begun without it."""
        waiting = list(self.followers[key])
        for one in waiting:
            if self._begun(one):
                return one
            waiting += [each for each in self.followers[one] if each not in waiting]
        raise AssertionError(f"nothing has begun without {key}")
