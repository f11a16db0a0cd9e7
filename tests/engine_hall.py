"""Where the engine is tried: applications handed in, some before everything is there, and the people at work on them."""

from __future__ import annotations

from collections import Counter

from applications.models import Application, Case, ReviewTask
from applications.permissions import STEP_ROLES
from applications.services import drafts
from core.models import User
from matters.enums import Role, StepKind
from matters.models import Step
from tests import engine_clocks
from tests.flows import let_simulate
from tests.world import World

WHOLE = (
    *("B01", "B11"),  # serial and parallel members
    *("ZRZY-001", "RSJ-002", "RFB-001", "ZRZY-009"),  # joins: all, any, veto, lead
    *("CLH-001", "SCJG-007", "SLJ-001"),  # levels, publicity and payout; an inspection; a post-check
)
SIMULATED = ("ZRZY-007?", "RFB-001?", "B05?", "B01?")
"""Filed before everything is there (模拟审批): alone, with a veto, behind another member, beside and before others."""

FILED = (*WHOLE, *SIMULATED)
MAY_SIMULATE_TOO = ("SCJG-001", "GAJ-003")
"""Members of B01: the one that all others wait for, and one beside others."""

STILL_MISSING = "土地出让合同\n地质灾害评估"
PEOPLE = {
    "rev1": "{own}.review1",
    "rev2": "{own}.review2",
    "deci": "{own}.decide",
    "head": "{own}.head",
    "other": "wjj.review1",
    "clerk": "counter1",
    "supe": "supervisor1",
    "gove": "government1",
}


class Hall:
    """Built once, undone to this after every run."""

    def __init__(self) -> None:
        self.world = World()
        let_simulate(self.world, *MAY_SIMULATE_TOO)
        self.filed = {code: self.file(code).pk for code in FILED}
        self.now = self.world.now()
        self.days = engine_clocks.DayByDay()
        used = Case.objects.filter(application__in=self.filed.values()).values("version")
        self.steps = {step.pk: step for step in Step.objects.filter(version__in=used)}
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._users: dict[str, User] = {}

    def file(self, code: str) -> Application:
        if code in WHOLE:
            return self.world.submitted(code)
        draft = self.world.draft(code.removesuffix("?"))
        answers = drafts.Answers(subject="新建厂房", is_simulated=True, still_missing=STILL_MISSING)
        drafts.fill(
            application_id=draft.pk, answers=answers, by=self.world.citizen.user, now=self.world.now()
        )
        return self.world.road.submit(draft)

    def person(self, who: str, task: ReviewTask) -> User:
        """Return who of a task's department, or of elsewhere, goes to it; `right` is whose turn it is."""
        if who == "right":
            if task.claimed_by_id:
                return self.user(task.claimed_by.username)
            who = "deci" if STEP_ROLES[StepKind(task.kind)] == (Role.DECIDER, Role.HEAD) else "rev1"
        if who == "appl":
            return self.applicant
        return self.user(PEOPLE[who].format(own=task.department.code.lower()))

    @property
    def applicant(self) -> User:
        return self.user("citizen1")

    def user(self, name: str) -> User:
        if name not in self._users:
            self._users[name] = User.objects.get(username=name)
        return self._users[name]
