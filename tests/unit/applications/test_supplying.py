"""What a simulated opinion lists is handed in afterwards, exactly that, and checked; the limits run anew from that day."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.enums import ClockKind
from applications.models import Clock, SimulatedDecision, StatusChange, Supply
from applications.selectors import supplies
from applications.services import clocks, drafts, filing, review, simulating, supplying, uploads
from core.clock import local_date
from core.errors import Invalid
from core.models import Message
from tests.api import Api, problem
from tests.proof import press_together, refusals, refused

MATTER, OFFICE = "ZRZY-007", "ZRZY"
LINES = ["土地出让合同", "地质灾害评估"]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"


def file(name="合同.pdf"):
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def simulated(world, missing=None):
    """Bring an application to a simulated grant that waits for both lines; return the decision that came back, held."""
    draft = world.draft(MATTER, applicant=world.company)
    answers = drafts.Answers(subject="新建厂房", is_simulated=True, still_missing="\n".join(LINES))
    drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())
    application = world.road.accept(world.road.submit(draft))
    world.carry()
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    by = world.decider(OFFICE)
    review.claim(task_id=task.pk, by=by, now=world.now())
    simulating.simulate(
        task_id=task.pk, outcome="granted", conditions="补齐", missing=missing, by=by, now=world.now()
    )
    world.carry()
    world.pass_time(days=30)
    return review.claim(task_id=world.task(application).pk, by=by, now=world.now())


@pytest.fixture
def back(world):
    return simulated(world)


def materials(back):
    return supplies.listed(SimulatedDecision.objects.get(case=back.case))


def upload(world, material, by=None):
    return uploads.attach(
        material_id=material.pk, upload=file(), by=by or world.company.user, now=world.now()
    )


def supply(world, back, **how):
    return supplying.supply(case_id=back.case_id, **({"by": world.company.user} | how), now=world.now())


def supplied(world, back):
    for each in materials(back):
        upload(world, each)
    return supply(world, back)


def send_back(world, back, **how):
    said = {"unfit": [str(materials(back)[0].pk)], "reason": "没有盖章", "by": world.decider(OFFICE)} | how
    return supplying.send_back(task_id=back.pk, now=world.now(), **said)


def convert(world, back):
    return simulating.convert(
        task_id=back.pk,
        handed_in="都已补齐",
        handed_in_on=local_date(world.now()),
        by=world.decider(OFFICE),
        now=world.now(),
    )


def running(back):
    found = Clock.objects.running().filter(application=back.case.application)
    return {
        f"{'task' if each.task_id else 'case' if each.case_id else 'application'}.{each.kind}": local_date(
            each.started_at
        )
        for each in found
    }


def told(title):
    return Message.objects.filter(title__contains=title)


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_the_opinion_lists_what_the_applicant_named_and_the_guide_demands(world):
    draft = world.draft(MATTER, applicant=world.company)
    asked = draft.materials.filter(disposition="ask", is_required=True).first()
    asked.attachments.update(removed_at=world.now())
    answers = drafts.Answers(
        subject="新建厂房", is_simulated=True, still_missing="土地出让合同；地质灾害评估\n"
    )
    drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())
    case = world.road.submit(draft).cases.get()

    assert [each.name for each in supplies.prerequisites(case)] == [asked.name, *LINES]


def test_only_what_is_ticked_is_listed_and_nothing_is_no_answer(world):
    back = simulated(world, missing=["named-2", "named-9"])
    assert [each.name for each in materials(back)] == ["地质灾害评估"]
    assert SimulatedDecision.objects.get().missing == "地质灾害评估"
    assert "地质灾害评估" in told("已出具模拟审批意见").get().body
    assert "土地出让合同" not in told("已出具模拟审批意见").get().body


def test_a_simulated_grant_that_waits_for_nothing_is_refused(world):
    with pytest.raises(Invalid) as caught:
        simulated(world, missing=["named-9"])
    assert caught.value.code == "missing_required"


# --- handing in -------------------------------------------------------------------------------------------------------


def test_exactly_what_is_listed_is_taken_all_of_it_together(world, back):
    listed, application = materials(back), back.case.application
    other = application.materials.exclude(pk__in=[each.pk for each in listed]).first()
    with refused("materials_closed"):
        upload(world, other)
    with refused("not_found"):
        upload(world, listed[0], by=world.citizen.user)
    upload(world, listed[0])
    with refused("material_missing") as caught:
        supply(world, back)
    assert caught.refusal.field == f"file-{listed[1].pk}"


def test_supply_runs_the_limits_anew_and_tells_applicant_and_decider(world, back):
    assert running(back) == {}
    handed = supplied(world, back)

    today = local_date(world.now())
    assert running(back) == dict.fromkeys(
        ["application.promised", "case.promised", "case.statutory", "task.step"], today
    )
    back.case.refresh_from_db()
    assert local_date(back.case.promised_due_at) > today
    assert (handed.is_fit, back.case.status) == (None, "simulated")
    assert told("补齐的材料已收到").get().applicant == world.company
    assert told("补齐材料已到").get().user == world.decider(OFFICE)
    with refused("materials_closed"):
        upload(world, materials(back)[0])
    with refused("already_supplied"):
        supply(world, back)


def test_the_joint_limit_of_an_application_runs_anew_with_it(world, back):
    application = back.case.application
    clocks.start(ClockKind.BUNDLE, on=application, now=world.now())
    clocks.stop(ClockKind.BUNDLE, on=application, now=world.now())
    world.pass_time(days=5)
    supplied(world, back)
    assert running(back)["application.bundle"] == local_date(world.now())
    world.pass_time(days=1)
    send_back(world, back)
    assert running(back) == {}


def test_supply_tells_whoever_may_decide_while_nobody_holds_it(world, back):
    review.put_back(task_id=back.pk, by=world.decider(OFFICE), now=world.now())
    supplied(world, back)
    assert {each.user for each in told("补齐材料已到")} == {world.decider(OFFICE), world.head(OFFICE)}


def test_conversion_says_that_it_fits(world, back):
    supplied(world, back)
    convert(world, back)
    world.carry()
    assert Supply.objects.get().is_fit is True
    assert not Clock.objects.running().filter(application=back.case.application, kind="promised").exists()
    with refused("materials_closed"):
        upload(world, materials(back)[0])


def test_what_does_not_fit_is_named_and_only_that_comes_again(world, back):
    supplied(world, back)
    with refused("unfit_required"):
        other = back.case.application.materials.order_by("order").first()
        send_back(world, back, unfit=[str(other.pk)])
    with refused("reason_required"):
        send_back(world, back, reason=" ")
    send_back(world, back)

    back.refresh_from_db()
    assert (running(back), back.due_at) == ({}, None)
    assert "土地出让合同" in told("补齐的材料不符").get().body
    with refused("nothing_supplied"):
        send_back(world, back)
    with refused("supply_unfit"):
        convert(world, back)
    with refused("material_missing"):
        supply(world, back)
    old = materials(back)[0].attachments.get()
    with refused("file_on_record"):
        uploads.remove(attachment_id=old.pk, by=world.company.user, now=world.now())

    world.pass_time(days=3)
    upload(world, materials(back)[0])
    supply(world, back)
    assert running(back)["case.promised"] == local_date(world.now())
    acts = StatusChange.objects.filter(case=back.case, record="case").values_list("act", flat=True)
    assert list(acts)[-4:] == ["simulate", "supply", "return_supply", "supply"]


def test_reopening_goes_on_with_the_limits_since_everything_was_there(world, back):
    supplied(world, back)
    since = running(back)
    world.pass_time(days=2)
    simulating.reopen(task_id=back.pk, reason="地块变了", by=world.decider(OFFICE), now=world.now())
    assert running(back) == since
    assert Supply.objects.get().is_fit is False


def test_reopening_without_anything_handed_in_runs_them_from_now(world, back):
    simulating.reopen(task_id=back.pk, reason="地块变了", by=world.decider(OFFICE), now=world.now())
    assert running(back)["case.statutory"] == local_date(world.now())


def test_a_simulated_denial_waits_for_nothing(world):
    back = simulated(world)
    SimulatedDecision.objects.update(outcome="denied")
    with refused("nothing_awaited"):
        supply(world, back)
    with refused("materials_closed"):
        upload(world, materials(back)[0])


def test_withdrawing_ends_it(world, back):
    supplied(world, back)
    filing.withdraw(
        application_id=back.case.application_id, reason="不建了", by=world.company.user, now=world.now()
    )
    with refused("cannot_supply"):
        supply(world, back)


def test_the_database_holds_one_open_supply_and_its_answer(world, back):
    supplied(world, back)
    rows = Supply.objects.all()
    by = world.decider(OFFICE)
    for wrong, name in (
        ({"answered_at": world.now(), "is_fit": True}, "supply_answered_pair"),
        ({"answered_at": world.now(), "answered_by": by}, "supply_answer_says_whether_it_fits"),
        ({"answered_at": world.now(), "answered_by": by, "is_fit": False}, "supply_unfit_has_reason"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError, match="supply_one_open"), transaction.atomic():
        Supply.objects.create(opinion=rows.get().opinion, supplied_at=world.now(), supplied_by=by)


@pytest.mark.django_db(transaction=True)
def test_handing_in_twice_and_converting_at_one_instant(world):
    back = simulated(world)
    for each in materials(back):
        upload(world, each)
    results = press_together([lambda: supply(world, back), lambda: supply(world, back)])
    assert len(refusals(results)) == 1
    results = press_together([lambda: convert(world, back), lambda: send_back(world, back)])
    assert len(refusals(results)) == 1
    back.case.refresh_from_db()
    assert Supply.objects.get().is_fit is (back.case.status == "granted")


# --- pages ------------------------------------------------------------------------------------------------------------


def url(back):
    return f"/applications/{back.case.application.number}/supply/{back.case.order}/"


def test_what_waits_for_the_applicant_stands_where_they_have_something_to_do(world, back):
    mine = world.client(world.company.user)

    def listed(state):
        found = mine.get(f"/applications/?state={state}")
        return [(card.stage, card.tone, card.turn, card.action) for card in found.context["cards"]]

    assert listed("turn") == [("等待补齐前置条件", "warning", "您", ("补齐前置条件", url(back)))]
    assert listed("under-way") == []
    page = mine.get(f"/applications/{back.case.application.number}/").content.decode()
    assert 'class="standing standing--yours"' in page
    assert page.count(f'href="{url(back)}"') == 1
    counts = {tab["url"]: tab["count"] for tab in mine.get("/applications/").context["tabs"]}
    assert (counts["?state=turn"], counts["?state=under-way"], counts["?"]) == ("1", "0", "1")

    supplied(world, back)
    assert listed("turn") == []
    assert [stage for stage, *_ in listed("under-way")] == ["部门办理中"]
    send_back(world, back)
    assert len(listed("turn")) == 1


def test_applicant_hands_in_on_the_page_and_somebody_else_finds_nothing(world, back):
    mine, number = world.client(world.company.user), back.case.application.number
    listed = materials(back)
    assert "补齐前置条件" in mine.get(f"/applications/{number}/").content.decode()
    page = mine.get(url(back)).content.decode()
    assert all(name in page for name in LINES)
    for other in (world.client(world.citizen.user), world.client(world.decider(OFFICE))):
        assert other.get(url(back)).status_code == 404
    assert mine.get(f"/applications/{number}/supply/9/").status_code == 404

    broken = SimpleUploadedFile("x.exe", b"MZ", content_type="application/pdf")
    answer = mine.post(url(back), {f"file-{listed[0].pk}": broken, "note": "请核对", "supply": "1"})
    assert (answer.status_code, "请核对" in answer.content.decode()) == (422, True)
    answer = mine.post(url(back), {f"file-{listed[0].pk}": file(), "save": "1"})
    assert (answer.status_code, "文件已更新" in answer.content.decode()) == (200, True)
    answer = mine.post(url(back), {"supply": "1"})
    assert (answer.status_code, "还缺“地质灾害评估”" in answer.content.decode()) == (422, True)
    taken_out = listed[0].attachments.get()
    assert mine.post(url(back), {"remove": taken_out.pk}).status_code == 200
    assert not listed[0].attachments.filter(removed_at=None).exists()

    files = {f"file-{each.pk}": file() for each in listed}
    assert mine.post(url(back), {**files, "note": "齐了", "supply": "1"}).status_code == 302
    page = mine.get(f"/applications/{number}/").content.decode()
    assert "补齐的材料已收到，自然资源局核对中" in page or "核对中" in page
    assert mine.get(url(back)).status_code == 302


def test_converting_is_the_next_step_only_once_something_has_come(world, back):
    decider = world.client(world.decider(OFFICE))

    def next_act():
        shown = decider.get(f"/queue/{back.pk}/").context["shown"]
        return shown.next_act.key if shown.next_act else ""

    assert next_act() == ""
    supplied(world, back)
    assert next_act() == "convert"


def test_the_department_sees_beside_each_thing_what_came(world, back):
    supplied(world, back)
    page = world.client(world.decider(OFFICE)).get(f"/queue/{back.pk}/").content.decode()
    assert "部门正在核对" in page
    assert all(f"所缺：{name}" in page for name in LINES)
    assert page.count("合同.pdf（PDF") == 2
    assert "等申请人补齐所列前置条件" in page
    assert "退回补齐的材料" in page
    form = world.client(world.decider(OFFICE)).get(f"/queue/{back.pk}/convert/").content.decode()
    assert "、".join(LINES) in form
    assert f'value="{local_date(world.now())}"' in form


def test_counter_takes_paper_and_records_the_visit(world, back):
    clerk, number = world.client(world.clerk), back.case.application.number
    listed = materials(back)
    address = f"/counter/applications/{number}/supply/{back.case.order}/"
    assert address in clerk.get(f"/counter/applications/{number}/").content.decode()
    assert clerk.get(address).status_code == 200
    assert world.client(world.company.user).get(address).status_code == 403
    assert clerk.post(address, {f"paper-{listed[0].pk}": "on"}).status_code == 422
    visits = back.case.application.visits.count()
    answer = clerk.post(address, {f"paper-{each.pk}": "on" for each in listed})
    assert answer.status_code == 302
    listed[0].refresh_from_db()
    assert listed[0].paper_received_by == world.clerk
    assert back.case.application.visits.count() == visits + 1
    assert Supply.objects.get().supplied_by == world.clerk


def test_the_page_asks_as_many_questions_for_one_thing_as_for_two(world):
    counts = []
    for missing in (["named-1"], None):
        back = simulated(world, missing=missing)
        client = world.client(world.company.user)
        client.get(url(back))
        with CaptureQueriesContext(connection) as asked:
            client.get(url(back))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_supply_over_the_api(world, back):
    number, case, listed = back.case.application.pk, back.case_id, materials(back)
    api = Api(world.company.user)
    shown = api.get(f"applications/{number}/").json()["cases"][0]
    assert shown["awaited"] == [each.pk for each in listed]
    problem(api.post(f"applications/{number}/supply/", {"case": case}), 422, "material_missing")
    problem(api.post(f"applications/{number}/supply/", {"case": case + 999}), 422, "unknown_case", "case")
    problem(Api(world.citizen.user).post(f"applications/{number}/supply/", {"case": case}), 404, "not_found")
    problem(
        Api(world.decider(OFFICE)).post(f"applications/{number}/supply/", {"case": case}), 403, "no_window"
    )
    for each in listed:
        assert api.upload(f"materials/{each.pk}/files/").status_code == 201
    answer = api.post(f"applications/{number}/supply/", {"case": case, "note": "齐了"})
    assert (answer.status_code, answer.json()["cases"][0]["awaited"]) == (200, [])
    problem(api.post(f"applications/{number}/supply/", {"case": case}), 409, "already_supplied")


def test_supply_at_the_window_over_the_api(world, back):
    said = {"case": back.case_id, "papers": [each.pk for each in materials(back)]}
    answer = Api(world.clerk).post(f"applications/{back.case.application_id}/supply/", said)
    assert answer.status_code == 200
    assert Supply.objects.get().supplied_by == world.clerk
