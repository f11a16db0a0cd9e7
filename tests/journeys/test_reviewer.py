"""A department's day: claim by key, two inspectors on one visit, a decision by somebody who did not accept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from applications.models import Application, ReviewTask
from matters.services.posts import give_post
from tests.journeys.acts import photo

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reviewer_claims_by_key_and_completes(page, world, come, assert_accessible):
    # given two applications in the queue of the market regulator
    world.accepted("SCJG-009")
    sooner = world.accepted("SCJG-007")
    come(world.reviewer("SCJG"), "/queue/")
    expect(page.get_by_role("row")).to_have_count(3)
    assert_accessible(page)

    # when the reviewer walks through the list and looks at one beside it
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=sooner.number)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_contain_text("食品经营许可（新办）")
    expect(page.locator("tr[aria-current]")).to_contain_text(sooner.number)
    assert_accessible(page)

    # and asks which keys there are
    page.keyboard.press("?")
    keys = page.locator("#shortcuts dt")
    assert {key.strip() for key in keys.all_inner_texts()} >= {*"JKXAGCO/?", "↵"}
    page.keyboard.press("Escape")

    # and claims the next one with one key
    page.keyboard.press("g")
    expect(page.get_by_role("heading", level=1)).to_contain_text("食品经营许可（新办）")
    expect(page.get_by_text("已领取：")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text(".pdf")
    assert_accessible(page)

    # and at first forgets the opinion
    page.keyboard.press("w")
    expect(page.get_by_label("通过", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("不通过", exact=True)).to_be_checked()
    assert_accessible(page)

    # then it is passed on
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("textbox", name="意见").fill("材料齐全、符合法定形式。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("下一环节已自动派发")).to_be_visible()
    task = ReviewTask.objects.get(case__application=sooner, step__key="review")
    assert (task.status, task.opinion) == ("done", "材料齐全、符合法定形式。")


def test_a_phone_opens_a_task_on_a_page_of_its_own(page, world, come):
    application = world.accepted("SCJG-007")
    page.set_viewport_size({"width": 375, "height": 800})
    come(world.reviewer("SCJG"), "/queue/")
    page.get_by_role("link", name=application.number).click()

    page.wait_for_url(re.compile(r"/queue/\d+/$"))
    expect(page.get_by_role("button", name="领取")).to_be_visible()


def test_the_queue_works_without_javascript(browser, world, live_server):
    application = world.accepted("SCJG-007")
    client = world.client(world.reviewer("SCJG"))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    plain = context.new_page()
    plain.set_viewport_size({"width": 375, "height": 800})
    plain.goto(f"{live_server.url}/queue/")
    expect(plain.get_by_role("button", name="批量领取")).to_be_visible()
    plain.set_viewport_size({"width": 1280, "height": 720})
    plain.goto(f"{live_server.url}/queue/?text={application.number}")
    plain.get_by_role("link", name=application.number).click()
    plain.get_by_role("button", name="领取").click()
    plain.get_by_label("通过", exact=True).check()
    plain.get_by_role("textbox", name="意见").fill("同意")
    plain.get_by_role("button", name="完成").click()

    expect(plain.get_by_text("下一环节已自动派发")).to_be_visible()
    context.close()


def test_two_inspectors_record_before_the_inspection_is_completed(page, world, come, assert_accessible):
    # given an inspection that one inspector has claimed
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application))
    world.carry()
    task = world.task(application, "inspect")
    address = f"/queue/{task.pk}/"
    come(world.reviewer("SCJG"), address)
    page.keyboard.press("c")

    # when nobody else has been there, then the button says why it cannot be pressed
    expect(page.get_by_role("button", name="完成")).to_be_disabled()
    expect(page.locator(".actionbar")).to_contain_text("须 2 人到场")
    assert_accessible(page)

    # when the second inspector writes down what was found
    come(world.reviewer2("SCJG"), address)
    expect(page.get_by_text("已领取，正在办理")).to_be_visible()
    page.set_viewport_size({"width": 375, "height": 800})
    page.get_by_label("到达现场时间").fill(f"{world.now():%Y-%m-%dT%H:%M}")
    page.get_by_label("现场地点").fill("示例区人民路8号")
    page.get_by_label("所见情况").fill("厨房布局与图纸一致。")
    page.get_by_label("现场照片").set_input_files([photo("厨房.jpg"), photo("门头.jpg")])
    page.get_by_role("button", name="保存记录").click()
    expect(page.get_by_text("记录已保存")).to_be_visible()
    expect(page.get_by_role("img", name="现场照片")).to_have_count(2)
    assert_accessible(page)

    # and the first, who was there too, confirms it
    come(world.reviewer("SCJG"), address)
    page.get_by_text("更多操作").click()
    page.get_by_role("link", name="确认现场记录").click()
    page.get_by_label("厨房布局与图纸一致").check()
    assert_accessible(page)
    page.get_by_role("button", name="确认现场记录").click()

    # then the first completes, with the colleague's record in sight
    expect(page.get_by_text("确认同事的记录")).to_be_visible()
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("textbox", name="意见").fill("现场合格。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("下一环节已自动派发")).to_be_visible()
    task.refresh_from_db()
    assert task.records.count() == 2


def test_a_decider_grants_and_who_accepted_may_not(page, world, come, assert_accessible):
    # given a case that is ready for its decision, accepted by a clerk who is a decider too
    application = world.accepted("SCJG-001")
    department = world.department("SCJG")
    give_post(
        user=world.clerk, department=department, role="decider", by=world.administrator, now=world.now()
    )
    address = f"/queue/{world.task(application).pk}/"

    # when the clerk opens it, then the button says why not
    come(world.clerk, address)
    expect(page.get_by_role("button", name="领取")).to_be_disabled()
    expect(page.get_by_text("审批分离")).to_be_visible()
    assert_accessible(page)

    # when the department's decider grants it
    come(world.decider("SCJG"), address)
    page.keyboard.press("c")
    page.get_by_label("准予", exact=True).check()
    assert_accessible(page)
    page.keyboard.press("Control+Enter")

    # then it is decided
    expect(page.get_by_text("决定已作出")).to_be_visible()
    assert Application.objects.get(pk=application.pk).cases.get().status == "granted"
