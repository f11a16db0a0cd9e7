"""A company is asked once to correct what it handed in, and does so online; another application it withdraws."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from applications.items import Item
from applications.models import Application
from applications.services import corrections
from core import clock
from tests.journeys.acts import photo, sign_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def ask(world: World, application: Application) -> None:
    material = application.materials.filter(disposition="ask", is_required=True).first()
    items = [
        Item(
            what=material.name,
            reason="签字页缺少法定代表人签字",
            how="补签后重新扫描上传",
            material_id=material.pk,
        ),
        Item(what="经营范围", reason="与申请书第2页不一致", how="写明以哪一处为准"),
    ]
    corrections.ask(application_id=application.pk, items=items, by=world.clerk, now=clock.now())


def test_a_company_corrects_everything_at_once_online(page: Page, world, assert_accessible):
    # given an application the window has asked to correct
    application = world.submitted("SCJG-007", applicant=world.company, by_courier=True)
    ask(world, application)
    page.goto("/applications/?state=turn")
    sign_in(page, "company1")

    # when the company sees that it is its turn, and until when
    expect(page.get_by_text("等待您补正材料 · 请在9月28日（周一）前补正")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="食品经营许可（新办）").click()
    expect(page.locator(".standing")).to_contain_text("2 项要补正的内容")
    assert_accessible(page)
    page.get_by_role("link", name="去补正").click()
    expect(page.get_by_text("签字页缺少法定代表人签字")).to_be_visible()
    assert_accessible(page)

    # and answers one of two, nothing is lost
    first, second = application.correction.items.all()
    page.get_by_label("“经营范围”的补正说明").fill("以申请书第2页为准")
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator("[data-error-summary]")).to_contain_text(f"请补正“{first.what}”")
    expect(page.get_by_label("“经营范围”的补正说明")).to_have_value("以申请书第2页为准")
    assert_accessible(page)

    # and then hands in the file too
    page.locator(f"#file-{first.pk}").set_input_files([photo("补签页.jpg")])
    page.get_by_role("button", name="提交补正").click()

    # then it is the window's turn again, without a trip
    expect(page.locator(".standing__where")).to_have_text("补正已收到，等待窗口审核")
    expect(page.get_by_role("link", name=re.compile("^补签页.jpg"))).to_be_visible()
    expect(page.get_by_text("到现在为止，没有跑过窗口")).to_be_visible()
    assert application.correction.items.get(pk=second.pk).answer == "以申请书第2页为准"
    assert_accessible(page)


def test_a_company_withdraws_after_being_asked_whether_it_means_it(page: Page, world, assert_accessible):
    # given a bundle with its first matter under way
    application = world.accepted("B01", applicant=world.company)
    page.goto(f"/applications/{application.number}/")
    sign_in(page, "company1")
    expect(page.locator(".case")).to_have_count(4)
    assert_accessible(page)

    # when it presses withdraw, says no, then gives its reason
    page.get_by_role("button", name="撤回申请").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("食品经营许可（新办）")
    assert_accessible(page)
    dialog.get_by_role("link", name="不撤回").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="撤回申请").click()
    page.get_by_label("撤回原因").fill("换了经营场所，准备好再报")
    page.get_by_role("button", name="确定撤回").click()

    # then everything has stopped, and why is on record
    expect(page.locator(".standing__where")).to_have_text("已撤回")
    expect(page.get_by_text("换了经营场所，准备好再报").first).to_be_visible()
    application.refresh_from_db()
    assert application.status == "withdrawn"
    assert_accessible(page)
