"""What diligent people do next: the task that waits for them, until everything has come to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.acts import TaskAct, act_named
from applications.enums import ENDED, LIVE_TASK
from applications.models import Case, ReviewTask, SimulatedDecision
from applications.selectors import supplies
from applications.services import decisions, drafting, paying, review, routing, supplying, uploads
from applications.sweeps import run_clocks
from core.clock import local_date
from core.models import User
from delivery.services import results
from matters.enums import StepKind
from portal.demo.papers import sample_paper
from tests.engine_hall import Hall
from tests.filled import WHY, mark_of_draft
from tests.points import fresh

PAPER = sample_paper("土地出让合同")


class Diligent:
    """Works in a hall on some applications; how an act is pressed, and what must hold after it, is the engine's."""

    hall: Hall
    now: datetime
    ids: list[int]
    press: Callable[[str, Callable[[], object]], None]
    press_row: Callable[[TaskAct, ReviewTask, User], None]
    the_rules_hold: Callable[[], None]

    def advance(self, task: ReviewTask, outcome: str = "granted") -> None:
        by, call = self.hall.person("right", task), {"task_id": task.pk}
        if task.status == "released":
            self.press("receipt", lambda: routing.receipt_task(now=self.now, **call))
        elif task.kind == StepKind.SPECIAL:
            self.now = max(self.now, task.due_at + timedelta(seconds=1))
            self.press("elapse", lambda: routing.elapse_special(now=self.now, **call))
        elif task.status == "open":
            self.press("claim", lambda: review.claim(by=by, now=self.now, **call))
        elif task.kind == StepKind.DECIDE:
            self.settle(task, by, outcome)
        elif task.kind == StepKind.PAYOUT:
            paid = {"amount": Decimal(500), "paid_on": local_date(self.now), "reference": "YH1"}
            self.press("pay", lambda: paying.pay(by=by, now=self.now, **paid, **call))
        else:
            self.inspect_in_twos(task)
            given = {"outcome": "pass", "opinion": "同意。"}
            self.press("complete", lambda: review.complete(by=by, now=self.now, **given, **call))

    def settle(self, task: ReviewTask, by: User, outcome: str) -> None:
        """Decide; what is to be granted before everything is there is simulated first, and then converted."""
        if outcome == "granted" and task.case.status == "simulated":
            self.convert(task, by)
        elif outcome == "granted" and decisions.awaits_prerequisites(task.case):
            self.press_row(act_named("simulate"), task, by)
        else:
            given = {"outcome": outcome, **WHY}
            if drafting.needs_countersign(task.step, outcome):
                self.countersign(task, given)
            call = {"task_id": task.pk, "by": by}
            self.press("decide", lambda: decisions.decide(now=self.now, **given, **call))

    def convert(self, task: ReviewTask, by: User) -> None:
        """Have what is missing handed in and convert the opinion; take the case up again where nothing is missing."""
        if supplies.opinion_waiting(task.case) is None:
            self.press_row(act_named("reopen"), task, by)
        elif supplies.open_supply(task.case):
            self.press_row(act_named("convert"), task, by)
        else:
            applicant = self.hall.applicant
            self.upload_what_is_missing(task.case, applicant)
            self.press("supply", lambda: supplying.supply(case_id=task.case_id, by=applicant, now=self.now))

    def countersign(self, task: ReviewTask, given: dict[str, str]) -> None:
        """Have the decision drafted by a reviewer, and countersigned by the head."""
        reviewer, head = self.hall.person("rev1", task), self.hall.person("head", task)
        self.press(
            "draft-decision",
            lambda: drafting.draft(task_id=task.pk, by=reviewer, now=self.now, send=True, **given),
        )
        self.press(
            "countersign",
            lambda: drafting.countersign(task_id=task.pk, seen=mark_of_draft(task), by=head, now=self.now),
        )

    def inspect_in_twos(self, task: ReviewTask) -> None:
        if task.step.staff_min > 1:
            for who in ("rev1", "rev2"):
                by = self.hall.person(who, task)
                self.press(
                    "record",
                    lambda by=by: review.record(
                        task_id=task.pk,
                        finding="同行。",
                        seen_at=self.now,
                        place="江畔路8号",
                        by=by,
                        now=self.now,
                    ),
                )

    def upload_what_is_missing(self, case: Case, by: User) -> None:
        opinion = SimulatedDecision.objects.filter(case=case).first()
        for material in supplies.lacking(opinion) if opinion else []:
            given = {"material_id": material.pk, "upload": SimpleUploadedFile("合同.pdf", PAPER), "by": by}
            self.press("upload", lambda given=given: uploads.attach(now=self.now, **given))

    def bring_to_the_end(self) -> None:
        for turn in range(60):
            if turn % 4 == 3:  # questions that nobody answers lapse
                self.now += timedelta(days=3)
                run_clocks(now=self.now)
            tasks = ReviewTask.objects.filter(case__application__in=self.ids, status__in=LIVE_TASK)
            for task in tasks.order_by("id"):
                self.advance(fresh(task), "denied" if turn % 3 == 2 else "granted")
            for case in Case.objects.filter(application__in=self.ids, next_attempt_at__isnull=False):
                results.issue(case_id=case.pk, now=self.now)
            self.the_rules_hold()
            cases = Case.objects.filter(application__in=self.ids, application__accepted_at__isnull=False)
            if not cases.exclude(status__in=ENDED).exists() and not tasks.exists():
                return
        left = [f"{case}: {case.status}" for case in cases.exclude(status__in=ENDED)]
        raise AssertionError(f"never ends: {left}, {[(str(task), task.status) for task in tasks]}")
