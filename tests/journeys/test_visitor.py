"""Somebody who comes for the first time: finds what they came for, reads the guide, registers, comes back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser, Page, expect

from core.models import Sms
from portal.demo.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _given_the_hall_is_open(world, settings) -> None:
    settings.DEMO = True
    caches["near"].clear()


def latest_code() -> str:
    return re.search(r"验证码(\d{6})", Sms.objects.first().text).group(1)


def test_visitor_finds_a_matter_and_learns_why_one_trip_is_enough(
    page: Page, live_server, assert_accessible: Check
):
    # given the first page
    page.goto(live_server.url)
    expect(page.get_by_role("heading", name="办事，最多跑一次")).to_be_visible()
    assert_accessible(page)
    # when they type everyday words
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("二手房")
    suggestion = page.locator(".search__suggestions").get_by_role("link", name="二手房过户")
    expect(suggestion).to_be_visible()
    assert_accessible(page)
    # then the suggestion leads to the guide
    suggestion.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("不动产转移登记（存量房买卖）")
    expect(page.get_by_role("heading", name="为什么最多跑一次")).to_be_visible()
    expect(page.get_by_role("link", name="立即办理")).to_be_in_viewport()
    assert_accessible(page)


def test_visitor_narrows_a_search_and_takes_it_back(page: Page, live_server, assert_accessible: Check):
    page.goto(live_server.url)
    page.get_by_role("main").get_by_role("searchbox").fill("登记")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("登记")
    everything = page.locator(".matter-card").count()
    assert_accessible(page)
    page.get_by_role("navigation", name="缩小范围").get_by_role("link", name="当场办结").click()
    narrowed = page.locator(".matter-card").count()
    assert 0 < narrowed < everything
    page.get_by_role("link", name="全部取消").click()
    expect(page.locator(".matter-card")).to_have_count(everything)


def test_visitor_on_a_phone_opens_the_facets_by_tapping(page: Page, live_server):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{live_server.url}/search/?q=登记")
    facet = page.get_by_role("link", name="当场办结")
    expect(facet).to_be_hidden()
    page.get_by_text("缩小范围", exact=True).click()
    expect(facet).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/themes/person/", "/themes/company/", "/bundles/", "/bundles/B08/", "/search/?q=zzzz", "/matters/NOPE/",
        "/nowhere/", "/about/accessibility/", "/about/demo/", "/demo/sms/", "/accounts/sign-in/",
        "/accounts/reset-password/",
    ],
)  # fmt: skip
def test_visitor_meets_no_barrier(page: Page, live_server, path: str, assert_accessible: Check):
    page.goto(live_server.url + path)
    assert_accessible(page)


def test_visitor_registers_with_a_code_and_is_led_to_their_work(
    page: Page, live_server, assert_accessible: Check
):
    # given the form for a person
    page.goto(f"{live_server.url}/accounts/register/?next=/inbox/")
    expect(page.get_by_label("联系人姓名")).to_be_hidden()
    assert_accessible(page)
    # when they make a mistake, nothing is lost
    page.get_by_label("姓名或单位名称").fill("顾小舟")
    page.get_by_label("证件号码", exact=True).fill("330199199001018010")
    page.get_by_label("手机号码").fill("13912345678")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("#code-sent")).to_contain_text("139****5678")
    page.get_by_label("短信验证码").fill(latest_code())
    page.get_by_label("密码", exact=True).fill("Qiantang-River-8")
    page.get_by_label("确认密码").fill("Qiantang-River-8")
    page.get_by_role("button", name="注册", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("姓名或单位名称")).to_have_value("顾小舟")
    assert_accessible(page)
    # then with the number put right they are in
    page.get_by_label("证件号码", exact=True).fill("330199199001018013")
    page.get_by_label("密码", exact=True).fill("Qiantang-River-8")
    page.get_by_label("确认密码").fill("Qiantang-River-8")
    page.get_by_label("确认密码").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/inbox/")
    expect(page.get_by_role("heading", name="我的消息")).to_be_visible()
    assert_accessible(page)


def test_visitor_registering_a_company_is_asked_for_a_contact(
    page: Page, live_server, assert_accessible: Check
):
    page.goto(f"{live_server.url}/accounts/register/")
    page.get_by_label("企业和其他组织").check()
    expect(page.get_by_label("联系人姓名")).to_be_visible()
    expect(page.get_by_label("证件类型")).to_be_hidden()
    assert_accessible(page)


def test_visitor_without_javascript_searches_and_asks_for_a_code(browser: Browser, live_server):
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800}).new_page()
    plain.goto(live_server.url)
    plain.get_by_role("main").get_by_role("searchbox").fill("护照")
    plain.get_by_role("button", name="搜索").last.click()
    plain.get_by_role("link", name="办护照").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("普通护照签发")
    plain.goto(f"{live_server.url}/accounts/register/")
    plain.get_by_label("姓名或单位名称").fill("顾小舟")
    plain.get_by_label("手机号码").fill("13912345678")
    plain.get_by_role("button", name="获取验证码").click()
    expect(plain.locator("#code-sent")).to_contain_text("139****5678")
    expect(plain.get_by_label("姓名或单位名称")).to_have_value("顾小舟")
    plain.context.close()


def test_visitor_who_mistypes_five_times_is_told_when_to_come_back(
    page: Page, live_server, assert_accessible: Check
):
    page.goto(f"{live_server.url}/accounts/sign-in/")
    for _ in range(5):
        page.get_by_label("用户名、手机号码或证件号码").fill("citizen1")
        page.get_by_label("密码", exact=True).fill("wrong")
        page.get_by_label("密码", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="暂停登录")).to_be_visible()
    expect(page.get_by_text("15 分钟后")).to_be_visible()
    assert_accessible(page)


def test_visitor_in_elder_mode_finds_everything_larger(page: Page, live_server, assert_accessible: Check):
    page.goto(live_server.url)
    page.get_by_role("button", name="长辈版").click()
    expect(page.get_by_role("button", name="标准版")).to_be_visible()
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 20
    assert_accessible(page)
    page.goto(f"{live_server.url}/matters/SCJG-001/")
    assert_accessible(page)


def test_visitor_signs_in_reads_a_message_and_changes_the_password(
    page: Page, live_server, world, assert_accessible: Check
):
    world.accepted("SCJG-001")
    page.goto(f"{live_server.url}/inbox/")
    page.get_by_label("用户名、手机号码或证件号码").fill(world.citizen.phone)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/inbox/")
    assert_accessible(page)
    page.locator("a.letter").first.click()
    expect(page.get_by_role("article")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{live_server.url}/accounts/password/")
    assert_accessible(page)
    page.get_by_label("当前密码").fill("not this")
    page.get_by_label("新密码", exact=True).fill("Xihu-Lake-2026")
    page.get_by_label("确认密码").fill("Xihu-Lake-2026")
    page.get_by_role("button", name="修改密码").click()
    expect(page.locator(".error-summary")).to_contain_text("当前密码不正确")
    assert_accessible(page)


def test_a_phone_is_not_told_to_drag_a_file(page: Page, world, live_server):
    document = world.ready("SCJG-001").cases.get().certificate.document
    page.goto(f"{live_server.url}/verify/{document.verify_token}/")
    expect(page.get_by_text("或拖到这里")).to_be_visible()
    page.set_viewport_size({"width": 375, "height": 812})
    expect(page.get_by_text("或拖到这里")).to_be_hidden()
    expect(page.get_by_text("选择文件")).to_be_visible()


@pytest.mark.parametrize("path", ["/matters/SCJG-001/", "/bundles/B01/"])
def test_guide_invites_a_desk_to_the_phone_and_gives_a_phone_the_address(
    page: Page, live_server, path: str, assert_accessible: Check
):
    # given a guide on a desk, which invites to the phone
    page.goto(live_server.url + path)
    expect(page.get_by_role("img", name=re.compile("二维码"))).to_be_visible()
    expect(page.get_by_text(re.compile("^用手机打开"))).to_be_visible()
    address = page.locator(f"a[href$='{path}']", has_text="http")
    expect(address).to_be_hidden()
    # when it is open on the phone, then it does not, and shows what can be sent on
    page.set_viewport_size({"width": 375, "height": 812})
    expect(page.get_by_role("img", name=re.compile("二维码"))).to_be_hidden()
    expect(page.get_by_text(re.compile("^用手机打开"))).to_be_hidden()
    expect(address).to_be_visible()
    assert_accessible(page)
