"""The administrator: a new colleague gets an account and a post, and a post comes to its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matters.models import StaffPost
from tests.journeys.acts import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]
NEWCOMER = "xin.tongshi"


def test_administrator_brings_in_a_colleague_and_ends_a_post(
    page: Page, live_server, world, assert_accessible: Check
):
    # given the administrator, who lands on the posts
    page.goto(f"{live_server.url}/accounts/sign-in/")
    sign_in(page, "admin")
    expect(page.get_by_role("heading", name="人员岗位", level=1)).to_be_visible()
    assert_accessible(page)
    # when a colleague's account is made by keyboard
    page.keyboard.press("n")
    page.get_by_label("姓名").fill("辛同事")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("初始密码").fill("Longjing-Tea-26")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_contain_text("已被使用")
    expect(page.get_by_label("姓名")).to_have_value("辛同事")
    assert_accessible(page)
    page.get_by_label("用户名").fill(NEWCOMER)
    page.keyboard.press("Control+Enter")
    # then a post is given, with a place because it is at a window
    expect(page.get_by_role("heading", name="任岗", level=1)).to_be_visible()
    expect(page.get_by_label("人员")).to_have_value(NEWCOMER)
    page.get_by_label("部门").select_option("SGB")
    page.get_by_label("岗位", exact=True).select_option("intake")
    page.get_by_role("button", name="任岗").click()
    expect(page.locator(".error-summary")).to_contain_text("服务网点")
    assert_accessible(page)
    page.get_by_label("服务网点").select_option("HALL")
    page.get_by_role("button", name="任岗").click()
    expect(page.get_by_role("status")).to_contain_text("已任岗：辛同事")
    # and found by filtering, without leaving the page
    page.get_by_label("姓名或用户名").fill("辛同事")
    page.get_by_role("button", name="筛选").click()
    row = page.get_by_role("row").filter(has_text=NEWCOMER)
    expect(page.locator("tbody tr")).to_have_count(1)
    assert_accessible(page)
    # and ended
    row.get_by_role("button", name="离岗：辛同事").click()
    expect(page.get_by_role("status")).to_contain_text("已办理离岗")
    assert not StaffPost.objects.current().filter(user__username=NEWCOMER).exists()


def test_administrator_cannot_end_the_last_administration(
    page: Page, live_server, world, assert_accessible: Check
):
    page.goto(f"{live_server.url}/accounts/sign-in/")
    sign_in(page, "admin")
    page.goto(f"{live_server.url}/desk/posts/?role=administrator")
    page.get_by_role("button", name="离岗：杨管理").click()
    expect(page.get_by_text("最后一个系统管理岗位")).to_be_visible()
    assert_accessible(page)


def test_clerk_sees_why_posts_are_not_theirs(page: Page, live_server, world, assert_accessible: Check):
    page.goto(f"{live_server.url}/accounts/sign-in/")
    sign_in(page, "counter1")
    page.goto(f"{live_server.url}/desk/posts/")
    expect(page.get_by_role("heading", name="您不能办理这一步")).to_be_visible()
    assert_accessible(page)
