"""Paying out what was granted: with its facts, or not gone through and still owed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.models import StatusChange
from applications.services import paying, review
from core.clock import local_date
from core.models import Message
from delivery.models import Certificate
from tests.proof import refused


@pytest.fixture
def task(world):
    """A payout held by its reviewer."""
    application = world.accepted("CLH-001")
    world.road.carrier.until(lambda: _advance(world, application), "pay")
    found = world.task(application, "pay")
    return review.claim(task_id=found.pk, by=world.reviewer(found.department.code), now=world.now())


def _advance(world, application) -> bool:
    """Work what has arrived, let the publicity pass, until the payout has arrived; for the carrier's patience."""
    for task in world.road.arrived(application):
        if task.kind == "payout":
            return True
        world.road.work(task)
    for task in application.cases.get().tasks.filter(kind="special", status="open"):
        world.pass_time(seconds=(task.due_at - world.now()).total_seconds() + 1)
    return False


def pay(world, task, **how):
    said = {
        "amount": Decimal("1200.50"),
        "paid_on": local_date(world.now()),
        "reference": "YH20260914",
        "by": task.claimed_by,
    } | how
    return paying.pay(task_id=task.pk, now=world.now(), **said)


def own_page(world, task) -> str:
    application = task.case.application
    return (
        world.client(application.applicant.user).get(f"/applications/{application.number}/").content.decode()
    )


def test_a_payment_is_told_with_its_amount_day_and_number(world, task):
    page = world.client(task.claimed_by).get(f"/queue/{task.pk}/").content.decode()
    assert f"/queue/{task.pk}/pay/" in page
    assert "不通过" not in page
    pay(world, task)

    task.refresh_from_db()
    said = f"{local_date(world.now()):%Y年%-m月%-d日}发放1,200.50元，凭证号YH20260914。"
    assert (task.status, task.outcome, task.opinion) == ("done", "paid", said)
    assert said in own_page(world, task)
    world.carry()
    assert Certificate.objects.filter(case=task.case).count() == 1


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"amount": Decimal(0)}, "amount_wrong"),
        ({"amount": None}, "amount_wrong"),
        ({"reference": " "}, "reference_required"),
        ({"paid_on": None}, "paid_on_wrong"),
    ],
)
def test_a_payment_without_its_facts_is_refused(world, task, how, code):
    with refused(code):
        pay(world, task, **how)
    with refused("paid_on_wrong"):
        pay(world, task, paid_on=local_date(world.now()) + timedelta(days=1))


def test_a_payment_is_neither_passed_nor_objected_to(world, task):
    for outcome in ("pass", "object"):
        with refused("pay_instead"):
            review.complete(
                task_id=task.pk, outcome=outcome, opinion="已发放", by=task.claimed_by, now=world.now()
            )


def test_what_the_bank_did_not_take_stays_in_hand_and_is_told(world, task):
    with refused("reason_required"):
        paying.fail(task_id=task.pk, reason=" ", by=task.claimed_by, now=world.now())
    paying.fail(task_id=task.pk, reason="户名与账号不一致", by=task.claimed_by, now=world.now())

    task.refresh_from_db()
    assert (task.status, task.claimed_by, task.case.status) == ("claimed", task.claimed_by, "granted")
    assert StatusChange.objects.get(task=task, act="fail_payment").note == "户名与账号不一致"
    assert "户名与账号不一致" in Message.objects.get(title__endswith="发放未成功").body
    assert "银行这次没有发放成功，部门会再次发放。户名与账号不一致" in own_page(world, task)
    assert pay(world, task).outcome == "paid"
