"""Given a simulated opinion that waits for two things; when they are handed in, what does not fit is named, and what fits is decided."""

from __future__ import annotations

import pytest

from applications.models import Case
from applications.services import drafts, review, simulating
from portal.demo.papers import sample_paper
from tests.journeys.acts import shot

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = "ZRZY"


def paper(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": sample_paper("土地出让合同")}


def at_decision(world):
    draft = world.draft("ZRZY-007", applicant=world.company)
    answers = drafts.Answers(
        subject="新建厂房", is_simulated=True, still_missing="土地出让合同\n地质灾害评估"
    )
    drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())
    application = world.road.accept(world.road.submit(draft))
    world.carry()
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    return review.claim(task_id=task.pk, by=world.decider(OFFICE), now=world.now())


def test_what_is_missing_is_handed_in_and_what_does_not_fit_is_named(world, page, come, assert_accessible):
    task = at_decision(world)
    application, decider = task.case.application, world.decider(OFFICE)

    come(decider, f"/queue/{task.pk}/simulate/")
    page.get_by_label("模拟准予").check()
    page.get_by_label("条件或理由").fill("补齐以下两项。")
    assert_accessible(page)
    shot(page, "simulate")
    page.get_by_role("button", name="出具模拟意见").click()
    page.get_by_text("模拟意见已出具").wait_for()
    world.carry()

    come(world.company.user, f"/applications/{application.number}/")
    assert_accessible(page)
    shot(page, "application")
    page.get_by_role("link", name="补齐前置条件").click()
    assert_accessible(page)
    page.locator("input[type=file]").nth(0).set_input_files(paper("合同.pdf"))
    page.locator("input[type=file]").nth(1).set_input_files(paper("评估.pdf"))
    page.get_by_role("button", name="先上传选好的文件，稍后再提交").click()
    page.get_by_text("文件已更新").wait_for()
    assert_accessible(page)
    shot(page, "supply")
    page.get_by_role("button", name="提交补齐的材料").click()
    page.get_by_text("核对中").first.wait_for()
    shot(page, "checking")

    back = world.task(application)
    review.claim(task_id=back.pk, by=decider, now=world.now())
    come(decider, f"/queue/{back.pk}/")
    assert_accessible(page)
    shot(page, "task")
    page.get_by_role("link", name="退回补齐的材料").click()
    page.get_by_label("土地出让合同").check()
    page.get_by_label("为什么不符，怎样才相符").fill("缺少骑缝章，请盖章后重新上传。")
    assert_accessible(page)
    shot(page, "return")
    page.get_by_role("button", name="退回补齐的材料").click()
    page.get_by_text("已告知申请人哪些不符").wait_for()


def test_the_window_takes_what_is_missing_and_it_is_converted(world, page, come, assert_accessible):
    task = at_decision(world)
    application, decider = task.case.application, world.decider(OFFICE)
    simulating.simulate(
        task_id=task.pk, outcome="granted", conditions="补齐以下两项。", by=decider, now=world.now()
    )
    world.carry()

    come(world.clerk, f"/counter/applications/{application.number}/")
    shot(page, "counter")
    page.get_by_role("link", name="代收补齐材料").click()
    assert_accessible(page)
    shot(page, "counter-supply")
    for box in page.get_by_label("收到纸质材料").all():
        box.check()
    page.get_by_role("button", name="提交补齐的材料").click()
    page.get_by_text("部门已得到提醒").wait_for()

    back = world.task(application)
    review.claim(task_id=back.pk, by=decider, now=world.now())
    come(decider, f"/queue/{back.pk}/convert/")
    assert_accessible(page)
    shot(page, "convert")
    page.get_by_role("button", name="转为正式决定").click()
    page.get_by_text("已转为正式决定").wait_for()
    assert Case.objects.get(pk=task.case_id).status == "granted"
