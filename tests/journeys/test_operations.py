"""Given work that no worker took; when the administrator looks why and sends it again; then nothing is stuck any more."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from playwright.sync_api import expect

from applications.models import ReviewTask
from core.models.dispatch import STUCK_AFTER
from tests.journeys.acts import shot

pytestmark = pytest.mark.django_db(transaction=True)


def test_administrator_sends_again_what_did_not_arrive(world, page, come, assert_accessible):
    caches["near"].clear()
    world.accepted("SCJG-007")
    application = world.road.accept(world.submitted("SCJG-007"))
    lost = ReviewTask.objects.get(case__application=application, status="released")
    ReviewTask.objects.filter(pk=lost.pk).update(
        attempts=STUCK_AFTER, last_error="OperationalError: could not connect to server"
    )

    come(world.administrator, "/desk/operations/")
    expect(page.get_by_text("有没有送达的工作：派发部门任务")).to_be_visible()
    assert_accessible(page)
    shot(page, "operations")
    page.get_by_text("没有在途的工作").first.click()
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "operations"):
        page.evaluate("htmx.ajax('GET', '/desk/operations/', {target: '#operations', swap: 'outerHTML'})")
    expect(page.locator("#quiet-kinds[open]")).to_be_visible()  # what was unfolded stays so
    page.get_by_role("link", name="查看原因，重新派发").click()
    expect(page.get_by_text("could not connect to server")).to_be_visible()
    assert_accessible(page)
    shot(page, "operations-trouble")

    page.get_by_role("button", name=f"重新派发：{lost.case.number}").click()
    expect(page.get_by_text("已重新派发")).to_be_visible()
    expect(page.get_by_text("没有卡住的")).to_be_visible()
    assert_accessible(page)
