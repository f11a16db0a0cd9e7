"""The people of a hall under a storm: each in a thread, doing what their post does, until told to go home."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import InterfaceError, OperationalError, connection

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

SOMEBODY_WAS_FIRST = ("cannot_", "already_claimed", "not_claimed")
LOOK_AGAIN = 0.1  # seconds between two looks at an empty desk


@dataclass(frozen=True)
class Wish:
    """What one applicant comes for."""

    bundle: str
    applicant: str
    by_courier: bool


class Hall:
    """Everybody at work, several to a post, so that two often reach for the same thing."""

    def __init__(self, wishes: Iterable[Wish] = (), *, patient: bool = False) -> None:
        self.cast = Cast()
        self.patient = (
            patient  # whoever finds the database away tries again, as a person does at an error page
        )
        self.turned_away = 0
        self.wishes = iter(list(wishes))
        self.next_wish = threading.Lock()
        self.closing_time = threading.Event()
        self.errors: list[Exception] = []
        self.refusals: list[str] = []
        desks = [self.file] * 4 + [self.accept] * 2 + [self.work] * 4 + [self.hand_over] * 2 + [self.send] * 2
        self.people = [threading.Thread(target=self._at_work, args=(desk,)) for desk in desks]

    def open(self) -> None:
        for person in self.people:
            person.start()

    def close(self) -> None:
        self.closing_time.set()
        for person in self.people:
            person.join(60)
        assert not any(person.is_alive() for person in self.people)

    def _at_work(self, desk: Callable[[Road], Iterator[Callable[[], object]]]) -> None:
        road = Road(self.cast, Workers())
        try:
            while not self.closing_time.is_set():
                self._have_a_turn(desk, road)
                self.closing_time.wait(LOOK_AGAIN)
        except Exception as error:  # the test's own thread asks for them
            self.errors.append(error)
        finally:
            connection.close()

    def _have_a_turn(self, desk: Callable[[Road], Iterator[Callable[[], object]]], road: Road) -> None:
        try:
            for act in desk(road):
                self._try(act)
        except (OperationalError, InterfaceError):
            if not self.patient:
                raise
            self.turned_away += 1
            connection.close()

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Refusal as refusal:
            if not refusal.code.startswith(SOMEBODY_WAS_FIRST):
                raise
            self.refusals.append(refusal.code)

    def file(self, road: Road) -> Iterator[Callable[[], object]]:
        """Applicants: fill in one application each and hand it in."""
        with self.next_wish:
            wish = next(self.wishes, None)
        if wish is not None:
            yield lambda: road.submit(
                road.draft(
                    self.cast.applicant(wish.applicant),
                    bundle=Bundle.objects.get(code=wish.bundle),
                    by_courier=wish.by_courier,
                )
            )

    def accept(self, road: Road) -> Iterator[Callable[[], object]]:
        """Clerks: accept what has been submitted."""
        for application in Application.objects.filter(status=ApplicationStatus.SUBMITTED)[:5]:
            yield lambda application=application: road.accept(application)

    def work(self, road: Road) -> Iterator[Callable[[], object]]:
        """Reviewers and deciders: work what has arrived in their queues."""
        arrived = ReviewTask.objects.filter(status=TaskStatus.OPEN).order_by("id")
        for task in arrived.select_related("step", "department", "case__version")[:10]:
            yield lambda task=task: road.work(task)
        if self.patient:
            yield from self._resume()

    def _resume(self) -> Iterator[Callable[[], object]]:
        """Go on with what was claimed when the database went away."""
        left = ReviewTask.objects.filter(status=TaskStatus.CLAIMED).order_by("id")
        for task in left.select_related("step", "department", "case__version")[:10]:
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

    def hand_over(self, road: Road) -> Iterator[Callable[[], object]]:
        """The outlet: hand over what is ready."""
        ready = Delivery.objects.filter(status=DeliveryStatus.READY, way=DeliveryWay.WINDOW)
        for delivery in ready.select_related("application__applicant")[:5]:
            yield lambda delivery=delivery: road.deliver(delivery.application)

    def send(self, road: Road) -> Iterator[Callable[[], object]]:
        """The courier desk: send what has its waybill."""
        for shipment in Shipment.objects.filter(status=ShipmentStatus.BOOKED)[:5]:
            yield lambda shipment=shipment: shipments.send(
                shipment_id=shipment.pk, by=self.cast.courier, now=clock.now()
            )
