"""The people of a hall under a storm: each in a thread, doing what their post does, until told to go home."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet

from applications.enums import ApplicationStatus, DecisionOutcome, TaskOutcome, TaskStatus
from applications.models import Application, ReviewTask
from applications.services import decisions, paying, review
from core import clock
from core.clock import local_date
from core.errors import Refusal
from delivery.enums import DeliveryStatus, DeliveryWay, ShipmentStatus
from delivery.models import Delivery, Shipment
from delivery.services import shipments
from matters.enums import StepKind
from matters.models import Bundle
from portal.demo.carriers import Workers
from portal.demo.cast import Cast
from portal.demo.road import Road
from tests.faults.course import steps_done

SOMEBODY_WAS_FIRST = ("cannot_", "already_claimed", "not_claimed")
AT_THE_WEB = "网上申请"  # the subject of what is filed and accepted over the web
TURN = 5  # how much one person takes up before looking again
LOOK_AGAIN = 0.1  # seconds between two looks at an empty desk
Acts = Iterator[Callable[[], object]]
Desk = Callable[["Hall", Road, int], Acts]


@dataclass
class Wish:
    """What one applicant comes for, and how far they have come with it."""

    bundle: str
    applicant: str
    by_courier: bool
    draft: Application | None = None


class Hall:
    """Everybody at work, several to a post, so that two often reach for the same thing.

    Whoever finds the database away tries again, as a person does at an error page.
    """

    def __init__(self) -> None:
        self.cast = Cast()
        self.turned_away = 0
        self.longest_act = 0.0  # seconds, since somebody has set it back
        self.most_steps = sys.maxsize  # departments rest when so many steps are done
        self.wishes: deque[Wish] = deque()
        self.closing_time = threading.Event()
        self.errors: list[str] = []
        self.refusals: list[str] = []
        self.people: list[threading.Thread] = []

    def open(self, *desks: str) -> None:
        """Have the people of these desks begin."""
        for name in desks:
            number, desk = DESKS[name]
            begun = [threading.Thread(target=self._at_work, args=(desk, place)) for place in range(number)]
            self.people += begun
            for person in begun:
                person.start()

    def come(self, wishes: Iterable[Wish]) -> None:
        """Let applicants in."""
        self.wishes.extend(wishes)

    def close(self) -> None:
        self.closing_time.set()
        for person in self.people:
            person.join(60)
        assert not any(person.is_alive() for person in self.people)

    def _at_work(self, desk: Desk, place: int) -> None:
        road = Road(self.cast, Workers())
        try:
            while not self.closing_time.is_set():
                self._have_a_turn(desk(self, road, place))
                self.closing_time.wait(LOOK_AGAIN)
        except Exception:  # the test's own thread asks for them
            self.errors.append(traceback.format_exc())
        finally:
            connection.close()

    def _have_a_turn(self, acts: Acts) -> None:
        try:
            for act in acts:
                self._try(act)
        except (OperationalError, InterfaceError):
            self.turned_away += 1
            connection.close()

    def _try(self, act: Callable[[], object]) -> None:
        if self.closing_time.is_set():
            return
        begun = time.monotonic()
        try:
            act()
        except Refusal as refusal:
            if not refusal.code.startswith(SOMEBODY_WAS_FIRST):
                raise
            self.refusals.append(refusal.code)
        self.longest_act = max(self.longest_act, time.monotonic() - begun)

    def file(self, road: Road, place: int) -> Acts:
        """Applicants: fill in one application each and hand it in."""
        with suppress(IndexError):
            wish = self.wishes.popleft()
            yield lambda: self._file(road, wish)

    def _file(self, road: Road, wish: Wish) -> None:
        try:
            wish.draft = wish.draft or road.draft(
                self.cast.applicant(wish.applicant),
                bundle=Bundle.objects.get(code=wish.bundle),
                by_courier=wish.by_courier,
            )
            road.submit(wish.draft)
        except (OperationalError, InterfaceError):
            self.wishes.append(wish)
            raise

    def accept(self, road: Road, place: int) -> Acts:
        """Clerks: accept what has been submitted; what came over the web is left to the clerk who sits there."""
        submitted = Application.objects.filter(status=ApplicationStatus.SUBMITTED).exclude(subject=AT_THE_WEB)
        for application in self._from(place, submitted.order_by("id")):
            yield lambda application=application: road.accept(application)

    def work(self, road: Road, place: int) -> Acts:
        """Reviewers and deciders: work what has arrived in their queues, then what was left claimed."""
        arrived = ReviewTask.objects.filter(status=TaskStatus.OPEN).order_by("id")
        tasks = self._from(place, arrived.select_related("step", "department", "case__version"))
        for task in tasks:
            if steps_done() >= self.most_steps:
                return
            yield lambda task=task: road.work(task)
        if not tasks:
            yield from self._resume()

    def _from(self, place: int, rows: QuerySet) -> list[Any]:
        """Return a few of the first rows: those before each place are others, and some the same."""
        first = list(rows[: 4 * TURN])
        start = place * (TURN - 1) % max(len(first), 1)
        return (first[start:] + first[:start])[:TURN]

    def _resume(self) -> Acts:
        """Go on with what was claimed when the database went away."""
        left = ReviewTask.objects.filter(status=TaskStatus.CLAIMED).order_by("id")
        for task in left.select_related("step", "department", "case__version")[:TURN]:
            yield lambda task=task: self._finish(task)

    def _finish(self, task: ReviewTask) -> None:
        if task.kind == StepKind.DECIDE:
            by = self.cast.staff(task.department, "decide")
            decisions.decide(
                task_id=task.pk, outcome=DecisionOutcome.GRANTED, reasons="", by=by, now=clock.now()
            )
            return
        if task.kind == StepKind.PAYOUT:
            now, first = clock.now(), self.cast.staff(task.department, "review1")
            paid = {"amount": Decimal(500), "paid_on": local_date(now), "reference": "YH1"}
            paying.pay(task_id=task.pk, by=first, now=now, **paid)
            return
        first, second = (self.cast.staff(task.department, name) for name in ("review1", "review2"))
        for by in (second, first):
            now = clock.now()
            review.record(
                task_id=task.pk,
                finding="同行核查，现场与申报一致。",
                by=by,
                now=now,
                seen_at=now,
                place="经营场所",
            )
        review.complete(
            task_id=task.pk, outcome=TaskOutcome.PASS, opinion="同意。", by=first, now=clock.now()
        )

    def hand_over(self, road: Road, place: int) -> Acts:
        """The outlet: hand over what is ready."""
        ready = Delivery.objects.filter(status=DeliveryStatus.READY, way=DeliveryWay.WINDOW).order_by("id")
        for delivery in self._from(place, ready.select_related("application__applicant")):
            yield lambda delivery=delivery: road.deliver(delivery.application)

    def send(self, road: Road, place: int) -> Acts:
        """The courier desk: send what has its waybill."""
        booked = Shipment.objects.filter(status=ShipmentStatus.BOOKED).order_by("id")
        for shipment in self._from(place, booked):
            yield lambda shipment=shipment: shipments.send(
                shipment_id=shipment.pk, by=self.cast.courier, now=clock.now()
            )


DESKS: dict[str, tuple[int, Desk]] = {
    "applicants": (4, Hall.file),
    "intake": (2, Hall.accept),
    "departments": (4, Hall.work),
    "outlet": (2, Hall.hand_over),
    "courier": (2, Hall.send),
}
