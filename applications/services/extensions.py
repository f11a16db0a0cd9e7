"""Extending a legal limit (延期): once, by the head, for a joint matter by the head of the government (行政许可法 §42)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import papers
from applications.enums import LIVE_TASK, CaseStatus, ClockKind
from applications.locks import lock_task
from applications.models import Clock, Extension, ReviewTask
from applications.services import clocks, notifications
from core import audit
from core.clock import local_date
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import Role
from matters.permissions import require


@dataclass(frozen=True)
class Power:
    """Who may extend which legal limit, by how many working days at most, and on what basis."""

    role: Role
    longest: int
    basis: str


POWERS = {
    ClockKind.STATUTORY: Power(Role.HEAD, 10, "《中华人民共和国行政许可法》第四十二条第一款"),
    ClockKind.BUNDLE: Power(Role.GOVERNMENT, 15, "《中华人民共和国行政许可法》第四十二条第二款"),
}


def legal_clock(task: ReviewTask) -> Clock | None:
    """Return the running legal limit that a task stands under: of joint handling, else of its own case."""
    case = task.case
    running = Clock.objects.running().select_related("application")
    mine = running.filter(application=case.application_id, kind=ClockKind.BUNDLE) | running.filter(
        case=case, kind=ClockKind.STATUTORY
    )
    return min(mine, key=lambda clock: clock.kind != ClockKind.BUNDLE, default=None)


def check_extend(*, task: ReviewTask, by: User) -> Clock:
    """Allow the head of the department that decides, and for joint handling the head of the government; return the limit.

    Raises Refusal `no_legal_limit`, `already_extended`, or `under_review` when the case is decided.
    """
    require(by, Role.HEAD, Role.GOVERNMENT)
    if task.status not in LIVE_TASK or task.case.status != CaseStatus.IN_REVIEW:
        raise Refusal("not_under_review", "办件已不在办理中，不能再延期。")
    clock = legal_clock(task)
    if clock is None:
        raise Refusal("no_legal_limit", "本事项没有法定办结时限，不需要延期。")
    power = POWERS[ClockKind(clock.kind)]
    owner = task.case.version.matter.department.in_charge
    require(by, power.role, department=owner if power.role == Role.HEAD else None)
    if Extension.objects.filter(**_subject(task, clock)).exists():
        raise Refusal("already_extended", "已经延期一次，依法不得再次延期；请在现有期限内作出决定。")
    return clock


@transaction.atomic
def extend(*, task_id: int, days: int, reason: str, by: User, now: datetime) -> Extension:
    """Extend the legal limit of a task's case, or of the joint handling it belongs to, and tell the applicant in writing.

    The promises that have not passed move with it (`clocks.moving`). Raises what `check_extend` raises, Invalid for the days or an empty reason, and
    Refusal `limit_passed` when it is over, `limit_open` while the calendar does not reach its end.
    """
    task = lock_task(task_id)
    clock = check_extend(task=task, by=by)
    power = POWERS[ClockKind(clock.kind)]
    if not reason.strip():
        raise Invalid("reason_required", "请写明延期的理由，申请人有权知道。", field="reason")
    if not 1 <= days <= power.longest:
        raise Invalid(
            "days_range", f"依法最多延长 {power.longest} 个工作日，请填 1 到 {power.longest}。", field="days"
        )
    if clock.due_at is None:
        raise Refusal("limit_open", "工作日历还没有到期限所在的年份，现在无法延期；导入后再办。")
    if clock.due_at < now:
        raise Refusal("limit_passed", "法定时限已过，不能再延期；请尽快作出决定。")
    clock.application = task.case.application
    due_at = clocks.due_with(clock=clock, extra=days)
    said: dict[str, Any] = {"days": days, "reason": reason.strip(), "approved_at": now, "approved_by": by}
    extension = Extension(**_subject(task, clock), clock=clock, **said)
    matter = extension.application.title if extension.application else task.case.version.name
    promised_at = clocks.promise_extended(extension=extension)
    extension.document = papers.extension(
        extension=extension,
        matter=matter,
        basis=power.basis,
        due_at=due_at,
        promised_at=promised_at,
        now=now,
    )
    extension.save(force_insert=True)
    clocks.recompute(application=clock.application)
    audit.record(
        by=by,
        now=now,
        act="case.extend",
        on=extension,
        reference=task.case.application.number or "",
        days=days,
        reason=extension.reason,
        due_on=local_date(due_at).isoformat(),
    )
    notifications.extended(
        extension=extension, matter=matter, due_at=due_at, promised_at=promised_at, now=now
    )
    return extension


def _subject(task: ReviewTask, clock: Clock) -> dict[str, Any]:
    """Return what is extended, once, however often its limit runs anew: a case, or the whole application where that is jointly handled."""
    if clock.kind == ClockKind.BUNDLE:
        return {"application": task.case.application}
    return {"case": task.case}
