"""The public list of granted licences: entered with the decision, published once the result is issued."""

from datetime import datetime

from django.db import transaction

from applications.enums import DecisionOutcome, Secrecy
from applications.locks import lock_case, lock_task
from applications.models import Case, Decision, Publication, ReviewTask
from applications.papers import holder_of
from applications.permissions import require_task_role
from core import audit
from core.calendar import working_days
from core.clock import local_date
from core.errors import Invalid, Refusal
from core.models import User
from matters.enums import ItemType, LimitUnit, Role, StepKind

WORKING_DAYS = 7  # within which a licence is published (国办发〔2018〕双公示)


def is_public(case: Case, outcome: str) -> bool:
    """Return whether such a decision belongs on the public list: a licence that is granted (行政许可法 §40)."""
    return outcome == DecisionOutcome.GRANTED and case.version.item_type == ItemType.LICENSING


def enter(*, decision: Decision, ground: str, reason: str, by: User, now: datetime) -> Publication | None:
    """Enter a granted licence to be published, or withheld on a ground; the caller holds the application's lock.

    Whatever is not a granted licence is entered nowhere. Raises Invalid for a ground without a reason.
    """
    case = decision.case
    if not is_public(case, decision.outcome):
        return None
    decided_on = local_date(now)
    entry = Publication(
        decision=decision,
        department=case.version.matter.department,
        due_at=working_days(decided_on).due_if_known(now, WORKING_DAYS, LimitUnit.WORKDAY),
        decided_on=decided_on,
    )
    if ground:
        _withhold(entry, ground, reason, by, now)
    entry.save()
    return entry


def check_withhold(*, task: ReviewTask, by: User) -> None:
    """Allow deciders and heads of the department to keep a licence off the public list or take it off."""
    if task.kind != StepKind.DECIDE:
        raise Refusal("not_a_decision", "只有决定环节可以设定不予公开，请在决定环节的任务里办理。")
    require_task_role(by, task, Role.DECIDER, Role.HEAD)
    entry = Publication.objects.filter(decision__case=task.case_id).first()
    if entry is None:
        raise Refusal("not_published", "这个办件没有须公示的准予许可决定。")
    if entry.withheld_at:
        raise Refusal("already_withheld", "这项许可决定已设为不予公开，无需再办。")


@transaction.atomic
def withhold(*, task_id: int, secrecy: str, secrecy_reason: str, by: User, now: datetime) -> Publication:
    """Keep a granted licence off the public list, or take it off, on a ground of §5; the reason is kept, listed nowhere."""
    task = lock_task(task_id)
    check_withhold(task=task, by=by)
    entry = Publication.objects.select_for_update().get(decision__case=task.case_id)
    _withhold(entry, secrecy, secrecy_reason, by, now)
    entry.save()
    audit.record(
        by=by,
        now=now,
        act="publication.withhold",
        on=entry,
        reference=task.case.application.number or "",
        ground=secrecy,
        reason=entry.withheld_reason,
    )
    return entry


def _withhold(entry: Publication, ground: str, reason: str, by: User, now: datetime) -> None:
    if ground not in Secrecy.values:
        raise Invalid(
            "unknown_ground", "请选择不予公开的情形：国家秘密、商业秘密或个人隐私。", field="secrecy"
        )
    if not reason.strip():
        raise Invalid(
            "secrecy_reason_required", "不予公开须写明原因，留存备查，不对外显示。", field="secrecy_reason"
        )
    entry.withheld_ground, entry.withheld_reason = ground, reason.strip()
    entry.withheld_at, entry.withheld_by = now, by


def release(*, case: Case, now: datetime) -> None:
    """Let a granted licence be published, now that its result is issued; the caller holds the application's lock."""
    Publication.objects.filter(decision__case=case).update(issued_at=now)


@transaction.atomic
def publish(*, case_id: int, now: datetime) -> bool:
    """Put a granted licence whose result is issued on the public list, persons masked; False when there is nothing to do."""
    case = lock_case(case_id)
    entry = Publication.objects.filter(decision__case=case).select_for_update().first()
    if entry is None or entry.published_at or entry.withheld_at or not entry.issued_at:
        return False
    entry.published_at = now
    entry.holder = holder_of(case.application)
    entry.matter = case.version.name
    entry.number = case.certificate.document.number
    entry.save()
    audit.record(
        by=None, now=now, act="publication.publish", on=entry, reference=case.application.number or ""
    )
    return True
