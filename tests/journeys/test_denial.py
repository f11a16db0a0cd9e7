"""A denial with remedies: drafted, countersigned by the head, issued, and read by the applicant."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from applications.models import Application

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_denial_is_countersigned_and_says_what_can_be_done_against_it(page, world, come, assert_accessible):
    # given an application at its decision, whose denial the head must countersign
    application = world.accepted("YCJ-001")
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()

    # when a reviewer drafts the denial and sends it to the head
    come(world.reviewer("YCJ"), f"/queue/{task.pk}/draft-decision/")
    page.get_by_label("不予", exact=True).check()
    page.get_by_label("查明的事实").fill("门店距幼儿园入口42米。")
    page.get_by_role("textbox", name="理由").fill("不符合合理布局规定。")
    assert_accessible(page)
    page.get_by_role("button", name="拟决定").click()
    expect(page.get_by_text("拟稿已保存")).to_be_visible()

    # and the head, who finds it waiting, countersigns
    come(world.head("YCJ"), "/queue/")
    page.get_by_role("main").get_by_role("link", name="烟草专卖零售许可证核发").first.click()
    expect(page.get_by_text("待核签").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="核签同意").first.click()
    assert_accessible(page)
    page.get_by_role("button", name="核签同意").click()
    expect(page.get_by_text("已核签，决定人可以签发了")).to_be_visible()

    # then the decider issues exactly that with one press
    come(world.decider("YCJ"), f"/queue/{task.pk}/")
    page.get_by_role("button", name="领取").first.click()
    expect(page.get_by_label("查明的事实")).to_have_value("门店距幼儿园入口42米。")
    assert_accessible(page)
    page.get_by_role("button", name="作出决定").click()
    expect(page.get_by_text("决定已作出")).to_be_visible()

    # and the applicant reads why, and what can be done against it until when
    come(world.citizen.user, f"/applications/{application.number}/")
    expect(page.get_by_text("门店距幼儿园入口42米。").first).to_be_visible()
    expect(page.get_by_text("申请行政复议").first).to_be_visible()
    assert_accessible(page)

    # while a licence that is granted stands on the public list
    granted = world.ready("YCJ-001", applicant=world.company)
    page.goto("/decisions/")
    expect(page.get_by_text(world.company.name)).to_be_visible()
    assert_accessible(page)
    assert Application.objects.get(pk=granted.pk).ended_at
