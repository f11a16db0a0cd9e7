"""An editor adopts a template, says why something differs, and sees the check vanish; citizens see what differs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from matters.models import CatalogueEntry
from tests.entries import Entries

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]


def test_editor_adopts_a_template_and_explains_a_deviation(page: Page, come, world, assert_accessible: Check):
    entries = Entries(world, "SCJG-008")
    # given an editor at the list of templates, where one matter does not follow its template yet
    come(entries.editor, "/desk/catalogue/templates/")
    assert_accessible(page)
    page.get_by_text("哪些要素可以与模板不同").click()
    assert_accessible(page)
    page.get_by_role("link", name="食品经营许可（变更/延续）").click()
    assert_accessible(page)
    page.get_by_role("row", name="SCJG-008").get_by_role("link", name="修改").click()
    expect(page.get_by_label("修订哪个事项")).to_have_value("SCJG-008")
    assert_accessible(page)
    page.get_by_role("button", name="起草").click()
    # when the draft adopts it, what both say is chosen side by side
    page.get_by_role("link", name="编辑内容").click()
    page.get_by_role("link", name="所依模板").click()
    expect(page.get_by_text("还没有依任何模板")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("依哪个模板").select_option(index=1)
    page.get_by_role("button", name="采用").click()
    expect(page.get_by_role("heading", name="逐处选择")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("保留本地的").check()
    page.get_by_role("button", name="按所选的保存").click()
    expect(page.get_by_text("本地有 1 处不同")).to_be_visible()
    assert_accessible(page)
    # and where the place departs from it, the check asks why
    page.get_by_role("link", name="基本信息").click()
    page.get_by_label("行使层级").select_option("5")
    expect(page.locator("#entry-revision")).to_have_value("2")
    page.get_by_role("link", name="所依模板").click()
    unexplained = page.locator("#entry-live").get_by_text("没有写明与模板不同的理由").first
    expect(unexplained).to_be_visible()
    assert_accessible(page)
    page.get_by_label("为什么不同：行使层级").fill("权限已下放到市场监管所。")
    page.get_by_role("button", name="保存理由").click()
    # then it is satisfied, and whoever judges the draft reads the reason
    expect(page.locator("#entry-live").get_by_text("没有写明与模板不同的理由")).to_have_count(0)
    said = CatalogueEntry.objects.get(code="SCJG-008").content
    assert said["deviations"] == [{"key": "exercise_level", "why": "权限已下放到市场监管所。"}]
    page.get_by_role("button", name="保存，去上报").click()
    expect(page.get_by_role("heading", name="走到哪一步")).to_be_visible()
    expect(page.get_by_text("权限已下放到市场监管所。").first).to_be_visible()
    assert_accessible(page)


def test_citizen_sees_what_differs_from_the_template(page: Page, world, assert_accessible: Check):
    page.goto("/matters/SCJG-007/")
    page.get_by_text("依据省级模板第 1 版；本地有 3 处不同").click()
    expect(page.get_by_text("现场核查由执法大队在 2 个工作日内完成")).to_be_visible()
    assert_accessible(page)
