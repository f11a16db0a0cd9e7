"""One guide on its way: the department, two reviewers, the meeting, the lock, and what a citizen says of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.clock import local_date
from matters.enums import EntryState
from matters.models import CatalogueEntry, PublicComment
from tests.entries import MEETING, Entries
from tests.journeys.acts import leave, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]


def become(page: Page, live_server, username: str, path: str) -> None:
    leave(page)
    page.goto(f"{live_server.url}/accounts/sign-in/?next={path}")
    sign_in(page, username)


def say(page: Page, verdict: str, reason: str, button: str) -> None:
    act = page.locator("section", has=page.get_by_role("heading", name=button, exact=True))
    act.get_by_label(verdict, exact=True).check()
    act.get_by_label("理由").fill(reason)
    act.get_by_role("button", name=button).click()


def begin_a_revision(page, live_server, assert_accessible):
    become(page, live_server, "wjj.editor", "/desk/catalogue/entries/")
    expect(page.get_by_text("没有轮到您的条目")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="起草").click()
    page.get_by_label("修订哪个事项").select_option("WJJ-002")
    assert_accessible(page)
    page.get_by_role("button", name="起草").click()
    expect(page.get_by_text("与第 1 版没有不同")).to_be_visible()
    assert_accessible(page)


def analyse_a_draft(page, live_server, entries, assert_accessible):
    entry = entries.draft(deliberation_required=True)
    page.goto(f"{live_server.url}/desk/catalogue/entries/{entry.pk}/")
    page.get_by_label("再造可实现").check()
    page.get_by_role("group", name="减材料").get_by_label("改革前").fill("5")
    page.get_by_role("group", name="减材料").get_by_label("改革后").fill("3")
    page.get_by_role("button", name="保存逆向分析").click()
    expect(page.locator(".error-summary")).to_contain_text("减材料")
    assert_accessible(page)
    page.get_by_role("group", name="减材料").get_by_label("怎么做").fill("共享数据")
    page.get_by_role("button", name="保存逆向分析").click()
    expect(page.get_by_role("status")).to_contain_text("已保存逆向分析")
    return entry


def submit(page, assert_accessible):
    page.get_by_label("改了什么、为什么改").fill("补充受理条件")
    page.get_by_role("button", name="上报").click()
    expect(page.get_by_role("status")).to_contain_text("已上报")
    assert_accessible(page)


def review_twice(page, live_server, entry, path, assert_accessible):
    become(page, live_server, "review.group1", "/desk/catalogue/entries/")
    page.get_by_role("link", name=entry.name).click()
    say(page, "通过", "要素齐全", "提交审核意见")
    expect(page.get_by_text("您已经审核过这一轮")).to_be_visible()
    assert_accessible(page)
    become(page, live_server, "review.group2", path)
    say(page, "通过", "与法规一致", "提交审核意见")


def record_the_meeting(page, live_server, world, path, assert_accessible):
    become(page, live_server, "office1", path)
    assert_accessible(page)
    meeting = page.locator("section", has=page.get_by_role("heading", name="记录会议结论"))
    meeting.get_by_label("会议日期").fill(f"{local_date(world.now()):%Y-%m-%d}")
    meeting.get_by_label("参会人员").fill("、".join(MEETING))
    say(page, "通过", "一致同意", "记录会议结论")
    deliberation = page.locator("section", has=page.get_by_role("heading", name="集体会商"))
    deliberation.get_by_label("会商日期").fill(f"{local_date(world.now()):%Y-%m-%d}")
    deliberation.get_by_label("参加人员").fill("、".join(MEETING))
    deliberation.get_by_label("会商纪要").fill("同意由一个窗口受理")
    deliberation.get_by_label("同意", exact=True).check()
    deliberation.get_by_role("button", name="记录集体会商").click()
    expect(page.get_by_role("status")).to_contain_text("已记录集体会商")


def confirm_and_lock(page, live_server, path, assert_accessible):
    become(page, live_server, "wjj.head", path)
    say(page, "确认", "同意会议意见", "提交部门意见")
    become(page, live_server, "office1", path)
    say(page, "锁定", "复核无误", "提交再审结论")
    expect(page.locator("main")).to_contain_text("已锁定")
    assert_accessible(page)


def ask_the_public(page, live_server, entry, assert_accessible):
    page.goto(f"{live_server.url}/desk/catalogue/batches/")
    assert_accessible(page)
    page.get_by_label("批次名称").fill("第一批事项清单")
    page.get_by_role("button", name="建立批次").click()
    page.get_by_label(entry.name).check()
    assert_accessible(page)
    page.get_by_role("button", name="开始公示").click()
    expect(page.locator("main")).to_contain_text("公示中")
    assert CatalogueEntry.objects.get(pk=entry.pk).state == EntryState.COMMENT
    assert_accessible(page)


def test_guide_goes_from_its_department_to_the_public(
    page: Page, live_server, world, assert_accessible: Check
):
    entries = Entries(world)
    # given an editor who begins the revision of a special matter
    begin_a_revision(page, live_server, assert_accessible)
    # and a draft that says what changes
    entry = analyse_a_draft(page, live_server, entries, assert_accessible)
    path = f"/desk/catalogue/entries/{entry.pk}/"
    # when it is submitted
    submit(page, assert_accessible)
    # then two reviewers speak, and neither can speak for the other
    review_twice(page, live_server, entry, path, assert_accessible)
    # the office records the meeting and the deliberation
    record_the_meeting(page, live_server, world, path, assert_accessible)
    # the department confirms, the office locks
    confirm_and_lock(page, live_server, path, assert_accessible)
    # and the public is asked
    ask_the_public(page, live_server, entry, assert_accessible)


def test_citizen_comments_and_reads_the_answer(page: Page, live_server, world, assert_accessible: Check):
    # given a batch open for comment
    entries = Entries(world)
    entry = entries.at(EntryState.COMMENT)
    # when a citizen finds it from the foot of the first page
    page.goto(live_server.url)
    page.get_by_role("link", name="办事清单公示").click()
    assert_accessible(page)
    page.get_by_role("link", name="试验批次").click()
    page.get_by_text(entry.name).first.click()
    expect(page.get_by_text("申请材料齐全、符合法定形式")).to_be_visible()
    assert_accessible(page)
    # and says something, after a slip
    page.get_by_label("怎么称呼您").fill("滨江居民")
    page.get_by_role("button", name="提交意见").click()
    expect(page.locator(".error-summary")).to_contain_text("您的意见")
    expect(page.get_by_label("怎么称呼您")).to_have_value("滨江居民")
    assert_accessible(page)
    page.get_by_label("您的意见").fill("能不能周末也办？")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("等待答复")).to_be_visible()
    # then the office answers, and everybody reads it
    become(page, live_server, "office1", f"/desk/catalogue/batches/{entry.batch.number}/")
    page.get_by_label("答复").fill("可以，网上随时能提交。")
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已答复")
    assert_accessible(page)
    leave(page)
    page.goto(f"{live_server.url}/catalogue/comments/{entry.batch.number}/")
    expect(page.get_by_text("可以，网上随时能提交。")).to_be_visible()
    assert PublicComment.objects.get().answered_by == entries.office
