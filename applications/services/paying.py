"""Paying out what was granted (发放): when, how much and under which number; or that the bank did not take it."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from applications import machine
from applications.enums import TaskOutcome
from applications.locks import lock_task
from applications.models import ReviewTask
from applications.services import notifications, review, routing
from core.clock import local_date
from core.errors import Invalid, Refusal, refuse_all
from core.models import User
from matters.enums import StepKind


def check_pay(*, task: ReviewTask, by: User) -> None:
    """Allow whoever holds a payout, or their deputy."""
    if task.kind != StepKind.PAYOUT:
        raise Refusal("not_a_payout", "只有发放环节可以这样办理，请回到任务页面。")
    review.require_holder(task, by)


@transaction.atomic
def pay(
    *, task_id: int, amount: Decimal | None, paid_on: date | None, reference: str, by: User, now: datetime
) -> ReviewTask:
    """Put on record that a grant has been paid out, in yuan, on which day and under which number, and carry on.

    Raises Invalid `amount_wrong`, `paid_on_wrong`, `reference_required`, all that is wrong at once.
    """
    task = lock_task(task_id)
    check_pay(task=task, by=by)
    first, last = local_date(task.released_at), local_date(now)
    wrong = []
    if amount is None or amount <= 0:
        wrong.append(Invalid("amount_wrong", "请填写实际发放的金额。", field="amount"))
    if paid_on is None or not first <= paid_on <= last:
        wrong.append(
            Invalid(
                "paid_on_wrong", f"请填写实际发放的日期，在{first:%-m月%-d日}与今天之间。", field="paid_on"
            )
        )
    if not reference.strip():
        wrong.append(Invalid("reference_required", "请填写银行的凭证号。", field="reference"))
    refuse_all(wrong)
    said = f"{paid_on:%Y年%-m月%-d日}发放{amount:,.2f}元，凭证号{reference.strip()}。"
    review.finish(task=task, act="pay", outcome=TaskOutcome.PAID, opinion=said, by=by, now=now)
    routing.after_task(task=task, now=now)
    return task


@transaction.atomic
def fail(*, task_id: int, reason: str, by: User, now: datetime) -> ReviewTask:
    """Put on record that a payment did not go through, and tell the applicant why; the task stays to be done again.

    What was granted is owed: nobody denies it here, and the step's limit goes on.
    """
    task = lock_task(task_id)
    check_pay(task=task, by=by)
    if not reason.strip():
        raise Invalid("reason_required", "请写明银行为什么没有发放成功，申请人会看到。", field="reason")
    machine.make(task, "fail_payment", by=by, now=now, note=reason.strip())
    notifications.payment_failed(task=task, reason=reason.strip(), now=now)
    return task
