"""The catalogue office: a file with a fault is mended by its list of problems, tried out and imported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.models import User
from matters.models import Matter
from tests.unit.matters.exchange.books import csv_of

pytestmark = pytest.mark.django_db(transaction=True)

Check = Callable[[Page], None]
HEADER = ["事项编码", "收费", "到现场次数"]


def attached(rows: list[list[str]]) -> dict:
    return {"name": "收费.csv", "mimeType": "text/csv", "buffer": csv_of([HEADER, *rows], "gb18030")}


def test_office_brings_in_a_file(
    page: Page, world, come: Callable[[User, str], None], assert_accessible: Check
):
    # given the office at its page
    come(world.cast.user("office1"), "/desk/catalogue/exchange/")
    expect(page.get_by_role("heading", name="导入导出", level=1)).to_be_visible()
    assert_accessible(page)
    # when a file with a fault is tried out
    page.get_by_label("目录文件").set_input_files(
        attached([["SCJG-001", "x" * 300, "1"], ["SCJG-999", "免费", "1"]])
    )
    page.get_by_role("button", name="上传并试算").click()
    # then each problem stands with its place, and the list can be taken along
    expect(page.get_by_text("文件有错误，没有导入任何内容")).to_be_visible()
    expect(page.get_by_text("收费（B）").first).to_be_visible()
    expect(page.get_by_text("是不是“到办事现场次数”？")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载问题清单（Excel）").click()
    assert download.value.suggested_filename == "问题清单-收费.xlsx"
    # and when it is mended, what would change is shown before anything does
    page.get_by_role("link", name="换一个文件").click()
    page.get_by_label("目录文件").set_input_files(attached([["SCJG-001", "免费", "1"]]))
    page.get_by_role("button", name="上传并试算").click()
    expect(page.get_by_text("更新的事项（1）")).to_be_visible()
    assert Matter.objects.get(code="SCJG-001").current.fee != "免费"
    assert_accessible(page)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("新的和改了的事项已发布新版本")).to_be_visible()
    assert Matter.objects.get(code="SCJG-001").current.fee == "免费"
