"""Given a case nobody finished in time; when the department appeals and the supervisor answers; then all of it stands there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.models import Clock
from applications.services import review
from core import clock
from supervision.models import Card
from supervision.sweeps import run_cards
from tests.journeys.acts import shot

pytestmark = pytest.mark.django_db(transaction=True)


def test_department_appeals_and_the_supervisor_answers(world, page, come, assert_accessible):
    application = world.accepted("SCJG-007")
    other = world.accepted("B04", applicant=world.company)
    review.claim(task_id=world.task(application).pk, by=world.reviewer("SCJG"), now=world.now())
    promised = Clock.objects.get(application=application, kind="promised", case__isnull=False)
    clock.set_to(promised.due_at + timedelta(hours=10))
    run_cards(now=world.now())
    yellow = Card.objects.get(application=application, code="promised-yellow")
    del other

    come(world.supervisor, "/supervision/")
    assert_accessible(page)
    shot(page, "overview")
    page.get_by_role("link", name="监察牌", exact=True).click()
    assert_accessible(page)
    shot(page, "cards")
    page.get_by_role("link", name="监察规则", exact=True).click()
    assert_accessible(page)
    shot(page, "rules")
    page.get_by_role("link", name="超过承诺时限").click()
    assert_accessible(page)
    shot(page, "rule")

    come(world.head("SCJG"), f"/supervision/cards/{yellow.pk}/")
    page.get_by_label("申诉理由").fill("平台停机两天。")
    page.get_by_role("button", name="提出申诉").click()
    page.get_by_text("等待效能监督答复申诉").wait_for()
    assert_accessible(page)

    come(world.supervisor, "/supervision/cards/?status=appealed")
    page.get_by_role("link", name=application.cases.get().number).click()
    assert_accessible(page)
    shot(page, "card")
    page.get_by_role("region", name="撤销").get_by_label("理由").fill("停机属实。")
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销").first.wait_for()
    shot(page, "withdrawn")
    come(world.supervisor, f"/queue/{world.task(application).pk}/urge/")
    shot(page, "urge")
    page.get_by_label("督办内容").fill("请今天办结。")
    page.get_by_role("button", name="督办").click()
    shot(page, "urged")
