"""Given a form half filled in; when the database goes away as it is sent; then the page keeps it until it is back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from applications.models import Application
from tests.journeys.acts import shot, sign_in
from tests.workers import crew, database_that_refuses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


def begin(page, address):
    page.goto(f"{address}/apply/matter/SCJG-007/")
    sign_in(page, "company1")
    page.get_by_role("button", name="开始申请").click()
    page.get_by_role("link", name="填写信息").first.click()
    page.get_by_label("办理对象").fill("山水<茶>馆")
    page.get_by_label("补充说明").fill("第一行\n第二行")


def test_what_was_typed_outlives_the_database(world, page, tmp_path, assert_accessible):
    with crew(tmp_path) as processes:
        address = f"http://127.0.0.1:{processes.web().port}"
        begin(page, address)
        with database_that_refuses():
            page.get_by_role("button", name="保存并继续").click()
            expect(page.get_by_role("heading", level=1, name="系统暂时不能办理")).to_be_visible()
            assert_accessible(page)
            shot(page, "outage-typed")
            page.get_by_role("button", name="再提交一次").click()
            expect(page.get_by_text("您填写的内容还留在这个页面里")).to_be_visible()
            shown = page.context.new_page()
            shown.goto(f"{address}/bundles/")
            shot(shown, "outage")
            assert_accessible(shown)
            shown.close()

        page.get_by_role("button", name="再提交一次").click()
        expect(page.get_by_role("heading", level=1, name="上传材料")).to_be_visible()
    draft = Application.objects.get()
    assert (draft.subject, draft.detail.splitlines()) == ("山水<茶>馆", ["第一行", "第二行"])
