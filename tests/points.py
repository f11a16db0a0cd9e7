"""One task of every kind, brought into every state it can have and back again, and the people who may come to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from applications import machine
from applications.enums import ClockKind
from applications.models import ReviewTask
from applications.selectors.consulting import departments_to_ask, materials_of
from applications.services import (
    absences,
    clocks,
    consulting,
    decisions,
    filing,
    noting,
    paying,
    review,
    routing,
    urging,
)
from core.clock import local_date
from core.models import User
from matters.enums import StepKind
from matters.services.posts import give_post
from tests.world import World

PEOPLE = {
    "rev1": "a reviewer of the task's department, who holds what a reviewer may hold",
    "rev2": "its second reviewer",
    "deci": "its decider, who holds its decisions",
    "head": "its head",
    "depu": "who stands in for its holder, who is away today, by the same post",
    "soon": "who will stand in for its holder, from tomorrow on, by the same post",
    "oRev": "a reviewer of another department",
    "oDec": "a decider of another department",
    "oHea": "a head of another department",
    "acce": "who accepted the application, and holds all three posts in the department besides",
    "cler": "another clerk of the window",
    "supe": "the supervisor",
    "audi": "the auditor",
    "gove": "the leader of the government, whose the extension of joint handling is",
    "appl": "the applicant",
    "nobo": "somebody without any post",
}
STATES = ("released", "open", "claimed", "done", "cancelled", "withdrawn")
"""States of the task; `withdrawn` is cancelled because the applicant withdrew the case."""

EXTRA = {
    "joint": {"extend"},
    "urged": {"urge", "answer-urging"},
    "asked": {"take-back-question"},
    "annotated": {"resolve"},
}
"""More than the task's own state, with the acts for which it makes a difference."""

HOLDERS = {kind: "decider" if kind == StepKind.DECIDE else "reviewer" for kind in StepKind.values}
"""By which post a step of each kind is held here."""

AWAY = {"depu": 0, "soon": 1}
"""In how many days the holder is away, for a day, so that each of these stands in."""

UNREACHED = {
    (StepKind.SPECIAL, "claimed"),
    (StepKind.SPECIAL, "urged"),
    (StepKind.SPECIAL, "asked"),
    (StepKind.PAYOUT, "withdrawn"),
    (StepKind.POST_CHECK, "withdrawn"),
}
"""Nobody can hold a special procedure; what has been decided cannot be withdrawn."""


class Points:
    """One application for each kind of step, stopped when the step is released; states are made and undone from there."""

    def __init__(self) -> None:
        self.world = World()
        self.tasks = {kind: getattr(self, kind)() for kind in StepKind.values}
        for department in {task.department for task in self.tasks.values()}:
            for role in ("reviewer", "decider", "head"):
                give_post(
                    user=self.world.clerk,
                    department=department,
                    role=role,
                    by=self.world.administrator,
                    now=self.now,
                )
        self.deputies = {
            (who, role): self._deputy(who, role) for who in AWAY for role in set(HOLDERS.values())
        }
        self.people = {kind: self._people(task) for kind, task in self.tasks.items()}

    def review(self) -> ReviewTask:
        return self.begun("SCJG-007")

    def inspect(self) -> ReviewTask:
        return self.after("SCJG-007", "review")

    def consult(self) -> ReviewTask:
        return self.after("QXJ-001", "review")

    def special(self) -> ReviewTask:
        return self.after("CLH-001", "village", "town")

    def decide(self) -> ReviewTask:
        return self.begun("SCJG-001")

    def payout(self) -> ReviewTask:
        publicity = self.after("CLH-001", "village", "town")
        routing.elapse_special(task_id=publicity.pk, now=publicity.due_at)
        return self.worked(publicity, "district")

    def post_check(self) -> ReviewTask:
        return self.after("SLJ-001", "review", "decide")

    def begun(self, code: str) -> ReviewTask:
        return self.world.task(self.world.road.accept(self.world.submitted(code)))

    def after(self, code: str, *keys: str) -> ReviewTask:
        task = self.begun(code)
        for key in keys:
            task = self.worked(task, key)
        return task

    def worked(self, task: ReviewTask, key: str) -> ReviewTask:
        """Finish a step, and return the task that this releases. Only its own message is carried."""
        application = task.case.application
        found = self.world.task(application, key)
        routing.receipt_task(task_id=found.pk, now=self.now)
        self.world.road.work(found)
        return self.world.task(application)

    # --- people -----------------------------------------------------------------------------------------------------

    def _people(self, task: ReviewTask) -> dict[str, User]:
        """Return everybody of PEOPLE for this task; fresh, so that their posts are read again."""
        world, own = self.world, task.department.code
        other = "GAJ" if own != "GAJ" else "SCJG"
        deputies = (self.deputies[who, HOLDERS[task.kind]] for who in AWAY)
        found = (
            *(world.reviewer(own), world.reviewer2(own), world.decider(own), world.head(own), *deputies),
            *(world.reviewer(other), world.decider(other), world.head(other)),
            *(task.case.application.accepted_by, world.clerk2, world.supervisor),
            *(world.cast.user("auditor1"), world.cast.user("government1")),
            *(task.case.application.applicant.user, world.other_citizen.user),
        )
        return {name: User.objects.get(pk=user.pk) for name, user in zip(PEOPLE, found, strict=True)}

    def _deputy(self, who: str, role: str) -> User:
        """Return somebody with a post like the holders' in every department of a task of theirs, who stands in for them."""
        deputy = User.objects.create(username=f"{who}.{role}", name=f"代办{who}")
        first = local_date(self.now) + timedelta(days=AWAY[who])
        tasks = [task for kind, task in self.tasks.items() if HOLDERS[kind] == role]
        for task in {task.department_id: task for task in tasks}.values():
            department, holder = task.department, self.holder(task)
            give_post(
                user=deputy, department=department, role=role, by=self.world.administrator, now=self.now
            )
            absences.register(
                user=holder,
                department=department,
                first_day=first,
                last_day=first,
                deputy=deputy,
                by=holder,
                now=self.now,
            )
        return deputy

    def holder(self, task: ReviewTask) -> User:
        code = task.department.code
        return self.world.decider(code) if HOLDERS[task.kind] == "decider" else self.world.reviewer(code)

    # --- states -----------------------------------------------------------------------------------------------------

    @contextmanager
    def at(self, kind: str, state: str) -> Iterator[ReviewTask]:
        """Have the task of a kind in a state inside the block, and everything as before after it."""
        with transaction.atomic():
            task = self.tasks[kind]
            if state != "released":
                routing.receipt_task(task_id=task.pk, now=self.now)
                getattr(self, f"make_{state}")(fresh(task))
            yield fresh(task)
            transaction.set_rollback(True)

    @property
    def now(self) -> datetime:
        return self.world.now()

    def make_open(self, task: ReviewTask) -> None:
        pass

    def make_joint(self, task: ReviewTask) -> None:
        clocks.start(ClockKind.BUNDLE, on=task.case.application, now=self.now)

    def make_claimed(self, task: ReviewTask) -> None:
        review.claim(task_id=task.pk, by=self.holder(task), now=self.now)
        if task.step.staff_min > 1:
            for by in (self.world.reviewer2(task.department.code), self.holder(task)):
                now = self.now
                review.record(
                    task_id=task.pk, finding="同行核查。", by=by, now=now, seen_at=now, place="人民路8号"
                )

    def make_urged(self, task: ReviewTask) -> None:
        self.make_claimed(task)
        urging.urge(task_id=task.pk, text="请尽快", workdays=1, by=self.world.supervisor, now=self.now)

    def make_asked(self, task: ReviewTask) -> None:
        self.make_claimed(task)
        consulting.ask(
            task_id=task.pk,
            question="可行吗？",
            days=3,
            department=departments_to_ask(task).first(),
            by=self.holder(task),
            now=self.now,
        )

    def make_annotated(self, task: ReviewTask) -> None:
        by = self.world.reviewer(task.department.code)
        material = materials_of(task, by).first()
        noting.annotate(task_id=task.pk, material=material, text="看不清", by=by, now=self.now)

    def make_done(self, task: ReviewTask) -> None:
        if task.kind == StepKind.SPECIAL:
            routing.elapse_special(task_id=task.pk, now=task.due_at + timedelta(seconds=1))
            return
        self.make_claimed(task)
        done = {"task_id": task.pk, "by": self.holder(task), "now": self.now}
        if task.kind == StepKind.DECIDE:
            decisions.decide(outcome="granted", reasons="", **done)
        elif task.kind == StepKind.PAYOUT:
            paying.pay(amount=Decimal(500), paid_on=local_date(self.now), reference="YH1", **done)
        else:
            review.complete(outcome="pass", opinion="同意。", **done)

    def make_cancelled(self, task: ReviewTask) -> None:
        machine.make(task, "cancel", by=None, now=self.now)

    def make_withdrawn(self, task: ReviewTask) -> None:
        application = task.case.application
        filing.withdraw(
            application_id=application.pk, reason="不办了", by=application.applicant.user, now=self.now
        )


def fresh(task: ReviewTask) -> ReviewTask:
    return ReviewTask.objects.select_related(
        "case__application__applicant",
        "case__version__matter__department",
        "step",
        "department",
        "claimed_by",
    ).get(pk=task.pk)
