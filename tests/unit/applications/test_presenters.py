from datetime import UTC, datetime

import pytest

from applications import presenters, selectors
from applications.items import Item
from applications.presenters.chart import case_chart
from applications.presenters.drafts import DraftPresenter, conditions, conditions_met
from applications.presenters.page import ApplicationCard, ApplicationPage, Progress
from applications.services import corrections, drafts, filing, intake
from core import clock
from core.clock import local_date
from core.countdown import countdown

AUTHORITY = "省药品监督管理局"


def whole(application):
    return selectors.application_for(application.applicant.user, application.number)


def standing_of(application):
    now = clock.now()
    return presenters.standing(whole(application), now=now, countdown=countdown(now))


def page_of(application, *, is_mine=True):
    found, now = whole(application), clock.now()
    return ApplicationPage(
        found,
        now=now,
        countdown=countdown(now),
        documents=selectors.documents_of(found),
        changes=selectors.changes_of(found),
        is_mine=is_mine,
    )


def ask(world, application, *whats):
    items = [Item(what=what, reason="看不清", how="重新拍照") for what in whats or ("公司章程",)]
    return corrections.ask(application_id=application.pk, items=items, by=world.clerk, now=clock.now())


# --- standing -----------------------------------------------------------------------------------------------------


def test_standing_submitted_says_when_the_window_answers(world):
    standing = standing_of(world.submitted())
    assert standing.where == "等待窗口审核"
    assert standing.turn == "综合窗口"
    assert standing.by_when == "最迟9月20日（周日）告知是否受理"  # a Sunday that makes up for a holiday
    assert standing.days_left == 5


def test_standing_without_a_countdown_still_says_how_long(world):
    application = whole(world.submitted())
    assert presenters.standing(application, now=clock.now()).by_when == "5个工作日内告知是否受理"


def test_standing_correction_open_is_the_applicants_turn(world):
    application = world.submitted()
    ask(world, application)
    standing = standing_of(application)
    assert standing.kind == "yours"
    assert standing.turn == "申请人"
    assert standing.by_when == "请在9月28日（周一）前补正"
    assert "无需到场" in standing.sentence


def test_standing_after_the_answer_counts_from_the_answer(world):
    application = world.submitted()
    correction = ask(world, application)
    world.pass_time(days=1)
    corrections.answer(
        application_id=application.pk,
        answers={item.pk: "已补" for item in correction.items.all()},
        by=world.citizen.user,
        now=clock.now(),
    )
    standing = standing_of(application)
    assert standing.where == "补正已收到，等待窗口审核"
    assert standing.by_when.startswith("最迟9月21日")


def test_standing_in_review_names_department_deadline_and_trips(world):
    standing = standing_of(world.accepted("B08", by_courier=True))
    assert standing.where == "卫生健康局作决定中"
    assert standing.by_when.endswith("办结")
    assert (standing.trip, standing.trips_left) == ("您无需再跑", 0)


def test_standing_with_a_result_to_collect_leaves_one_trip(world):
    standing = standing_of(world.accepted("SCJG-001"))
    assert (standing.trip, standing.trips_left) == ("办结后到窗口一次领取", 1)


def test_standing_names_several_departments_and_counts_many(world):
    application = world.accepted("B01", applicant=world.company, chosen=("CGJ-001",), by_courier=True)
    world.road.work(world.task(application))
    world.carry()
    assert standing_of(application).where == "4个部门同时办理中"


def test_standing_past_the_promise_does_not_hide_it(world):
    application = world.accepted("SCJG-001")
    world.pass_time(days=40)
    standing = standing_of(application)
    assert standing.by_when.endswith("已超过")
    assert standing.days_left < 0


def test_standing_ready_at_the_window_asks_to_collect(world):
    standing = standing_of(world.ready("SCJG-001"))
    assert standing.where == "全部结果已齐备，请到出件窗口领取"
    assert (standing.kind, standing.trips_left) == ("yours", 1)


def test_standing_waiting_for_the_parcel_to_leave(world):
    standing = standing_of(world.ready("B08", by_courier=True))
    assert standing.where == "全部结果已齐备，等待政务专递寄出"
    assert standing.trips_left == 0


def test_standing_says_first_what_was_not_granted(world):
    application = world.accepted("SCJG-001")
    world.road.work(world.task(application), outcome="denied")
    world.carry()
    assert standing_of(application).where == "“公司设立登记”未获准予。全部结果已齐备，请到出件窗口领取"


@pytest.mark.parametrize(("by_courier", "how"), [(True, "由政务专递送到"), (False, "在窗口领取")])
def test_standing_closed_says_how_and_when(world, by_courier, how):
    standing = standing_of(world.closed("SCJG-001", by_courier=by_courier))
    assert standing.kind == "done"
    assert standing.is_over
    assert standing.where.endswith(how)


def test_standing_refused_and_withdrawn_stop(world):
    refused, withdrawn = world.submitted(), world.submitted()
    intake.refuse(
        application_id=refused.pk,
        reason="不属于本机关",
        competent_authority=AUTHORITY,
        by=world.clerk,
        now=clock.now(),
    )
    filing.withdraw(application_id=withdrawn.pk, reason="不办了", by=world.citizen.user, now=clock.now())
    assert (standing_of(refused).where, standing_of(refused).kind) == ("不予受理", "stopped")
    assert standing_of(withdrawn).where == "已撤回"


def test_standing_lapsed_says_why(world):
    application = world.submitted()
    ask(world, application)
    world.pass_time(days=30)
    world.carry()
    assert standing_of(application).where == "逾期未补正，视为撤回"


# --- stage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "stage", "tone"),
    [
        ("submitted", "已提交，等待审核", "info"),
        ("accepted", "部门办理中", "progress"),
        ("ready", "待出件", "warning"),
        ("closed", "已办结", "success"),
    ],
)
def test_stage_reads_off_the_cases_and_the_delivery(world, state, stage, tone):
    application = whole(getattr(world, state)("SCJG-001"))
    assert presenters.stage(application) == stage
    assert presenters.stage_tone(application) == tone


def test_stage_asks_the_applicant_and_tells_staff_for_whom_it_waits(world):
    application = world.submitted()
    ask(world, application)
    application.refresh_from_db()

    assert presenters.stage(application) == "请补正材料"
    assert presenters.stage_for_staff(application) == "等待申请人补正"


@pytest.mark.parametrize("state", ["submitted", "accepted", "ready", "closed"])
def test_stage_is_the_same_for_staff_where_it_speaks_to_nobody(world, state):
    application = getattr(world, state)("B01")
    assert presenters.stage_for_staff(application) == presenters.stage(application)


# --- cases --------------------------------------------------------------------------------------------------------


def case_of(application, code):
    return next(case for case in whole(application).cases.all() if case.version.matter.code == code)


def test_case_row_waiting_names_what_it_waits_for(world):
    application = world.accepted("B01", applicant=world.company)
    row = presenters.case_row(case_of(application, "GAJ-003"))
    assert row.waiting == "等待“公司设立登记”办结后自动开始"
    assert row.tone == "waiting"
    assert not row.is_open


def test_case_row_in_review_has_steps_deadline_and_days(world):
    row = presenters.case_row(case_of(world.accepted("SCJG-007"), "SCJG-007"), countdown(clock.now()))
    assert row.is_open
    assert row.due_at is not None
    assert row.days_left > 0
    assert [step["state"] for step in row.steps] == ["current", "", ""]
    assert row.waiting == ""


def test_case_row_denied_gives_the_reasons(world):
    application = world.accepted("SCJG-001")
    world.road.work(world.task(application), outcome="object", reasons="住所材料与现场不符")
    row = presenters.case_row(case_of(application, "SCJG-001"))
    said = {each["label"]: each["value"] for each in row.appeal}
    assert (row.status, row.tone, said["理由"]) == ("未批准", "danger", "住所材料与现场不符")
    assert "申请行政复议" in said["不服怎么办"]


def test_case_row_granted_carries_its_result(world):
    row = presenters.case_row(case_of(world.ready("SCJG-001"), "SCJG-001"))
    assert row.result.title == "营业执照"
    assert row.done_steps == len(row.steps)


def test_step_rows_say_what_runs_side_by_side(world):
    application = world.accepted("ZRZY-001")
    texts = [step["text"] for step in presenters.step_rows(case_of(application, "ZRZY-001"))]
    assert sum("同时进行" in text for text in texts) >= 2


def states(case, **how):
    return [(row["state"], row["state_text"]) for row in presenters.step_rows(case, **how)]


def test_step_rows_show_staff_that_a_step_was_not_passed_and_keep_it_from_the_applicant(world):
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application), outcome="object", reasons="布局不符")
    case = case_of(application, "SCJG-007")

    assert states(case, for_staff=True)[0] == ("failed", "不通过")
    assert states(case)[0] == ("done", "已完成")
    kinds = [
        {
            bar.kind
            for lane in case_chart(case, local_date(world.now()), for_staff=staff).lanes
            for bar in lane.bars
        }
        for staff in (True, False)
    ]
    assert "objected" in kinds[0]
    assert "objected" not in kinds[1]


def test_step_rows_say_what_was_decided(world):
    application = world.accepted("SCJG-001")
    world.road.work(world.task(application), outcome="object", reasons="住所材料与现场不符")
    assert states(case_of(application, "SCJG-001"), for_staff=True) == [("failed", "不予")]
    granted = world.ready("SCJG-001", applicant=world.other_citizen)
    assert states(case_of(granted, "SCJG-001"), for_staff=True) == [("done", "准予")]


# --- timeline -----------------------------------------------------------------------------------------------------


def titles(application, *, for_staff):
    changes = selectors.changes_of(application)
    return [entry.title for entry in presenters.timeline(changes, for_staff=for_staff)]


def test_timeline_spares_the_applicant_the_inner_life(world):
    application = world.closed("SCJG-007", by_courier=True)
    mine = titles(application, for_staff=False)
    assert mine[:2] == ["提交申请", "受理"]
    assert not [title for title in mine if "领取" in title or "送达部门" in title or "取得运单号" in title]
    assert "食品经营许可（新办）：准予" in mine
    assert mine[-1] == "办结"
    assert len(titles(application, for_staff=True)) > len(mine)


def test_timeline_names_people_only_for_staff(world):
    application = world.accepted("SCJG-001")
    changes = list(selectors.changes_of(application))
    everybody = " ".join(entry.who for entry in presenters.timeline(changes, for_staff=False))
    staff = " ".join(entry.who for entry in presenters.timeline(changes, for_staff=True))
    assert world.clerk.name not in everybody
    assert world.clerk.name in staff


def test_timeline_hides_opinions_from_the_applicant(world):
    application = world.accepted("SCJG-007")
    world.road.work(world.task(application), reasons="内部意见不外传")
    changes = list(selectors.changes_of(application))
    assert not [e for e in presenters.timeline(changes, for_staff=False) if "内部意见" in e.text]
    assert [e for e in presenters.timeline(changes, for_staff=True) if "内部意见" in e.text]


def test_timeline_says_that_a_dependant_began_by_itself(world):
    application = world.accepted("B01", applicant=world.company)
    world.road.work(world.task(application))
    world.carry()
    began = [
        e
        for e in presenters.timeline(selectors.changes_of(application), for_staff=False)
        if "开始办理" in e.title
    ]
    assert {entry.text for entry in began} == {"前置事项已办成，自动开始"}


def test_timeline_lists_a_correction_once(world):
    application = world.submitted()
    correction = ask(world, application)
    answers = {item.pk: "已补" for item in correction.items.all()}
    corrections.answer(application_id=application.pk, answers=answers, by=world.citizen.user, now=clock.now())
    for for_staff in (True, False):
        assert titles(application, for_staff=for_staff) == ["提交申请", "一次性告知补正", "提交补正"]


# --- materials and drafts -----------------------------------------------------------------------------------------


def started(world, code="B08", chosen=()):
    draft = drafts.start(
        applicant=world.citizen,
        by=world.citizen.user,
        now=clock.now(),
        channel="web",
        bundle=world.bundle(code),
        chosen=chosen,
    )
    return selectors.draft_for(world.citizen.user, draft.pk)


def test_materials_divide_by_what_must_be_done(world):
    materials = presenters.Materials(started(world))
    assert materials.open == len(materials.asked) > 0
    assert {row.state for row in materials.free} <= {"free", "internal"}
    assert [row.material.condition for row in materials.situational] == ["非婚生随父落户且无其他证明时"]


def test_material_state_words(world):
    rows = {
        row.name: presenters.material_state(row.material) for row in presenters.Materials(started(world)).rows
    }
    assert rows["父母居民身份证"] == ("免提交（数据共享）", "success")
    assert rows["亲子鉴定意见"] == ("按情形提交", "neutral")
    assert rows["近期免冠证件照（电子）"] == ("需提交", "warning")


def test_material_row_shared_by_several_matters_says_so(world):
    notes = [row.note for row in presenters.Materials(started(world, "B01")).rows]
    assert [note for note in notes if "个事项共用" in note]


def test_draft_sections_open_one_after_the_other(world):
    draft = DraftPresenter(started(world), has_choice=True)
    assert [task["state"] for task in draft.tasks] == ["done", "todo", "todo", "todo", "locked", "locked"]
    assert draft.next_section == "situations"
    assert draft.why_not == f"还需要填写办理对象、上传{len(draft.missing)}份材料，才能提交"


def test_draft_complete_leads_to_the_check(world):
    draft = DraftPresenter(selectors.draft_for(world.citizen.user, world.draft("SWJ-001").pk))
    assert draft.is_complete
    assert draft.sections == ["fill", "materials", "delivery", "check"]
    assert (draft.next_section, draft.why_not) == ("check", "")


def test_situations_met_are_shown_in_words(world):
    draft = started(world)
    (text, materials), *_ = conditions(draft).items()
    assert conditions_met(draft) == []
    draft.conditions = [materials[0].key]
    assert conditions_met(draft) == [text]


# --- the page, and the public page --------------------------------------------------------------------------------


def test_page_says_you_only_to_the_applicant(world):
    application = world.ready("SCJG-001")
    assert page_of(application).turn == "您"
    assert page_of(application, is_mine=False).turn == "申请人"


def test_page_masks_the_applicant_from_staff(world):
    application = world.submitted(by_courier=True)
    mine, staff = page_of(application), page_of(application, is_mine=False)
    assert world.citizen.name in str(mine.known_facts)
    assert world.citizen.name not in str([fact for fact in staff.known_facts if fact["label"] == "申请人"])
    assert application.query_code not in str(staff.known_facts)
    assert world.citizen.address not in str(staff.delivery_rows)


def test_page_counts_trips_beside_the_promise(world):
    page = page_of(world.closed("SCJG-004", at_counter=True))
    assert page.trips == 1
    assert page.visits[0]["causes"] == "申报、取件"
    assert page.trips_text == "承诺最多1次"


def test_page_trips_beyond_the_promise_are_not_hidden(world):
    application = world.submitted("SCJG-001", at_counter=True)
    page = page_of(application)
    page.application.cases.all()[0].version.max_trips = 0
    assert "超过了承诺的0次" in page.trips_text


def test_page_says_who_collected_and_where(world):
    application = world.closed("SCJG-001")
    assert {row["label"]: row["value"] for row in page_of(application).delivery_rows}[
        "领取人"
    ] == "陈晓岚（本人）"
    staff = {row["label"]: row["value"] for row in page_of(application, is_mine=False).delivery_rows}
    assert staff["领取人"] == "陈*岚（本人）"


def test_page_timeline_begins_with_now(world):
    events = page_of(world.accepted("SCJG-001")).events
    assert (events[0].state, events[0].at) == ("current", None)
    assert events[-1].title == "提交申请"
    assert [each["label"] for each in events[-1].documents] == ["收件凭证"]


def test_page_can_withdraw_only_what_is_undecided_and_mine(world):
    open_one, closed = world.accepted("SCJG-001"), world.closed("SCJG-001")
    assert page_of(open_one).can_withdraw
    assert not page_of(open_one, is_mine=False).can_withdraw
    assert not page_of(closed).can_withdraw


def test_next_steps_tell_when_and_how(world):
    page = page_of(world.submitted("B08", by_courier=True))
    texts = [step["text"] for step in page.next_steps]
    assert "最迟9月20日" in texts[1]
    assert "5个工作日" in texts[2]
    assert "政务专递" in texts[3]
    assert page.receipt["label"] == "收件凭证"


def test_card_offers_the_one_next_step(world):
    application = world.submitted()
    ask(world, application)
    now = clock.now()
    card = ApplicationCard(whole(application), now=now, countdown=countdown(now))
    assert card.action == ("去补正", f"/applications/{application.number}/correction/")
    draft = ApplicationCard(world.draft("SCJG-001"), now=now, countdown=countdown(now))
    assert (draft.action[0], draft.is_draft) == ("继续填写", True)


def test_card_says_how_far_a_bundle_is(world):
    application = world.accepted("B06")
    world.road.work(world.task(application))
    card = ApplicationCard(whole(application), now=clock.now(), countdown=countdown(clock.now()))
    assert card.cases_text == "2个事项，1个已办成"


def test_progress_shows_no_personal_data(world):
    application = whole(world.accepted("SCJG-001"))
    shown = Progress(
        application,
        now=clock.now(),
        countdown=countdown(clock.now()),
        documents=selectors.documents_of(application),
    )
    assert shown.applicant == "陈*岚"
    assert shown.document_names == ["收件凭证", "受理通知书"]


def test_parcel_events_are_newest_first(world):
    page = page_of(world.closed("SCJG-001", by_courier=True))
    assert page.parcel_events[0]["title"] == "已签收"
    assert page.parcel_events[-1]["title"] == "已收寄"


def test_presenters_read_nothing(world, django_assert_num_queries):
    application = whole(world.closed("B08", by_courier=True))
    days, now = countdown(clock.now()), clock.now()
    documents, changes = list(selectors.documents_of(application)), list(selectors.changes_of(application))
    with django_assert_num_queries(0):
        page = ApplicationPage(
            application, now=now, countdown=days, documents=documents, changes=changes, is_mine=True
        )
        for name in dir(ApplicationPage):
            getattr(page, name)


def test_when_is_in_chinas_time(world):
    assert presenters.when(datetime(2026, 9, 14, 1, 5, tzinfo=UTC)) == "2026年9月14日 09:05"
    assert presenters.when(None) == ""


@pytest.mark.parametrize(("size", "text"), [(10, "1 KB"), (20_480, "20 KB"), (1_500_000, "1.4 MB")])
def test_size_text(size, text):
    assert presenters.size_text(size) == text
