"""Special procedures (特别程序): time that does not count, told in writing before it begins (行政许可法 §45)."""

from datetime import date, datetime

from django.db import transaction

from applications import papers
from applications.clocks import BY_LICENSING_LAW, LAWFUL
from applications.enums import SuspensionKind
from applications.locks import lock_application
from applications.models import Case, ReviewTask, Suspension
from applications.services import clocks, notifications, promises
from core import audit
from core.clock import local_date
from core.models import User


@transaction.atomic
def end_expired(*, suspension_id: int, now: datetime) -> bool:
    """End a special procedure whose expected time has passed without anybody ending it; return whether it did."""
    found = Suspension.objects.filter(pk=suspension_id).values_list("case__application_id", flat=True).first()
    if found is None:
        return False
    application = lock_application(found)
    suspension = Suspension.objects.select_related("case__version", "task__step").get(pk=suspension_id)
    if suspension.ended_at or suspension.expected_end > now:
        return False
    suspension.case.application = application
    finish(suspension, None, now)
    return True


def begin_with_step(*, task: ReviewTask, now: datetime) -> None:
    """Begin what a special step of the guide brings about: its time does not count, unless the guide says so."""
    step = task.step
    if step.counts_time or step.days is None or task.due_at is None:
        notifications.step_counts(task=task, now=now)
        return
    suspension = Suspension(
        case=task.case,
        task=task,
        kind=_kind_of(step.name),
        basis=_basis_of(task),
        reason="办事指南规定的环节",
        expected_days=step.days,
        expected_unit=step.unit,
        expected_end=task.due_at,
    )
    begin(suspension, None, now)


def begin(suspension: Suspension, by: User | None, now: datetime) -> Suspension:
    """Begin a suspension: issue its notice, which names the new day, write it, move the limits, tell the applicant."""
    suspension.started_at, suspension.started_by = now, by
    case = suspension.case
    suspension.document = papers.special_procedure(
        suspension=suspension, promised_on=_promised_on(suspension), now=now
    )
    suspension.save(force_insert=True)
    clocks.recompute(application=case.application)
    _reread(case)
    _note("case.suspend", suspension, by, now)
    notifications.suspended(suspension=suspension, now=now)
    return suspension


def finish(suspension: Suspension, by: User | None, now: datetime) -> None:
    """End a suspension, move the limits by what it really took, tell the applicant and whoever holds the case."""
    clocks.end(suspension=suspension, now=now, ended_by=by)
    application = suspension.case.application
    moved = clocks.recompute(application=application)
    _reread(suspension.case)
    _note("case.resume", suspension, by, now)
    notifications.resumed(suspension=suspension, now=now)
    why = f"{suspension.procedure}已结束"
    promises.tell(moved, application=application, why=why, now=now, by=by, is_applicant_told=True)


def _promised_on(suspension: Suspension) -> date | None:
    due = clocks.promised_with(suspension=suspension)
    return local_date(due) if due else None


def _note(act: str, suspension: Suspension, by: User | None, now: datetime) -> None:
    audit.record(
        by=by,
        now=now,
        act=act,
        on=suspension,
        reference=suspension.case.application.number or "",
        kind=suspension.kind,
        reason=suspension.reason,
        expected_end=suspension.expected_end.isoformat(),
    )


def _reread(case: Case) -> None:
    """Read the due times of a case again: they have just been written."""
    case.refresh_from_db(fields=["promised_due_at", "statutory_due_at"])


def _kind_of(name: str) -> SuspensionKind:
    return next((each.kind for each in LAWFUL.values() if each.kind.label in name), SuspensionKind.GUIDE)


def _basis_of(task: ReviewTask) -> str:
    """Return the basis that the guide gives for a special step, or the law that knows its kind and the guide itself."""
    version = task.case.version
    said = next(
        (
            one["basis"]
            for one in version.special_procedures
            if one.get("name") == task.step.name and one.get("basis")
        ),
        "",
    )
    lawful = LAWFUL.get(_kind_of(task.step.name))
    law = f"{lawful.basis if lawful else BY_LICENSING_LAW}，"
    return (said or f"{law}《{version.name}》办事指南".removeprefix("，"))[:400]
