"""One submitted application at the counter: accept, ask once, refuse, take in, withdraw."""

from __future__ import annotations

import pytest

from applications.items import Item
from applications.services import corrections, intake
from core.models import AuditEntry, OfficialDocument


@pytest.fixture
def desk(world):
    """The clerk's signed-in browser."""
    return world.client(world.clerk)


# --- review -------------------------------------------------------------------------------------------------------


def review_url(application, act=""):
    return f"/counter/applications/{application.number}/{act}"


def test_review_shows_the_person_masked_and_who_will_not_decide(world, desk):
    application = world.submitted()

    page = desk.get(review_url(application)).content.decode()

    assert application.applicant.id_number not in page
    assert application.applicant.phone not in page
    assert "受理人不能作决定" in page


def test_reveal_shows_the_full_number_and_puts_it_on_record(world, desk):
    application = world.submitted()

    page = desk.post(review_url(application, "reveal/"), {"reason": "核对证件"}).content.decode()

    assert application.applicant.id_number in page
    entry = AuditEntry.objects.get(act="applicant.reveal")
    assert (entry.actor, entry.detail["reason"]) == (world.clerk, "核对证件")


def test_reveal_without_a_reason_shows_nothing(world, desk):
    application = world.submitted()

    page = desk.post(review_url(application, "reveal/"), {"reason": ""}).content.decode()

    assert application.applicant.id_number not in page
    assert not AuditEntry.objects.filter(act="applicant.reveal").exists()


def test_accept_leads_to_the_slip_and_the_next_one(world, desk):
    application = world.submitted()

    page = desk.post(review_url(application), follow=True).content.decode()

    slip = OfficialDocument.objects.get(reference=application.number, kind="acceptance")
    assert "已受理" in page
    assert f'href="/documents/{slip.pk}/"' in page
    assert "领取下一件" in page


def test_accept_a_second_time_says_that_somebody_was_first(world, desk):
    application = world.submitted()
    intake.accept(application_id=application.pk, by=world.clerk2, now=world.now())

    answer = desk.post(review_url(application))

    assert answer.status_code == 422
    assert "现在是“已受理”，不能再“受理”" in answer.content.decode()
    application.refresh_from_db()
    assert application.accepted_by == world.clerk2


def test_accept_a_bundle_without_one_of_its_matters(world, desk):
    application = world.submitted("B08")
    case = application.cases.order_by("-order").first()
    typed = {f"refuse-{case.pk}": "on", f"reason-{case.pk}": "不属本区", f"authority-{case.pk}": "邻区主管局"}

    desk.post(review_url(application), typed)

    case.refresh_from_db()
    application.refresh_from_db()
    assert (case.status, case.competent_authority) == ("refused", "邻区主管局")
    assert application.status == "accepted"


def test_accept_without_one_matter_needs_reason_and_authority(world, desk):
    application = world.submitted("B08")
    case = application.cases.first()

    answer = desk.post(review_url(application), {f"refuse-{case.pk}": "on", f"reason-{case.pk}": "不属本区"})

    assert answer.status_code == 422
    assert "请写明应向何机关申请" in answer.content.decode()
    assert ">\n不属本区</textarea>" in answer.content.decode()
    application.refresh_from_db()
    assert application.status == "submitted"


def test_refuse_needs_reason_and_authority_and_keeps_what_was_typed(world, desk):
    application = world.submitted()

    answer = desk.post(review_url(application, "refuse/"), {"reason": "不属本机关职权"})
    assert answer.status_code == 422
    assert "不属本机关职权</textarea>" in answer.content.decode()

    desk.post(
        review_url(application, "refuse/"), {"reason": "不属本机关职权", "competent_authority": "市税务局"}
    )
    application.refresh_from_db()
    assert (application.status, application.competent_authority) == ("refused", "市税务局")


def test_withdraw_for_the_applicant(world, desk):
    application = world.submitted()

    assert desk.post(review_url(application, "withdraw/"), {"reason": "不办了"}).status_code == 422
    desk.post(review_url(application, "withdraw/"), {"reason": "不办了", "confirmed": "on"})

    application.refresh_from_db()
    assert application.status == "withdrawn"


def test_done_of_somebody_elses_number_does_not_exist(desk):
    assert desk.get("/counter/applications/330199260914999999X/done/").status_code == 404


# --- the one correction -------------------------------------------------------------------------------------------


def test_correction_begins_with_the_materials_ticked_in_the_review(world, desk):
    application = world.submitted("SCJG-009")
    ticked = application.materials.filter(disposition="ask")[:2]

    page = desk.get(
        review_url(application, "correction/"), {"material": [each.pk for each in ticked]}
    ).content.decode()

    assert page.count("correction-row") == 2
    assert f'<option value="{ticked[0].pk}" selected>' in page


def test_correction_gets_another_row_without_javascript_and_keeps_what_was_typed(world, desk):
    application = world.submitted()
    typed = {"workdays": "7", "rows": "1", "item-0-what": "联系电话", "item-0-reason": "", "action": "add"}

    answer = desk.post(review_url(application, "correction/"), typed)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("correction-row") == 2
    assert 'value="联系电话"' in page
    assert 'value="7"' in page
    application.refresh_from_db()
    assert application.status == "submitted"


def test_correction_lists_everything_once(world, desk):
    application = world.submitted("SCJG-009")
    material = application.materials.filter(disposition="ask").first()
    typed = {
        "workdays": "10",
        "rows": "3",
        "item-0-material": material.pk,
        "item-0-reason": "看不清",
        "item-1-what": "联系电话",
        "item-1-reason": "少一位",
        "item-1-how": "补上",
    }

    desk.post(review_url(application, "correction/"), typed)

    listed = list(application.correction.items.values_list("what", "reason", "how", "material"))
    assert listed == [(material.name, "看不清", "", material.pk), ("联系电话", "少一位", "补上", None)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "请至少列出一项"),
        ({"item-0-what": "联系电话"}, "第1项：请写明为什么不符合要求"),
        ({"item-0-reason": "看不清"}, "第1项：请选择材料，或写明需补正的内容"),
    ],
)
def test_correction_that_says_too_little_is_not_sent(world, desk, row, said):
    application = world.submitted()

    answer = desk.post(review_url(application, "correction/"), {"workdays": "10", "rows": "1", **row})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    application.refresh_from_db()
    assert application.status == "submitted"


def asked(world, application, material=None):
    items = [Item("平面图", "看不清", "重新提交", material.pk if material else None), Item("电话", "少一位")]
    corrections.ask(application_id=application.pk, items=items, by=world.clerk, now=world.now())


def test_correction_cannot_be_asked_a_second_time(world, desk):
    application = world.submitted()
    asked(world, application)
    items = application.correction.items.all()
    corrections.answer(
        application_id=application.pk,
        answers={item.pk: "已补" for item in items},
        by=application.applicant.user,
        now=world.now(),
    )
    typed = {"workdays": "10", "rows": "1", "item-0-what": "又一项", "item-0-reason": "才看见"}

    answer = desk.post(review_url(application, "correction/"), typed)

    assert answer.status_code == 422
    assert "不得再次要求补正" in answer.content.decode()
    assert "一次性告知补正</button>" not in desk.get(review_url(application)).content.decode()


def test_answer_at_the_window_takes_paper_and_words_and_counts_the_visit(world, desk):
    application = world.submitted("SCJG-009")
    material = application.materials.filter(disposition="ask").first()
    asked(world, application, material)
    second = application.correction.items.get(what="电话")

    desk.post(
        review_url(application, "answer/"),
        {f"paper-{material.pk}": "on", f"item-{second.pk}": "13800000001"},
    )

    application.refresh_from_db()
    assert application.status == "submitted"
    assert [visit.causes for visit in application.visits.all()] == [["correction"]]
    assert [item.answer for item in application.correction.items.all()] == [
        "已在窗口提交纸质材料",
        "13800000001",
    ]


def test_answer_with_an_item_left_out_names_it_and_keeps_the_rest(world, desk):
    application = world.submitted("SCJG-009")
    asked(world, application)
    first = application.correction.items.first()

    answer = desk.post(review_url(application, "answer/"), {f"item-{first.pk}": "新图已带来"})

    assert answer.status_code == 422
    assert "请补正“电话”" in answer.content.decode()
    assert "新图已带来</textarea>" in answer.content.decode()
    assert not application.visits.exists()


def test_answer_when_nothing_is_awaited_leads_back(world, desk):
    application = world.submitted()

    answer = desk.get(review_url(application, "answer/"), follow=True)

    assert "没有等待补正的内容" in answer.content.decode()
