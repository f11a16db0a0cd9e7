"""Taking one application along the whole road, through the services that the pages call.

The demo, `manage.py walk` and the tests share it. Who carries the messages is the caller's affair: `carriers.Workers`
waits for real workers, `carriers.InProcess` does in this process what they would do.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from applications import machine
from applications.enums import (
    ApplicationStatus,
    Channel,
    DecisionOutcome,
    DeliveryMethod,
    TaskOutcome,
    TaskStatus,
)
from applications.models import Application, ReviewTask
from applications.services import decisions, drafting, drafts, filing, intake, paying, review, uploads
from core import clock
from core.clock import local_date
from core.enums import ApplicantKind
from core.models import Applicant, User
from delivery.enums import DeliveryStatus, DeliveryWay, Relation, ShipmentStatus
from delivery.models import Delivery, Shipment
from delivery.services import outlet, shipments
from matters.enums import Disposition, StepKind
from matters.models import Bundle, MatterVersion
from portal.demo.cast import Cast
from portal.demo.papers import sample_paper


class Carrier(Protocol):
    """Who brings the messages."""

    def until(self, happened: Callable[[], bool], what: str) -> None:
        """Return when it has happened, or raise TimeoutError saying what did not."""


@dataclass(frozen=True)
class Event:
    """One thing that happened on the road."""

    at: datetime
    who: str
    what: str


@dataclass
class Road:
    """One traveller at a time; keeps a log of what happened."""

    cast: Cast
    carrier: Carrier
    pace: timedelta = timedelta(0)
    log: list[Event] = field(default_factory=list)
    on_event: Callable[[Event], None] = lambda event: None

    def note(self, who: User | str, what: str) -> datetime:
        """Log an event and return its moment; with a pace, the demo's clock moves on by it."""
        if self.pace:
            clock.advance(self.pace)
        event = Event(clock.now(), who if isinstance(who, str) else who.name, what)
        self.log.append(event)
        self.on_event(event)
        return event.at

    # --- handing in -----------------------------------------------------------------------------------------------

    def draft(
        self,
        applicant: Applicant,
        *,
        version: MatterVersion | None = None,
        bundle: Bundle | None = None,
        chosen: Collection[str] = (),
        at_counter: bool = False,
        by_courier: bool = False,
        subject: str = "",
    ) -> Application:
        """Start and fill in a draft, hand in every material that is asked."""
        by = self.cast.clerk if at_counter else self.cast.account_of(applicant)
        now = self.note(by, "开始填写申请")
        # In one transaction: somebody who begins the same at this moment finds it filled in, and begins their own.
        with transaction.atomic():
            application = drafts.start(
                applicant=applicant,
                by=by,
                now=now,
                channel=Channel.COUNTER if at_counter else Channel.WEB,
                version=version,
                bundle=bundle,
                chosen=chosen,
                service_point=self.cast.hall if at_counter else None,
            )
            answers = drafts.Answers(
                subject=subject or f"{applicant.name}（{application.title}）",
                delivery_method=DeliveryMethod.COURIER if by_courier else DeliveryMethod.WINDOW,
                recipient_name=applicant.contact_name or applicant.name,
                recipient_phone=applicant.phone,
                recipient_address=applicant.address,
            )
            drafts.fill(application_id=application.pk, answers=answers, by=by, now=clock.now())
        self._hand_in_materials(application, by, at_counter)
        return application

    def _hand_in_materials(self, application: Application, by: User, at_counter: bool) -> None:
        asked = application.materials.filter(disposition=Disposition.ASK, is_required=True)
        if at_counter:
            uploads.receive_paper(
                application_id=application.pk,
                material_ids=set(asked.values_list("pk", flat=True)),
                by=by,
                now=clock.now(),
            )
            return
        for material in asked:
            upload = SimpleUploadedFile(f"{material.name[:40]}.pdf", sample_paper(material.name))
            uploads.attach(material_id=material.pk, upload=upload, by=by, now=clock.now())

    def submit(self, application: Application) -> Application:
        """Submit a draft as whoever filled it in."""
        by = application.created_by
        now = self.note(by, "提交申请")
        done = filing.submit(application_id=application.pk, by=by, now=now, confirmed=True)
        self.note("系统", f"申报号 {done.number}，查询码 {done.query_code}")
        return done

    def accept(self, application: Application) -> Application:
        """Accept it at the window."""
        clerk = self.cast.clerk
        return intake.accept(
            application_id=application.pk, by=clerk, now=self.note(clerk, "受理，出具受理通知书")
        )

    # --- the departments ------------------------------------------------------------------------------------------

    def work(self, task: ReviewTask, *, outcome: str = TaskOutcome.PASS, reasons: str = "") -> None:
        """Claim one task that has arrived and finish it as its department would."""
        if task.kind == StepKind.DECIDE:
            self._decide(task, outcome, reasons)
            return
        first = self.cast.staff(task.department, "review1")
        review.claim(
            task_id=task.pk,
            by=first,
            now=self.note(first, f"领取“{task.step.name}”（{task.case.version.name}）"),
        )
        if task.step.staff_min > 1:
            second = self.cast.staff(task.department, "review2")
            self._record(task, second)
            if task.kind == StepKind.INSPECT:
                self._record(task, first)
        if task.kind == StepKind.PAYOUT:
            self._pay(task, first)
            return
        review.complete(
            task_id=task.pk,
            outcome=outcome,
            opinion=reasons or "材料齐全、符合法定形式，同意。",
            by=first,
            now=self.note(first, f"完成“{task.step.name}”"),
        )

    def _pay(self, task: ReviewTask, by: User) -> None:
        now = self.note(by, f"完成“{task.step.name}”")
        reference = f"YH{task.case.application.number}"
        paying.pay(
            task_id=task.pk,
            amount=Decimal("500.00"),
            paid_on=local_date(now),
            reference=reference,
            by=by,
            now=now,
        )

    def _record(self, task: ReviewTask, by: User) -> None:
        """Write down what one of several people found; on site, when and where."""
        now = self.note(by, "填写核查记录")
        review.record(
            task_id=task.pk,
            finding="同行核查，现场与申报一致。",
            by=by,
            now=now,
            seen_at=now,
            place=task.case.application.applicant.address or "经营场所",
        )

    def _decide(self, task: ReviewTask, outcome: str, reasons: str) -> None:
        decider = self.cast.staff(task.department, "decide")
        denied = outcome in (TaskOutcome.OBJECT, DecisionOutcome.DENIED)
        said = {
            "outcome": DecisionOutcome.DENIED if denied else DecisionOutcome.GRANTED,
            "facts": "经审查材料并核对有关信息，实际情况与申请不一致。" if denied else "",
            "reasons": reasons or ("经核查，申请内容不符合法定条件。" if denied else ""),
        }
        review.claim(
            task_id=task.pk,
            by=decider,
            now=self.note(decider, f"领取“{task.step.name}”（{task.case.version.name}）"),
        )
        if drafting.needs_countersign(task.step, said["outcome"]):
            self._countersign(task, said)
        verb = "不予" if denied else "准予"
        now = self.note(decider, f"作出决定：{verb}“{task.case.version.name}”")
        decisions.decide(task_id=task.pk, by=decider, now=now, **said)

    def _countersign(self, task: ReviewTask, said: dict[str, str]) -> None:
        """Have the decision drafted by a reviewer and countersigned by the head."""
        drafter, head = (self.cast.staff(task.department, what) for what in ("review1", "head"))
        now = self.note(drafter, "拟决定，送负责人核签")
        written = drafting.draft(task_id=task.pk, by=drafter, now=now, send=True, **said)
        seen = drafting.Text.of(written).mark
        drafting.countersign(task_id=task.pk, seen=seen, by=head, now=self.note(head, "核签同意"))

    def arrived(self, application: Application) -> list[ReviewTask]:
        """Return the tasks of an application that have reached their departments and hold up its end."""
        return list(
            ReviewTask.objects.filter(case__application=application, status=TaskStatus.OPEN)
            .exclude(kind__in=[StepKind.SPECIAL, StepKind.POST_CHECK])
            .select_related("step", "department", "case__version")
            .order_by("id")
        )

    def wait_for_departments(self, application: Application) -> list[ReviewTask]:
        """Wait until a task has arrived, or the results are gathered; let a special procedure's days pass."""
        self.carrier.until(
            lambda: (
                bool(self.arrived(application))
                or self._gathered(application)
                or bool(self._running(application))
            ),
            f"{application.number} 的下一环节送达部门",
        )
        running = self._running(application)
        if running and not self.arrived(application):
            self._let_pass(running[0])
            return self.wait_for_departments(application)
        return self.arrived(application)

    def _running(self, application: Application) -> list[ReviewTask]:
        return list(
            ReviewTask.objects.filter(
                case__application=application,
                kind=StepKind.SPECIAL,
                status__in=[TaskStatus.RELEASED, TaskStatus.OPEN],
            ).select_related("step")
        )

    def _let_pass(self, task: ReviewTask) -> None:
        if task.due_at and task.due_at >= clock.now():
            clock.advance(task.due_at - clock.now() + timedelta(minutes=1))
        self.carrier.until(
            lambda: (
                not ReviewTask.objects.filter(
                    pk=task.pk, status__in=[TaskStatus.RELEASED, TaskStatus.OPEN]
                ).exists()
            ),
            f"“{task.step.name}”期满",
        )
        self.note("系统", f"“{task.step.name}”期满，自动进入下一环节")

    def _gathered(self, application: Application) -> bool:
        return Application.objects.filter(pk=application.pk, receipted_at__isnull=False).exists()

    def finish_departments(self, application: Application) -> None:
        """Work every task of every department until all results are gathered."""
        while tasks := self.wait_for_departments(application):
            for task in tasks:
                task.refresh_from_db(fields=["status"])
                if task.status == TaskStatus.OPEN:  # another may have made it needless
                    with suppress(
                        review.AlreadyClaimed, machine.WrongState
                    ):  # its department's system was first
                        self.work(task)

    # --- the outlet -----------------------------------------------------------------------------------------------

    def deliver(self, application: Application) -> None:
        """Hand everything over at the window, or send it and let the parcel arrive; what is electronic has arrived."""
        delivery = Delivery.objects.get(application=application)
        if delivery.way == DeliveryWay.WINDOW:
            self._hand_over(application)
        elif delivery.way == DeliveryWay.COURIER:
            self._send(delivery)
        else:
            self.note("系统", "结果为登记、资金或电子件，已电子送达")
        self.carrier.until(
            lambda: Application.objects.filter(pk=application.pk, status=ApplicationStatus.CLOSED).exists(),
            "办结",
        )
        self.note("系统", "全部结果送达，申报办结")

    def _hand_over(self, application: Application) -> None:
        by, applicant = self.cast.outlet, application.applicant
        is_person = applicant.kind == ApplicantKind.NATURAL
        collector = applicant.name if is_person else applicant.contact_name
        outlet.hand_over(
            application_id=application.pk,
            collector_name=collector,
            relation=Relation.SELF if is_person else Relation.LEGAL_REPRESENTATIVE,
            signature=collector,
            place=self.cast.hall,
            by=by,
            now=self.note(by, "统一出件，申请人签收"),
        )

    def _send(self, delivery: Delivery) -> None:
        def booked() -> bool:
            return Shipment.objects.filter(delivery=delivery, status=ShipmentStatus.BOOKED).exists()

        self.carrier.until(booked, "取得运单号")
        shipment = Shipment.objects.get(delivery=delivery)
        by = self.cast.courier
        shipments.send(shipment_id=shipment.pk, by=by, now=self.note(by, f"交寄，运单号 {shipment.waybill}"))
        clock.advance(timedelta(hours=25))
        self.carrier.until(
            lambda: Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.DELIVERED).exists(),
            "快递签收",
        )
        self.note(shipment.courier, "收件人签收")

    def whole(self, application: Application) -> None:
        """Take a submitted application to its end."""
        self.accept(application)
        self.finish_departments(application)
        self.deliver(application)
