"""One application from acceptance to decision through the services, beside the same rows written without the portal."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import connection

from applications.enums import DecisionOutcome, TaskOutcome
from applications.models import Application
from applications.services import decisions, intake, review, routing
from applications.services.filing import next_number
from core import clock
from core.models import User
from matters.catalogue.content import elements
from matters.catalogue.parsing import ParsedMatter
from matters.enums import StepKind
from matters.models import MatterVersion, Step
from matters.services import versions
from portal.bench.life_cycle_floors import Course, Plain, Raw, Store
from portal.bench.measure import Row
from portal.demo.carriers import InProcess
from portal.demo.cast import Cast, engage
from portal.demo.road import Road

MATTER = "ZRZY-001"
REVIEWERS = ("SWJ", "ZJJ", "SCJG", "RSJ")
TIMES = 30
AIM = 1000 / 35  # milliseconds: five times as quick as what is known of others
_GROUP = "从受理到决定（四个部门并联审查、汇合、决定）"
_BESIDE = 30  # asked to warm up and to count


class Hall:
    """People at work on applications that have been submitted, one after the other, always other ones."""

    def __init__(self) -> None:
        self.now = clock.now()
        if not User.objects.filter(username="counter1").exists():
            engage(now=self.now)
        self.cast = Cast()
        self.version = _with_four_reviews(self.now)
        self.people = {
            step.pk: self._who_works(step) for step in self.version.steps.select_related("department")
        }
        self.submitted = self._submit(4 * (TIMES + _BESIDE))

    def run(self) -> None:
        """Take the next application from acceptance to decision, as clerk, workers, reviewers and the decider do it."""
        application = next(self.submitted)
        self.accept(application)
        reviews = released(application)
        for task, step in reviews:
            self.arrive(task)
            self.claim(task, step)
        for task, step in reviews:
            self.complete(task, step)
        for task, step in released(application):
            self.arrive(task)
            self.claim(task, step)
            self.decide(task, step)

    def accept(self, application: Application) -> None:
        intake.accept(application_id=application.pk, by=self.cast.clerk, now=self.now)

    def arrive(self, task: int) -> None:
        routing.receipt_task(task_id=task, now=self.now)

    def claim(self, task: int, step: int) -> None:
        review.claim(task_id=task, by=self.people[step], now=self.now)

    def complete(self, task: int, step: int) -> None:
        said = {"outcome": TaskOutcome.PASS, "opinion": "同意。"}
        review.complete(task_id=task, by=self.people[step], now=self.now, **said)

    def decide(self, task: int, step: int) -> None:
        said = {"outcome": DecisionOutcome.GRANTED, "reasons": ""}
        decisions.decide(task_id=task, by=self.people[step], now=self.now, **said)

    def course(self, store: Store) -> Callable[[], None]:
        """Return what writes the rows of the next application into a store."""
        people, clerk = {step: person.pk for step, person in self.people.items()}, self.cast.clerk.pk
        return lambda: Course(store, next(self.submitted), clerk=clerk, people=people, now=self.now).run()

    def _who_works(self, step: Step) -> User:
        return self.cast.staff(step.department, "decide" if step.kind == StepKind.DECIDE else "review1")

    def _submit(self, many: int) -> Iterator[Application]:
        """Submit one application, and return copies of it."""
        road = Road(self.cast, InProcess())
        first = road.submit(road.draft(self.cast.applicant("citizen1"), version=self.version))
        return iter([_another(first) for _ in range(many)])


def released(application: Application) -> list[tuple[int, int]]:
    """Return the tasks that have been released, with their steps: what the messages and the queues say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, t.step_id FROM applications_reviewtask t JOIN applications_case c ON c.id = t.case_id "
            "WHERE c.application_id = %s AND t.status = 'released' ORDER BY t.id",
            [application.pk],
        )
        return cursor.fetchall()


def _with_four_reviews(now: datetime) -> MatterVersion:
    """Publish a matter anew, with four reviews side by side before its decision."""
    version = MatterVersion.objects.get(matter__code=MATTER, status="published")
    values = copy.deepcopy(elements(version.content))
    plain = {**values["flow"][0], "days": 5, "staff_min": 1, "after": [], "when": {}, "join": "all"}
    reviews = [
        {**plain, "key": f"review{place}", "name": f"审查（{code}）", "kind": "review", "department": code}
        for place, code in enumerate(REVIEWERS)
    ]
    after = [each["key"] for each in reviews]
    decide = {
        **plain,
        "key": "decide",
        "name": "决定",
        "kind": "decide",
        "department": "ZRZY",
        "after": after,
    }
    versions.publish([ParsedMatter({**values, "flow": [*reviews, decide]})], by=None, now=now)
    return MatterVersion.objects.get(matter__code=MATTER, status="published")


def _another(application: Application) -> Application:
    """Return a copy of a submitted application, with its case and the clocks that run."""
    parts = [list(getattr(application, name).all()) for name in ("cases", "clocks")]
    again = Application.objects.get(pk=application.pk)
    again.pk, again.number = None, next_number(application.submitted_at)
    again.save(force_insert=True)
    for part in parts:
        for row in part:
            row.pk, row.application = None, again
            row.save(force_insert=True)
    return again


def rows() -> list[Row]:
    """Return the row beside each of its two floors; the applications it needs are made on the way."""
    hall = Hall()
    return [
        Row(
            _GROUP,
            "下限为 psycopg2 写同样的行",
            hall.run,
            aim=AIM,
            floor=hall.course(Raw()),
            floor_limit=None,
            times=TIMES,
        ),
        Row(
            _GROUP,
            "下限为 Django ORM 写同样的行、发同样的消息",
            hall.run,
            floor=hall.course(Plain()),
            floor_limit=1 / 1.2,
            times=TIMES,
        ),
    ]
