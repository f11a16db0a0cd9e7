"""A head extends a limit: the applicant gets the notice with the reason and the new day, and there is no second time."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from applications.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_head_extends_with_notice_once(page, world, come, assert_accessible):
    # given a case under review whose limit will not do
    application = world.accepted("YCJ-001")
    task = world.task(application)
    before = task.case.statutory_due_at

    # when the head of the department extends it from the task
    come(world.head("YCJ"), f"/queue/{task.pk}/")
    page.get_by_text("更多操作").click()
    for width in (375, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        menu = page.locator(".more-acts > ul").bounding_box()
        assert menu["x"] >= 0
        assert menu["x"] + menu["width"] <= width
    page.get_by_role("link", name="批准延期").click()
    assert_accessible(page)
    page.get_by_role("button", name="批准延期").click()
    expect(page.get_by_text("请写明延期的理由").first).to_be_visible()
    page.get_by_label("延长几个工作日").fill("10")
    page.get_by_label("延期理由").fill("需要再次核实经营场所距离。")
    page.get_by_role("button", name="批准延期").click()

    # then the limit is later, and the task says so
    expect(page.get_by_text("已批准延期，告知书已发出")).to_be_visible()
    assert_accessible(page)
    assert Case.objects.get(pk=task.case_id).statutory_due_at > before

    # and it cannot be extended again
    page.goto(page.url.rstrip("/") + "/extend/")
    expect(page.get_by_text("现在不能办")).to_be_visible()

    # and the applicant reads the reason and finds the notice
    come(world.citizen.user, f"/applications/{application.number}/")
    expect(page.get_by_role("link", name="延期办理告知书").first).to_be_visible()
    page.goto("/inbox/")
    page.get_by_role("link", name="办理时限依法延长").click()
    expect(
        page.get_by_text("因需要再次核实经营场所距离，经烟草专卖局负责人批准延长 10 个工作日").first
    ).to_be_visible()
