"""A decision that is not the end: the check after it finds what must be mended, and then has it revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.clock import local_date

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def open_act(page, name: str) -> None:
    page.get_by_text("更多操作", exact=True).click()
    page.get_by_role("link", name=name).click()


def find_fault(page, world) -> None:
    """The inspector orders what is missing to be mended by a day."""
    open_act(page, "限期整改")
    page.get_by_label("没有达标的情况和整改要求").fill("沉沙池没有建，请在期限内建成。")
    page.get_by_label("整改期限").fill(f"{local_date(world.now()) + timedelta(days=30):%Y-%m-%d}")


def look_again(page) -> None:
    page.keyboard.press("c")
    expect(page.get_by_text("沉沙池没有建，请在期限内建成。").first).to_be_visible()
    page.get_by_role("textbox", name="我的记录").fill("沉沙池仍没有建。")
    page.get_by_role("button", name="保存记录").click()
    expect(page.get_by_text("记录已保存")).to_be_visible()


def state_why_it_is_revoked(page) -> None:
    open_act(page, "撤销决定")
    page.get_by_label("核查查明的事实").fill("沉沙池两次核查均没有建。")
    page.get_by_label("撤销的理由").fill("没有履行承诺。")


def test_a_check_after_a_commitment_orders_mending_and_then_revokes(page, world, come, assert_accessible):
    # given a licence on the applicant's word, and its check
    application = world.closed("SLJ-001")
    task = world.task(application, "post_check")
    come(world.reviewer("SLJ"), f"/queue/{task.pk}/")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="核查达标")).to_be_visible()
    assert_accessible(page)

    # when the inspector orders mending, and it is checked again
    find_fault(page, world)
    assert_accessible(page)
    page.get_by_role("button", name="限期整改").click()
    expect(page.get_by_text("已通知申请人限期整改")).to_be_visible()
    world.carry()
    again = task.case.tasks.get(step=task.step, round=2)
    come(world.reviewer("SLJ"), f"/queue/{again.pk}/")
    look_again(page)
    assert_accessible(page)

    # and the head revokes the decision, once the day has passed by which it was to be mended
    world.pass_time(days=31)
    come(world.head("SLJ"), f"/queue/{again.pk}/")
    state_why_it_is_revoked(page)
    assert_accessible(page)
    page.get_by_role("button", name="撤销决定").click()
    expect(page.get_by_text("决定已撤销")).to_be_visible()
    world.carry()

    # then the task tells what came of it, and the applicant reads why
    page.goto(f"/queue/{again.pk}/")
    expect(page.get_by_text("撤销").first).to_be_visible()
    assert_accessible(page)
    assert application.cases.get().status == "revoked"
    come(application.applicant.user, f"/applications/{application.number}/")
    expect(page.get_by_role("link", name="撤销行政许可决定书").first).to_be_visible()
    expect(page.get_by_text("没有履行承诺。").first).to_be_visible()
    assert_accessible(page)
