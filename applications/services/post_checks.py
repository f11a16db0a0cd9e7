"""After a decision on the applicant's word (告知承诺): checked, mended, or revoked (浙江规定 §14)."""

from datetime import date, datetime

from django.db import transaction

from applications import machine, papers, policies, remedies
from applications.clocks import POST_CHECK_DAYS
from applications.enums import TaskOutcome, TaskStatus
from applications.locks import lock_case, lock_task
from applications.models import Decision, ReviewTask, Revocation
from applications.permissions import require_task_role
from applications.services import notifications, review, routing
from core import queue
from core.calendar import working_days
from core.clock import local_date
from core.errors import Invalid, Refusal, refuse_all
from core.models import User
from matters.enums import LimitUnit, Role, StepKind

MARK_REVOKED = "delivery.mark_revoked"
REVOKED_BY = "《中华人民共和国行政许可法》第六十九条"
RECHECK_DAYS = 10
"""Working days after the mending day in which it is checked again."""
REVOKERS = (Role.DECIDER, Role.HEAD)


def check_order_mending(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds a post-check to order that something be mended, once.

    Raises Refusal `mended_once` for the check that follows: who has not mended by then loses the decision (浙江规定 §14).
    """
    _require_post_check(task)
    review.require_holder(task, by)
    if task.mend_by:
        raise Refusal(
            "mended_once",
            "已经责令整改过一次：达到条件的写明核查意见后完成，仍没有达到的，整改期满后由决定人“撤销决定”。",
        )


@transaction.atomic
def order_mending(*, task_id: int, findings: str, due_on: date | None, by: User, now: datetime) -> ReviewTask:
    """Have the applicant mend what falls short, by a day to come, and check again then (限期整改): a new round."""
    task = lock_task(task_id)
    check_order_mending(task=task, by=by)
    if not findings.strip():
        raise Invalid("findings_required", "请写明哪些地方没有达到承诺的条件、怎样整改。", field="findings")
    last = last_day_to_mend(now)
    if due_on is None or not local_date(now) < due_on <= last:
        raise Invalid(
            "due_on_wrong", f"整改期限须在今天之后，最迟{last:%Y年%-m月%-d日}，请重新填写。", field="due_on"
        )
    review.keep_record(task, findings, by, now)
    policies.require_people(task, task.records.all())
    review.finish(
        task=task,
        act="order_mending",
        outcome=TaskOutcome.MENDING,
        opinion=findings,
        note=f"请在{due_on:%-m月%-d日}前（含当日）整改：{findings.strip()}",
        by=by,
        now=now,
    )
    limit = ((_recheck_by(due_on) - local_date(now)).days, LimitUnit.DAY)
    again = routing.release(case=task.case, step=task.step, now=now, before=task, limit=limit)
    again.mend_by = due_on
    again.save(update_fields=["mend_by"])
    papers.mending(case=task.case, findings=findings.strip(), due_on=due_on, now=now)
    notifications.mending_ordered(case=task.case, findings=findings, due_on=due_on, now=now)
    return again


def last_day_to_mend(now: datetime) -> date:
    """Return the last day that may be given: as long as the check itself may take, and never beyond the calendar."""
    days = working_days(local_date(now))
    last = days.due_if_known(now, POST_CHECK_DAYS, LimitUnit.WORKDAY)
    return local_date(last) if last else days.days[-1]


def _recheck_by(due_on: date) -> date:
    """Return by when it is checked again: some working days after the mending day, for who may mend until its end."""
    days = working_days(due_on)
    found = [day for day in days.days if day > due_on][:RECHECK_DAYS]
    return max([*found, due_on])


def check_revoke(*, task: ReviewTask, by: User) -> None:
    """Allow a decider or head of the department, who did not accept it, once a check has been put on record.

    Raises Refusal `still_mending` until the day has passed by which the applicant may mend.
    """
    _require_post_check(task)
    require_task_role(by, task, *REVOKERS)
    if task.case.application.accepted_by_id == by.pk:
        raise review.decider_is_acceptor()
    machine.check(task.case, "revoke")
    if not task.case.receipted_at:
        raise Refusal("result_not_issued", "结果文书还在制作，出具后才能撤销；请稍候再试。")
    if task.status != TaskStatus.CLAIMED or not task.records.exists():
        raise Refusal("no_finding", "请先由核查人员领取任务并填写核查记录，再由决定人撤销。")


def _require_mending_over(task: ReviewTask, now: datetime) -> None:
    if task.mend_by and local_date(now) <= task.mend_by:
        raise Refusal(
            "still_mending",
            f"责令整改的期限到{task.mend_by:%-m月%-d日}，期满仍没有达到条件的，才能撤销。",
        )


@transaction.atomic
def revoke(*, task_id: int, facts: str, reasons: str, by: User, now: datetime, basis: str = "") -> Revocation:
    """Take a grant back, with facts, reasons, basis and remedies (行政许可法 §69); its result becomes void.

    Cases that still wait for this one end. Delivery marks the result through the queue.
    """
    task = lock_task(task_id)
    check_revoke(task=task, by=by)
    _require_mending_over(task, now)
    case, decision = task.case, Decision.objects.get(case=task.case)
    said = {"facts": facts.strip(), "reasons": reasons.strip(), "basis": basis.strip() or REVOKED_BY}
    refuse_all(
        [
            Invalid(f"{field}_required", f"请写明{what}，会写进撤销决定书。", field=field)
            for field, what in (("facts", "核查查明的事实"), ("reasons", "撤销的理由"))
            if not said[field]
        ]
    )
    revocation = Revocation(decision=decision, revoked_at=now, revoked_by=by, served_at=now, **said)
    bodies, last = remedies.bodies_of(case.version), remedies.last_days(local_date(now))
    revocation.reconsideration_body, revocation.court = bodies.reconsideration, bodies.court
    revocation.reconsider_until, revocation.litigate_until = last
    revocation.next_attempt_at = now + Revocation.FIRST_WAIT
    revocation.save(force_insert=True)
    review.finish(task=task, outcome=TaskOutcome.REVOKED, opinion=said["reasons"], by=by, now=now)
    machine.make(case, "revoke", by=by, now=now, note=said["reasons"])
    routing.cancel_live(case=case, note="决定已撤销", now=now)
    routing.end_dependants(cases=[case], now=now)
    routing.rest_if_simulated(application=case.application, now=now)
    papers.revocation(revocation=revocation, case=case, now=now)
    notifications.revoked(case=case, revocation=revocation, now=now)
    queue.enqueue(MARK_REVOKED, queue=queue.DELIVERY, revocation_id=revocation.pk)
    return revocation


@transaction.atomic
def result_marked(*, revocation_id: int, now: datetime) -> bool:
    """Record that delivery has marked the result revoked; False the second time."""
    revocation = Revocation.objects.select_related("decision").get(pk=revocation_id)
    lock_case(revocation.decision.case_id)
    revocation.refresh_from_db()
    if revocation.receipted_at:
        return False
    revocation.receipted_at, revocation.next_attempt_at = now, None
    revocation.save(update_fields=["receipted_at", "next_attempt_at"])
    return True


def _require_post_check(task: ReviewTask) -> None:
    if task.kind != StepKind.POST_CHECK:
        raise Refusal("not_a_post_check", "只有承诺后核查环节可以这样办理，请回到任务页面。")
