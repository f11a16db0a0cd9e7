"""What a department keeps beside its tasks: many at once, saved filters, rules, absences, ready sentences."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from applications.models import Absence, AssignmentRule, BulkAct, OpinionTemplate
from applications.services import bulk, review
from core.clock import local_date

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def ask_for(page: Page, act: str) -> None:
    """Tick every row of the page by key and press one of the acts on many."""
    expect(page.locator("[data-pick]").first).to_be_attached()
    page.locator("body").press("a")
    page.get_by_role("button", name=act).click()


def run(world, *, size: int = bulk.SLICE) -> None:
    """Do what a worker does with one message of the latest bulk act."""
    bulk.run_slice(bulk_id=BulkAct.objects.latest("pk").pk, now=world.now(), size=size)


def test_many_are_claimed_and_passed_at_once_and_what_is_refused_is_listed(
    page, world, come, assert_accessible
):
    # given three reviews, one of which a colleague has taken since the list was opened
    tasks = [world.task(world.accepted("SCJG-007")) for _ in range(3)]
    world.accepted("SCJG-008")
    come(world.reviewer("SCJG"), "/queue/?matter=SCJG-007")
    review.claim(task_id=tasks[1].pk, by=world.reviewer2("SCJG"), now=world.now())

    # when the reviewer keeps this view of the queue under a name, and finds it again
    page.get_by_label("把这个筛选保存为").fill("食品新办")
    page.get_by_role("button", name="保存", exact=True).click()
    saved = page.get_by_role("navigation", name="保存的筛选").get_by_role("link", name="食品新办")
    page.goto("/queue/")
    saved.click()
    expect(saved).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("row")).to_have_count(4)
    assert_accessible(page)

    # and claims all of it at once, while a worker does two of them
    ask_for(page, "批量领取")
    expect(page.get_by_role("status").filter(has_text="已办 0 / 3 件")).to_be_visible()
    run(world, size=2)
    expect(page.get_by_text("已办 2 / 3 件")).to_be_visible()
    assert_accessible(page)
    run(world)

    # then the one that was taken is listed with its reason, where it can be opened
    expect(page.get_by_text("成功 2 件，未办成 1 件")).to_be_visible()
    refused = page.get_by_role("row").filter(has_text=f"{world.reviewer2('SCJG').name}已领取这项任务")
    expect(refused.get_by_role("link", name=tasks[1].case.number)).to_be_visible()
    assert_accessible(page)

    # when the rest is passed with one opinion
    page.goto("/queue/?state=mine")
    ask_for(page, "批量通过")
    page.get_by_role("button", name="批量通过").click()
    expect(page.get_by_text("请写明意见。").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("textbox", name="意见").fill("材料齐全、符合法定形式。")
    page.get_by_role("button", name="批量通过").click()
    page.wait_for_url(re.compile(r"/queue/bulk/\d+/$"))
    run(world)

    # then both are done, and the list of bulk acts says so
    expect(page.get_by_text("已办 2 / 2 件，成功 2 件")).to_be_visible()
    page.get_by_role("link", name="批量办理", exact=True).click()
    expect(page.get_by_text("已办完")).to_have_count(2)
    assert_accessible(page)


def test_a_decider_grants_many_at_once(page, world, come, assert_accessible):
    # given two decisions that wait in the same queue
    applications = [world.accepted("SCJG-001") for _ in range(2)]
    come(world.decider("SCJG"), "/queue/")

    # when both are granted at once, without conditions
    ask_for(page, "批量准予")
    assert_accessible(page)
    page.get_by_role("button", name="批量准予").click()
    page.wait_for_url(re.compile(r"/queue/bulk/\d+/$"))
    run(world)

    # then each has its own decision
    expect(page.get_by_text("已办 2 / 2 件，成功 2 件")).to_be_visible()
    assert {application.cases.get().status for application in applications} == {"granted"}


def test_a_head_gives_out_what_arrives_and_who_is_away_has_a_deputy(page, world, come, assert_accessible):
    # given a head who has what arrives given to one colleague
    away, deputy = world.reviewer("SCJG"), world.reviewer2("SCJG")
    come(world.head("SCJG"), "/queue/rules/")
    expect(page.get_by_text("还没有规则")).to_be_visible()
    page.get_by_label("给指定的人").check()
    page.get_by_label("指定的人（选填）").select_option(label=away.name)
    page.get_by_role("button", name="添加规则").click()
    expect(page.get_by_role("row").filter(has_text=f"给{away.name}")).to_be_visible()
    assert_accessible(page)
    task = world.task(world.accepted("SCJG-007"))
    assert task.claimed_by == away

    # when the colleague falls ill, and the head enters who stands in
    page.goto("/queue/absences/")
    today = f"{local_date(world.now()):%Y-%m-%d}"
    page.get_by_label("谁不在岗").select_option(label=away.name)
    page.get_by_label("第一天").fill(today)
    page.get_by_label("最后一天").fill(today)
    page.get_by_label("由谁代办").select_option(label=deputy.name)
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text(f"已登记：由{deputy.name}代办")).to_be_visible()
    assert_accessible(page)

    # then the deputy finds the task among their own, and finishes it in the holder's stead
    come(deputy, "/queue/?state=mine")
    expect(page.get_by_text("我代办")).to_be_visible()
    page.goto(f"/queue/{task.pk}/")
    expect(page.get_by_text(f"{away.name}不在岗，由您代办")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("textbox", name="意见").fill("代为审查，材料齐全。")
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_text("下一环节已自动派发")).to_be_visible()
    page.goto(f"/queue/{task.pk}/")
    expect(page.get_by_text(re.compile(f"{deputy.name}.*代{away.name}")).first).to_be_visible()

    # and when both are over, nothing is left of them
    come(world.head("SCJG"), "/queue/absences/")
    page.get_by_role("button", name="提前返岗").click()
    expect(page.get_by_text("没有人登记不在岗")).to_be_visible()
    page.goto("/queue/rules/")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有规则")).to_be_visible()
    assert not AssignmentRule.objects.exists()
    assert not Absence.objects.under_way().exists()


def test_a_ready_sentence_is_kept_and_filled_in(page, world, come, assert_accessible):
    # given a reviewer who writes the same sentence every day, and keeps it
    reviewer = world.reviewer("SCJG")
    task = review.claim(task_id=world.task(world.accepted("SCJG-007")).pk, by=reviewer, now=world.now())
    come(reviewer, "/queue/opinions/")
    expect(page.get_by_text("还没有意见模板")).to_be_visible()
    page.get_by_label("名称").fill("食品齐全")
    page.get_by_label("意见", exact=True).fill("材料齐全，场所与图纸一致。")
    page.get_by_role("button", name="保存模板").click()
    expect(page.get_by_role("row").filter(has_text="食品齐全")).to_be_visible()
    assert_accessible(page)

    # when it is chosen on a task, after something was typed
    page.goto(f"/queue/{task.pk}/")
    page.get_by_role("textbox", name="意见").fill("已电话核实。")
    page.get_by_text("选用意见模板").click()
    page.get_by_role("button", name="食品齐全").click()

    # then it stands below what was typed, with its outcome, and is sent like any other
    opinion = page.get_by_role("textbox", name="意见")
    expect(opinion).to_have_value("已电话核实。\n材料齐全，场所与图纸一致。")
    expect(page.get_by_label("通过", exact=True)).to_be_checked()
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_text("下一环节已自动派发")).to_be_visible()

    # and who keeps it may change it, and throw it away
    page.goto(f"/queue/opinions/{OpinionTemplate.objects.get().pk}/")
    assert_accessible(page)
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有意见模板")).to_be_visible()
