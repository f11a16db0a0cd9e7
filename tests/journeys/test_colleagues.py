"""What colleagues say to each other about a case: questions with a day, annotations in the margin, notes beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from applications.services import review

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def write_beside(page) -> None:
    """Write in the margin of a material, and a note for whoever works on the case."""
    page.get_by_text("加批注").click()
    page.get_by_label("批注（同事能看到，申请人看不到）").fill("平面图没有标出洗手池。")
    page.get_by_label("第几页").fill("1")
    page.get_by_role("button", name="保存批注").click()
    expect(page.get_by_role("list", name="批注")).to_contain_text("平面图没有标出洗手池。")
    page.get_by_text("加备注").click()
    page.get_by_label("备注（申请人看不到，写下后不能修改）").fill("申请人今天来过电话。")
    page.get_by_role("button", name="保存备注").click()
    expect(page.get_by_role("region", name="内部备注")).to_contain_text("申请人今天来过电话。")


def ask(page, address: str, whom: str, who: str, question: str) -> None:
    page.goto(f"{address}consult/")
    page.get_by_label(whom).select_option(label=who)
    page.get_by_label("征询的问题").fill(question)
    page.get_by_label("答复期限（工作日）").fill("1")
    page.get_by_role("group", name="提供的材料").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="征询意见").click()
    expect(page.get_by_text("已发出征询")).to_be_visible()


def answer(page, task) -> None:
    page.get_by_role("link", name=task.case.number).click()
    page.get_by_role("textbox", name="答复").fill("允许，须距窗户3米以上。")


def complete(page) -> None:
    page.get_by_role("button", name="了结").click()
    expect(page.get_by_text("已了结的批注 1 条")).to_be_visible()
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("textbox", name="意见").fill("符合条件。")
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_text("下一环节已自动派发")).to_be_visible()


def test_a_material_is_annotated_and_others_are_asked_until_a_day(page, world, come, assert_accessible):
    # given a reviewer who reads the materials of a task, and writes beside them
    reviewer, colleague = world.reviewer("SCJG"), world.reviewer2("SCJG")
    task = review.claim(task_id=world.task(world.accepted("SCJG-007")).pk, by=reviewer, now=world.now())
    address = f"/queue/{task.pk}/"
    come(reviewer, address)
    write_beside(page)

    # when they ask another department and a colleague, each with a day, then the task waits
    page.goto(f"{address}consult/")
    assert_accessible(page)
    ask(page, address, "征询部门", world.department("CGJ").name, "门前是否允许设置油烟排放口？")
    ask(page, address, "或者征询本部门同事", colleague.name, "洗手池的位置以前怎样认定？")
    expect(page.get_by_role("button", name="完成")).to_be_disabled()
    assert_accessible(page)

    # when the department answers, seeing what it was given
    come(world.reviewer("CGJ"), "/queue/consultations/")
    assert_accessible(page)
    answer(page, task)
    assert_accessible(page)
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_text("答复已送达征询人")).to_be_visible()

    # and the colleague lets the day pass
    come(colleague, "/queue/consultations/")
    expect(page.get_by_text("今天到期").or_(page.get_by_text("还剩1个工作日"))).to_be_visible()
    world.pass_time(days=4)
    world.carry()
    come(reviewer, "/queue/consultations/?list=asked")
    expect(page.get_by_text("逾期未答复，视为无意见").first).to_be_visible()
    assert_accessible(page)

    # then the task goes on, with what was answered and what was not
    page.goto(address)
    asked = page.get_by_role("region", name="征询意见")
    expect(asked).to_contain_text("允许，须距窗户3米以上。")
    expect(asked).to_contain_text("逾期未答复，视为无意见")
    complete(page)
    page.goto(address)
    expect(page.get_by_role("table", name="各环节：谁办、多久、为什么")).to_contain_text(reviewer.name)
    assert_accessible(page)
