"""Somebody who wants to know what to bring: the guide, the questions, the list, and papers to carry away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser, Page, expect

from core import clock
from core.models import User
from matters.enums import MatterState
from matters.models import GuideBook, Matter
from matters.services import guide_books
from matters.services.catalogue_import import import_catalogue
from tests.journeys.acts import photo
from tests.world import forget_cached

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _given_the_hall_is_open(world, settings, tmp_path) -> None:
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    caches["near"].clear()
    forget_cached()


def answer(page: Page, label: str) -> None:
    page.get_by_label(re.compile(f"^{label}")).check()
    page.get_by_role("button", name="继续").click()


def test_visitor_answers_two_questions_and_knows_what_to_bring(
    page: Page, live_server, assert_accessible: Check
):
    # given the guide of a passport
    page.goto(f"{live_server.url}/matters/GAJ-001/")
    expect(page.get_by_role("heading", name="常见问题")).to_be_visible()
    assert_accessible(page)
    # when a parent answers for their child
    page.get_by_role("link", name="看看我该带什么").click()
    expect(page.get_by_role("group", name="首次申请，还是换发、补发？")).to_be_visible()
    assert_accessible(page)
    answer(page, "首次申请")
    answer(page, "未满16周岁")
    # then the list is exactly theirs
    expect(page.get_by_role("heading", level=1)).to_have_text("您要带 3 份材料")
    expect(page.locator(".material__name", has_text="监护人身份及监护关系证明")).to_be_visible()
    expect(page.get_by_text("单位或上级主管部门同意办理的证明")).to_have_count(0)
    assert_accessible(page)
    # and the answers go along to the application
    expect(page.get_by_role("link", name="立即办理")).to_have_attribute(
        "href", re.compile(r"\?kind=first&age=child$")
    )
    # and the browser's way back leads to the question before
    page.go_back()
    expect(page.get_by_role("group", name="申请人多大？")).to_be_visible()


def test_visitor_changes_an_answer(page: Page, live_server):
    page.goto(f"{live_server.url}/matters/GAJ-001/situations/?kind=first&age=child")
    page.get_by_role("link", name=re.compile("^改.*多大")).click()
    answer(page, "已满16周岁")
    answer(page, "不是")
    expect(page.get_by_role("heading", level=1)).to_have_text("您要带 2 份材料")


def test_visitor_who_chooses_nothing_is_told_so(browser: Browser, live_server):
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800}).new_page()
    plain.goto(f"{live_server.url}/matters/GAJ-001/situations/?~step=kind")
    expect(plain.get_by_text("请选择一项，再继续").first).to_be_visible()
    plain.get_by_label(re.compile("^换发或补发")).check()
    plain.get_by_role("button", name="继续").click()
    plain.get_by_label(re.compile("^未满16周岁")).check()
    plain.get_by_role("button", name="继续").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("您要带 3 份材料")
    plain.context.close()


def test_visitor_prints_the_notice_and_takes_papers_along(page: Page, live_server):
    page.goto(f"{live_server.url}/matters/GAJ-001/situations/?kind=renewal&age=child")
    with page.expect_request("**/notice/") as sent:
        page.get_by_role("button", name="打印一次性告知单").click()
    assert sent.value.method == "POST"
    assert sent.value.response().headers["content-type"] == "application/pdf"
    for path, kind in (
        ("/matters/GAJ-001/leaflet.pdf", "application/pdf"),
        ("/matters/GAJ-001/forms/1.pdf", "application/pdf"),
        ("/matters/GAJ-001/qr.png", "image/png"),
        ("/bundles/B01/qr.svg", "image/svg+xml"),
    ):
        answered = page.request.get(live_server.url + path)
        assert (answered.status, answered.headers["content-type"]) == (200, kind)


def test_visitor_of_a_bundle_is_asked_once_for_all_its_matters(
    page: Page, live_server, assert_accessible: Check
):
    page.goto(f"{live_server.url}/bundles/B01/")
    assert_accessible(page)
    page.get_by_role("link", name="看看我该带什么").click()
    assert_accessible(page)
    page.get_by_label("城镇污水排入排水管网许可").check()
    page.get_by_role("button", name="继续").click()
    answer(page, "委托他人办理")
    answer(page, "没有")
    answer(page, "不是")
    expect(page.locator(".material__name", has_text="授权委托书及受托人身份证")).to_have_count(1)
    assert_accessible(page)


@pytest.fixture
def _given_a_suspended_matter():
    """The catalogue outlives a test, so what is suspended here is taken up again."""
    found = Matter.objects.filter(code="GAJ-003")
    found.update(
        state=MatterState.SUSPENDED, state_since=clock.now(), state_reason="系统升级，九月一日恢复。"
    )
    yield
    found.update(state=MatterState.IN_USE, state_since=None, state_reason="")


@pytest.mark.usefixtures("_given_a_suspended_matter")
def test_visitor_reads_why_a_matter_is_suspended(page: Page, live_server, assert_accessible: Check):
    page.goto(f"{live_server.url}/matters/GAJ-003/")
    expect(page.get_by_text("系统升级，九月一日恢复。")).to_be_visible()
    expect(page.get_by_role("link", name="立即办理")).to_have_count(0)
    assert_accessible(page)


def test_visitor_has_a_book_of_guides_set(page: Page, live_server, assert_accessible: Check):
    page.goto(f"{live_server.url}/guide-books/")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("公安局汇编")).click()
    expect(page.get_by_role("status").filter(has_text="正在读取")).to_be_visible()
    assert_accessible(page)
    guide_books.set_book(book_id=GuideBook.objects.get().pk, now=clock.now())
    expect(page.get_by_role("link", name="打开汇编（PDF）")).to_be_visible(timeout=10_000)
    assert_accessible(page)


def test_editor_uploads_a_form_and_gets_its_number(page: Page, live_server, come, assert_accessible: Check):
    come(User.objects.get(username="gaj.editor"), "/desk/guide-files/")
    assert_accessible(page)
    page.get_by_role("button", name="上传").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("表格或样表").set_input_files(photo("护照申请表.jpg"))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("link", name="护照申请表.jpg")).to_be_visible()
    expect(page.locator("td .code")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    assert_accessible(page)


def test_visitor_compares_what_a_guide_said_with_what_it_says(
    page: Page, live_server, world, assert_accessible: Check
):
    # given a guide that was changed, and will be changed again
    content = Matter.objects.get(code="GAJ-001").current.content
    for change in (
        {"fee": "60元/本", "materials": content["materials"][:-1]},
        {"effective_on": "2999-01-01"},
    ):
        content |= change
        text = json.dumps({"matters": [content]}, ensure_ascii=False)
        import_catalogue(text=text, by=None, now=world.now())
    # when somebody goes to its versions from the foot of the guide
    page.goto(f"{live_server.url}/matters/GAJ-001/")
    page.get_by_role("link", name="这份指南的各个版本").click()
    expect(page.get_by_role("row", name=re.compile("第 3 版.*待生效.*2999年1月1日"))).to_be_visible()
    assert_accessible(page)
    # and compares two of them by keyboard
    page.get_by_label("版本", exact=True).select_option("第 1 版")
    page.get_by_label("与哪一版比较").select_option("第 2 版")
    page.get_by_role("button", name="比较").press("Enter")
    expect(page.get_by_role("heading", name="第 1 版与第 2 版")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="60元/本")).to_be_visible()
    assert_accessible(page)
    # then the old one can still be read, and not applied under
    page.get_by_role("link", name="第 1 版", exact=True).click()
    expect(page.get_by_text("已被新版替代")).to_be_visible()
    expect(page.get_by_role("link", name="立即办理")).to_have_count(0)
    assert_accessible(page)
