"""What waits in this room, and what happens to it when its time has come."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from applications.enums import (
    CaseStatus,
    ClockKind,
    ConsultationStatus,
    CorrectionStatus,
    TaskOutcome,
    TaskStatus,
)
from applications.models import (
    Application,
    BulkAct,
    Case,
    Clock,
    Consultation,
    Correction,
    Publication,
    ReviewTask,
    Revocation,
    Suspension,
)
from applications.services import (
    absences,
    bulk,
    consulting,
    corrections,
    post_checks,
    publicity,
    routing,
    suspensions,
)
from core import queue
from core.models import CalendarLoad
from core.services.calendar import RECKON_ANEW
from matters.enums import JoinPolicy, StepKind
from matters.models import Step

SWEEPS = (
    queue.Sweep(
        ReviewTask,
        routing.OPEN_TASK,
        "task_id",
        lambda task: task.department.queue,
        related=("department", "step", "case__application"),
        title="派发部门任务",
        label=lambda task: f"{task.case.number} {task.step.name} → {task.department.short_name}",
    ),
    queue.Sweep(
        Case,
        routing.ISSUE_RESULT,
        "case_id",
        lambda case: queue.DELIVERY,
        related=("application",),
        title="制发结果",
        label=lambda case: case.number,
    ),
    queue.Sweep(
        Revocation,
        post_checks.MARK_REVOKED,
        "revocation_id",
        lambda revocation: queue.DELIVERY,
        related=("decision__case__application",),
        title="作废已撤销的结果",
        label=lambda revocation: revocation.decision.case.number,
    ),
    queue.Sweep(
        Application,
        routing.GATHER,
        "application_id",
        lambda application: queue.DELIVERY,
        title="汇集出件",
        label=lambda application: application.number,
    ),
    queue.Sweep(
        CalendarLoad,
        RECKON_ANEW,
        "load_id",
        lambda load: queue.BACKGROUND,
        title="重新推算期限",
        label=lambda load: f"{load.year}年工作日历",
    ),
    queue.Sweep(
        BulkAct,
        bulk.RUN_BULK,
        "bulk_id",
        lambda act: queue.ROUTING,
        title="批量办理",
        label=lambda act: f"{act.get_kind_display()} {act.total} 件（第 {act.pk} 次）",
    ),
)


def _lapsed_consultations(now: datetime) -> QuerySet:
    late = Consultation.objects.filter(status=ConsultationStatus.OPEN, due_at__lt=now)
    return late.order_by("due_at", "pk").values_list("pk", flat=True)


def _waiting_for_late_advice(now: datetime) -> QuerySet:
    """Return the cases that wait for late advice to a step whose leading step is done (主办协办), one for each advice."""
    led = Step.objects.filter(
        version=OuterRef("case__version"), join=JoinPolicy.LEAD, after__contains=[OuterRef("task__step__key")]
    ).exclude(lead=OuterRef("task__step__key"))
    lead_done = ReviewTask.objects.filter(
        case=OuterRef(OuterRef("case")), step__key=OuterRef("lead"), status=TaskStatus.DONE
    ).exclude(outcome=TaskOutcome.SENT_BACK)
    late = Clock.objects.running().filter(
        kind=ClockKind.STEP, due_at__lte=now, case__status=CaseStatus.IN_REVIEW
    )
    waiting = late.filter(Exists(led.filter(Exists(lead_done))))
    return waiting.order_by("due_at", "pk").values_list("case_id", flat=True)


def _elapsed_special_steps(now: datetime) -> QuerySet:
    running = Clock.objects.running().filter(kind=ClockKind.SPECIAL, due_at__lte=now)
    return running.order_by("due_at", "pk").values_list("task_id", flat=True)


def _expired_suspensions(now: datetime) -> QuerySet:
    """Return the special procedures that staff began; one that is a step of the guide ends with its step."""
    open_ones = Suspension.objects.filter(ended_at=None, expected_end__lte=now)
    ended = open_ones.exclude(task__kind=StepKind.SPECIAL).order_by("expected_end", "pk")
    return ended.values_list("pk", flat=True)


def _unanswered_corrections(now: datetime) -> QuerySet:
    late = Correction.objects.filter(status=CorrectionStatus.OPEN, due_at__lt=now)
    return late.order_by("due_at", "pk").values_list("application_id", flat=True)


def _licences_to_publish(now: datetime) -> QuerySet:
    """Return the cases of granted licences whose result is issued: from then on the public list shows them."""
    waiting = Publication.objects.filter(published_at=None, withheld_at=None, issued_at__lte=now)
    return waiting.order_by("issued_at", "pk").values_list("decision__case_id", flat=True)


DUE = (
    queue.Due("consultations_ended", _lapsed_consultations, consulting.lapse, "consultation_id"),
    queue.Due("advice_lapsed", _waiting_for_late_advice, routing.lapse_advice, "case_id"),
    queue.Due("special_elapsed", _elapsed_special_steps, routing.elapse_special, "task_id"),
    queue.Due("suspensions_ended", _expired_suspensions, suspensions.end_expired, "suspension_id"),
    queue.Due("corrections_lapsed", _unanswered_corrections, corrections.lapse, "application_id"),
    queue.Due("absences_ended", absences.to_end, absences.turn, "absence_id"),
    queue.Due("absences_begun", absences.to_begin, absences.turn, "absence_id"),
    queue.Due("licences_published", _licences_to_publish, publicity.publish, "case_id"),
)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Do what is due in this room; what is not due is not read."""
    return queue.run_due(DUE, now=now)
