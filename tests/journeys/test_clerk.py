"""A clerk's day: one person served in one visit, one application from the web that needs correcting."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from applications.models import Application
from core import clock
from core.models import OfficialDocument

pytestmark = pytest.mark.django_db(transaction=True)


def stand_at_the_counter(page, world, come, assert_accessible):
    come(world.clerk, "/counter/")
    assert_accessible(page)


def write_down_who_wants_what(page, world, assert_accessible):
    page.keyboard.press("n")
    page.get_by_label("证件号码").fill(world.citizen.id_number)
    number = page.get_by_label("证件号码")
    assert number.evaluate("field => field.scrollWidth <= field.clientWidth"), "the number is cut off"
    page.get_by_label("姓名或单位名称").fill("陈晓岚")
    expect(page.locator("#person")).to_contain_text("已登记过")
    expect(page.locator("#person")).not_to_contain_text(world.citizen.id_number)
    page.get_by_label("查找事项或一件事").fill("开药店")
    page.get_by_role("radio", name=re.compile("药品经营许可证（零售）核发")).check()
    assert_accessible(page)
    page.keyboard.press("Control+Enter")


def tick_the_papers(page, assert_accessible):
    page.get_by_label("办理对象").fill("云栖大药房")
    page.get_by_text("政务专递", exact=True).click()
    for name in (
        "营业场所、仓储平面布置图及房屋使用证明",
        "质量管理制度及计算机系统情况",
        "企业负责人、质量负责人身份及学历证明",
    ):
        with page.expect_response(re.compile("/counter/drafts/")):
            page.get_by_role("checkbox", name=re.compile(rf"收到纸质：\s*{re.escape(name)}")).check()
    expect(page.locator("#slip")).to_contain_text("已收齐")
    expect(page.locator("#slip")).to_contain_text("不用再跑")
    expect(page.locator(".timer")).to_contain_text(re.compile(r"已用\s*\d+:\d\d"))
    assert_accessible(page)


def accept_without_the_person_and_then_with(page):
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("办理对象")).to_have_value("云栖大药房")
    page.get_by_label("申请人已核对并确认").check()
    page.keyboard.press("Control+Enter")


def read_the_slip(page, assert_accessible):
    expect(page.get_by_role("heading", level=1, name="已受理")).to_be_visible()
    application = Application.objects.get()
    slip = OfficialDocument.objects.get(reference=application.number, kind="acceptance")
    print_it = page.get_by_role("link", name="打印受理通知书")
    expect(print_it).to_be_focused()
    expect(print_it).to_have_attribute("href", f"/documents/{slip.pk}/")
    assert page.request.get(f"/documents/{slip.pk}/").body().startswith(b"%PDF-")
    assert (application.status, application.delivery_method) == ("accepted", "courier")
    assert application.visits.count() == 1
    assert_accessible(page)


def test_a_clerk_serves_a_person_who_comes_with_papers_in_one_visit(page, world, come, assert_accessible):
    # given a clerk at the counter, and a person with papers who wants the result by courier
    stand_at_the_counter(page, world, come, assert_accessible)
    # when the clerk writes down who it is and what they want, from the keyboard
    write_down_who_wants_what(page, world, assert_accessible)
    # and ticks the papers one by one, each saved as it is ticked
    tick_the_papers(page, assert_accessible)
    # and forgets that the person must check it first
    accept_without_the_person_and_then_with(page)
    # then it is accepted, the slip is one key away, and the person has come once
    read_the_slip(page, assert_accessible)


def test_a_clerk_asks_once_for_everything_and_takes_it_in_at_the_window(page, world, come, assert_accessible):
    # given an application from the web
    application = world.submitted("SCJG-009")
    material = application.materials.filter(disposition="ask").first()

    # when the clerk takes the next one and marks what is wrong
    come(world.clerk, "/counter/")
    page.keyboard.press("g")
    expect(page.locator("h1")).to_contain_text(application.number)
    page.get_by_role("checkbox", name=re.compile(rf"需补正\s*：{re.escape(material.name)}")).check()
    assert_accessible(page)
    page.keyboard.press("c")

    # and lists it with one thing more, in one notice
    page.get_by_label("原因").fill("缺少法定代表人签名")
    page.get_by_role("button", name="再加一项").click()
    page.locator("[name=item-1-what]").fill("联系电话")
    page.locator("[name=item-1-reason]").fill("少一位数字")
    assert_accessible(page)
    page.keyboard.press("Control+Enter")

    # then the notice can be printed, and nothing more may be asked
    expect(page.get_by_role("heading", level=1, name="已一次性告知补正")).to_be_visible()
    expect(page.get_by_role("link", name="打印补正材料一次性告知书")).to_be_focused()
    assert application.correction.items.count() == 2
    assert application.correction.due_at > clock.now()

    # and when the person brings it to the window, it goes on from there
    page.goto(f"/counter/applications/{application.number}/")
    page.keyboard.press("b")
    page.get_by_label("收到纸质材料").check()
    page.get_by_label("“联系电话”如何补正").fill("13800000001")
    assert_accessible(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("补正材料已收到")).to_be_visible()
    expect(page.get_by_role("button", name="一次性告知补正")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1, name="已受理")).to_be_visible()
    assert [visit.causes for visit in application.visits.all()] == [["correction"]]


def test_what_a_clerk_has_just_ticked_is_saved_before_the_form_leaves(page, world, come):
    # given a draft at the counter, and a slow line
    draft = world.draft("SCJG-009", at_counter=True)
    draft.materials.update(paper_received_at=None, paper_received_by=None)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    come(world.clerk, f"/counter/drafts/{draft.pk}/")
    order: list[str] = []

    def slowly(route: Route) -> None:
        is_tick = "hx-request" in route.request.headers
        order.append("tick" if is_tick else "form")
        if is_tick:
            page.wait_for_timeout(300)
        route.continue_()

    page.route(
        re.compile("/counter/drafts/"),
        lambda route: slowly(route) if route.request.method == "POST" else route.continue_(),
    )

    # when the clerk ticks two papers and saves at once
    ticks = page.locator("input.tick")
    ticks.nth(0).check()
    ticks.nth(1).check()
    page.get_by_role("button", name="保存草稿").last.click()

    # then no saving is cut off, and the form goes last, once
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    assert order == ["tick", "tick", "form"]
    assert heard == []
    assert draft.materials.exclude(paper_received_at=None).count() == 2
