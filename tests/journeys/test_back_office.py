"""The back office at work: twenty tasks by keyboard, three levels, a bundle, two inspectors on phones, an urging."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application, ReviewTask
from core.clock import CHINA
from core.models import User
from tests.journeys.acts import photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

TWENTY = range(20)


def finish_by_keyboard(page: Page, opinion: str) -> None:
    """Choose the first outcome, write an opinion, send; the hand never leaves the keyboard."""
    page.keyboard.press("w")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="意见").focus()
    page.keyboard.type(opinion)
    page.keyboard.press("Control+Enter")


def work(page: Page, come, user: User, task: ReviewTask, outcome: str) -> None:
    """Open a task as its reviewer or decider, claim it and finish it on its page."""
    come(user, f"/queue/{task.pk}/")
    page.keyboard.press("c")
    page.get_by_label(outcome, exact=True).check()
    if outcome == "通过":
        page.get_by_role("textbox", name="意见").fill("情况属实，符合条件。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("下一环节已自动派发|决定已作出"))).to_be_visible()


def test_a_reviewer_works_off_twenty_tasks_by_keyboard(page, world, come, assert_accessible):
    # given a morning's queue
    for _ in TWENTY:
        world.accepted("SCJG-008")
    reviewer = world.reviewer("SCJG")
    come(reviewer, "/queue/")
    expect(page.get_by_role("row")).to_have_count(len(TWENTY) + 1)
    assert_accessible(page)

    # when one after another is claimed by key, judged and sent by key
    for done in TWENTY:
        page.keyboard.press("g")
        expect(page.get_by_text("已领取：")).to_be_visible()
        finish_by_keyboard(page, f"第{done + 1}件：材料齐全、符合法定形式。")
        expect(page.get_by_text("下一环节已自动派发")).to_be_visible()

    # then the queue is empty, and each has an opinion of its own
    tasks = ReviewTask.objects.filter(step__key="review", completed_by=reviewer, outcome="pass")
    assert {task.opinion.split("：")[0] for task in tasks} == {f"第{n + 1}件" for n in TWENTY}
    page.keyboard.press("g")
    expect(page.get_by_text("队列里现在没有您可以领取的任务").first).to_be_visible()
    assert_accessible(page)


def test_three_levels_reuse_what_the_applicant_gave_once(page, world, come, assert_accessible):
    # given somebody who applied in their village
    application = world.accepted("CLH-001")
    handed_in = set(application.materials.values_list("pk", "attachments__sha256"))

    # when village and town pass it on, each with the same materials before them
    for code, key in (("CUN", "village"), ("ZJ", "town")):
        task = world.task(application, key)
        come(world.reviewer(code), f"/queue/{task.pk}/")
        materials = page.get_by_role("region", name="材料").first
        expect(materials).to_contain_text(application.materials.first().name)
        if code == "ZJ":
            expect(page.get_by_text("不得再向申请人要材料")).to_be_visible()
        assert_accessible(page)
        work(page, come, world.reviewer(code), task, "通过")
        world.carry()

    # and the public notice has run its days
    publicity = world.task(application, "publicity")
    world.pass_time(seconds=(publicity.due_at - world.now()).total_seconds() + 60)
    world.carry()  # the notice ends
    world.carry()  # the decision arrives

    # then the district decides with what both have found
    task = world.task(application, "district")
    come(world.decider("CLH"), f"/queue/{task.pk}/")
    expect(page.get_by_text("情况属实，符合条件。").first).to_be_visible()
    assert_accessible(page)
    work(page, come, world.decider("CLH"), task, "准予")

    # and the applicant was asked for nothing since, and came to no counter
    application.refresh_from_db()
    assert set(application.materials.values_list("pk", "attachments__sha256")) == handed_in
    assert not hasattr(application, "correction")
    assert not application.visits.exists()
    come(application.applicant.user, f"/applications/{application.number}/")
    expect(page.get_by_text("到现在为止，没有跑过窗口")).to_be_visible()
    assert_accessible(page)


def test_a_bundle_passes_its_departments_in_series_and_side_by_side(page, world, come, assert_accessible):
    # given a restaurant's bundle: nothing but the licence begins with the acceptance
    application = world.accepted("B01", applicant=world.company)
    first = world.task(application)
    assert first.case.version.matter.code == "SCJG-001"
    assert statuses(application) == {"in_review": 1, "waiting": 3}

    # when the licence is granted and issued
    work(page, come, world.decider("SCJG"), first, "准予")
    world.carry()
    world.carry()

    # then seal, taxes and food licence begin side by side, each in its own department's queue
    assert statuses(application) == {"granted": 1, "in_review": 3}
    for code, matter in (("GAJ", "GAJ-003"), ("SWJ", "SWJ-001")):
        task = world.task(application, "decide", matter)
        come(world.decider(code), "/queue/")
        expect(page.get_by_role("link", name=application.number)).to_have_count(1)
        assert_accessible(page)
        work(page, come, world.decider(code), task, "准予")
    world.carry()

    # and the company sees where each of the four is
    come(application.applicant.user, f"/applications/{application.number}/")
    expect(page.locator(".case")).to_have_count(4)
    expect(page.get_by_text("已批准").first).to_be_visible()
    assert_accessible(page)
    assert statuses(application) == {"granted": 3, "in_review": 1}


def statuses(application: Application) -> dict[str, int]:
    found: dict[str, int] = {}
    for status in application.cases.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def test_two_inspectors_write_down_what_they_saw_on_their_phones(page, world, come, assert_accessible):
    # given an inspection that the first inspector claims at the door
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application))
    world.carry()
    task = world.task(application, "inspect")
    page.set_viewport_size({"width": 375, "height": 800})
    come(world.reviewer("SCJG"), f"/queue/{task.pk}/")
    page.get_by_role("button", name="领取").click()
    expect(page.get_by_role("button", name="完成")).to_be_disabled()
    expect(page.locator(".actionbar")).to_contain_text("现场核查须 2 人到场")

    # when both write down when and where they were, one with a photograph
    for user, finding in (
        (world.reviewer2("SCJG"), "厨房布局与图纸一致。"),
        (world.reviewer("SCJG"), "冷藏设备运行正常。"),
    ):
        come(user, f"/queue/{task.pk}/")
        page.get_by_label("到达现场时间").fill(f"{world.now().astimezone(CHINA):%Y-%m-%dT%H:%M}")
        page.get_by_label("现场地点").fill("江畔路8号")
        page.get_by_label("所见情况").fill(finding)
        if user == world.reviewer2("SCJG"):
            page.locator("#record-form input[type=file]").set_input_files([photo("厨房.jpg")])
        page.get_by_role("button", name="保存记录").click()
        expect(page.get_by_text("记录已保存")).to_be_visible()
        assert_accessible(page)

    # then it can be completed, with both on record
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("textbox", name="意见").fill("现场合格。")
    page.get_by_role("button", name="完成").click()
    expect(page.get_by_text("下一环节已自动派发")).to_be_visible()
    assert task.records.count() == 2
    assert task.records.exclude(seen_at=None).exclude(place="").count() == 2


def test_a_supervisor_urges_and_the_head_answers(page, world, come, assert_accessible):
    # given a task that nobody has claimed
    application = world.accepted("SCJG-007")
    task = world.task(application)

    # when the supervisor urges it from its page
    come(world.supervisor, f"/queue/{task.pk}/")
    page.get_by_text("更多操作").click()
    page.get_by_role("link", name="督办", exact=True).click()
    assert_accessible(page)
    page.get_by_label("督办内容").fill("请今天指派专人办理。")
    page.get_by_role("button", name="督办").click()
    expect(page.get_by_text("督办已发出")).to_be_visible()

    # then the head sees the mark in the queue, and answers
    come(world.head("SCJG"), "/queue/")
    expect(page.get_by_text("督办", exact=True).first).to_be_visible()
    come(world.head("SCJG"), f"/queue/{task.pk}/answer-urging/")
    assert_accessible(page)
    page.get_by_role("textbox", name="答复").fill("已指派审查甲，明日办结。")
    page.get_by_role("button", name="答复督办").click()
    expect(page.get_by_text("已答复督办")).to_be_visible()
    assert task.urgings.get().answered_by == world.head("SCJG")
