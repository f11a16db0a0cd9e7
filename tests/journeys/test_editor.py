"""An editor at a draft: typing saves itself, rows come and go, two versions side by side, preview, history, submission."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core import clock
from matters.enums import EntryState
from matters.models import CatalogueEntry
from matters.services.entries import saving
from tests.entries import Entries

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]


def named(verb: str, rest: str) -> re.Pattern[str]:
    """The name of a control whose latter part is only heard."""
    return re.compile(rf"^{verb}\s*{rest}$")


def stands(entry: CatalogueEntry) -> CatalogueEntry:
    return CatalogueEntry.objects.get(pk=entry.pk)


def begin_the_draft(page, come, entries, assert_accessible):
    come(entries.editor, "/desk/catalogue/?q=SCJG-001")
    assert_accessible(page)
    page.get_by_role("link", name=named("修改", "：公司设立登记")).click()
    page.get_by_role("button", name="起草").click()
    expect(page.get_by_text("与第 1 版没有不同")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="编辑内容").click()
    assert_accessible(page)
    return CatalogueEntry.objects.get(code="SCJG-001")


def type_something(page, entry):
    page.get_by_label("日常用语").fill("开公司")
    expect(page.locator("#entry-saved")).to_contain_text("已保存")
    assert stands(entry).content["everyday_name"] == "开公司"


def type_something_wrong(page, assert_accessible):
    page.get_by_role("link", name="办理时限").click()
    page.get_by_label("承诺办结时限", exact=False).first.fill("很快")
    expect(page.locator("#fault-promised_limit-value")).to_contain_text("整数")
    expect(page.get_by_role("heading", name="这一部分还有 1 处要改")).to_be_visible()
    assert_accessible(page)
    page.reload()
    expect(page.get_by_label("承诺办结时限", exact=False).first).to_have_value("很快")
    page.get_by_label("承诺办结时限", exact=False).first.fill("0")
    expect(page.locator("#fault-promised_limit-value")).to_be_empty()


def add_and_drop_a_material(page, entry, assert_accessible):
    page.get_by_role("link", name="情形、材料与流程").click()
    assert_accessible(page)
    page.get_by_role("button", name=named("加一项", "申请材料")).click()
    page.get_by_label("材料名称").fill("新添的材料")
    expect(page.locator("#entry-saved")).to_contain_text("已保存")
    assert_accessible(page)
    page.get_by_role("button", name=named("上移", "第 8 项申请材料")).click()
    expect(page.locator(r"#materials\[6\]")).to_contain_text("新添的材料")
    assert [one["name"] for one in stands(entry).content["materials"]].index("新添的材料") == 6
    page.get_by_role("button", name=named("删去", "第 7 项申请材料")).click()
    expect(page.get_by_text("新添的材料")).to_have_count(0)


def edit_a_step(page, assert_accessible):
    page.get_by_role("button", name=named("编辑", "第 1 项办理流程")).click()
    expect(page.get_by_label("环节名称")).to_have_value("当场审查决定")
    assert_accessible(page)


def meet_another_change(page, entry, entries, assert_accessible):
    page.get_by_role("link", name="基本信息").click()
    other = stands(entry)
    saving.save(
        entry_id=entry.pk,
        revision=other.revision,
        content={**other.content, "everyday_name": "办执照"},
        by=entries.editor,
        now=clock.now(),
    )
    page.get_by_label("日常用语").fill("注册")
    expect(page.locator("#entry-saved")).to_contain_text("没有保存")
    assert_accessible(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", name="两份修改，逐处选择")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("用我填写的").check()
    page.get_by_role("button", name="按所选的保存").click()
    expect(page.get_by_label("日常用语")).to_have_value("注册")


def preview_and_restore(page, world, entry, assert_accessible):
    page.get_by_role("button", name="保存并预览").click()
    expect(page.get_by_text("还没有发布")).to_be_visible()
    assert_accessible(page)
    page.goto(page.url.replace("preview", "history"))
    assert_accessible(page)
    page.get_by_role("link", name=named("与现在比较、恢复", "：起草时")).click()
    assert_accessible(page)
    page.get_by_role("button", name="恢复成那时的内容").click()
    expect(page.get_by_role("status").first).to_contain_text("已恢复")
    assert stands(entry).content == world.version("SCJG-001").content


def submit(page, entry):
    page.goto(page.url.replace("history/", ""))
    page.get_by_label("改了什么、为什么改").fill("没有改动，试一试")
    page.get_by_role("button", name="上报").click()
    expect(page.get_by_role("status").first).to_contain_text("已上报")
    assert stands(entry).state == EntryState.GROUP_REVIEW


def test_editor_revises_a_matter(page: Page, come, world, assert_accessible: Check):
    entries = Entries(world, "SCJG-001")
    # given an editor who finds the matter in the catalogue
    entry = begin_the_draft(page, come, entries, assert_accessible)
    # when something is typed, it is saved without a button
    type_something(page, entry)
    # and what is wrong is kept, and named at once
    type_something_wrong(page, assert_accessible)
    # a material is added in place
    add_and_drop_a_material(page, entry, assert_accessible)
    # a step of the flow is edited beside its picture
    edit_a_step(page, assert_accessible)
    # somebody else saves meanwhile: both versions are shown
    meet_another_change(page, entry, entries, assert_accessible)
    # then the preview is what citizens will read, the history says who changed what
    preview_and_restore(page, world, entry, assert_accessible)
    # and the draft is submitted where it stands
    submit(page, entry)


def test_what_was_typed_is_saved_when_somebody_leaves_at_once(page: Page, come, world):
    entries = Entries(world)
    entry = entries.draft()
    come(entries.editor, f"/desk/catalogue/entries/{entry.pk}/edit/basic/")
    page.get_by_label("日常用语").press_sequentially("匆")
    page.get_by_role("link", name="办理时限").click()
    expect(page.get_by_role("heading", name="办理时限")).to_be_visible()
    page.get_by_role("link", name="基本信息").click()
    expect(page.get_by_label("日常用语")).to_have_value(
        "匆" + stands(entry).content["everyday_name"].strip("匆")
    )
    assert "匆" in stands(entry).content["everyday_name"]


def test_editor_works_without_javascript(browser, live_server, world):
    entries = Entries(world)
    entry = entries.draft()
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    client = world.client(entries.editor)
    context.add_cookies(
        [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
    )
    page.goto(f"{live_server.url}/desk/catalogue/entries/{entry.pk}/edit/process/")
    count = len(entry.content["materials"])
    page.get_by_role("button", name=named("加一项", "申请材料")).click()
    page.get_by_label("材料名称").fill("没有脚本也能加")
    page.get_by_label("材料名称").press("Enter")  # the first button of the form is to save
    assert stands(entry).content["materials"][count]["name"] == "没有脚本也能加"
    page.get_by_role("button", name=named("上移", f"第 {count + 1} 项申请材料")).click()
    assert stands(entry).content["materials"][count - 1]["name"] == "没有脚本也能加"
    page.get_by_role("button", name=named("删去", f"第 {count} 项申请材料")).click()
    assert stands(entry).content["materials"] == entry.content["materials"]
    context.close()
