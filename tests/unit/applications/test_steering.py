"""Steering by hand: back to one step and no other, past one, to another department; and never to the applicant."""

from __future__ import annotations

import ast
import inspect
import sys
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest

from applications import machine, presenters, selectors
from applications.acts import ACTS
from applications.enums import ApplicationStatus, CaseStatus
from applications.items import Item
from applications.models import Application, Case, Correction, ReviewTask, StatusChange
from applications.services import corrections, decisions, handing, review, routing, steering
from core import calendar, clock
from core.models import User
from core.selectors import inbox
from matters.models import StaffPost
from matters.services.posts import end_post
from tests.flows import JOINED, joined, republish
from tests.proof import press_together, refusals, refused

ROAD = [
    {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ", "days": 2},
    {
        "key": "housing",
        "name": "交易核验",
        "kind": "review",
        "department": "ZJJ",
        "days": 1,
        "after": ["tax"],
    },
    {"key": "map", "name": "图件核验", "kind": "review", "department": "ZRZY", "days": 1},
    {"key": "decide", "name": "登簿", "kind": "decide", "department": "ZRZY", "after": ["housing", "map"]},
]


def rounds(application) -> list[tuple[str, int, str]]:
    tasks = ReviewTask.objects.filter(case__application=application).order_by("id").select_related("step")
    return [(task.step.key, task.round, f"{task.status} {task.outcome}".strip()) for task in tasks]


def latest(application, key) -> ReviewTask:
    tasks = ReviewTask.objects.select_related("step", "department", "case__application", "case__version")
    return tasks.filter(case__application=application, step__key=key).latest("round")


def people(world, task):
    return (world.decider if task.kind == "decide" else world.reviewer)(task.department.code)


def held(world, application, key) -> ReviewTask:
    world.carry()
    task = latest(application, key)
    return review.claim(task_id=task.pk, by=people(world, task), now=world.now())


def finish(world, application, key, outcome="pass", opinion="看过。"):
    task = held(world, application, key)
    by = people(world, task)
    return review.complete(task_id=task.pk, outcome=outcome, opinion=opinion, by=by, now=world.now())


def send_back(world, task, step="tax", reason="漏核减免。", **how):
    return steering.send_back(
        task_id=task.pk, step=step, reason=reason, **{"by": people(world, task), "now": world.now()} | how
    )


@pytest.fixture
def decision(world) -> ReviewTask:
    """A decision in its decider's hands, after tax, housing and map."""
    republish(world, JOINED, ROAD)
    application = world.accepted(JOINED)
    for key in ("tax", "housing", "map"):
        finish(world, application, key)
    return held(world, application, "decide")


def new_on_the_page(client) -> list[str]:
    """Return what the list of tasks marks as new, by matter's step; somebody who never looked has no before."""
    rows = client.get("/queue/").context["rows"]
    return [row.task.step.key for row in rows if row.is_new]


def test_what_comes_again_or_from_elsewhere_is_marked_new_on_the_page(world, decision):
    """A department that knows the case, or has worked on it, sees it among what has just arrived."""
    tax, police = world.client(world.reviewer("SWJ")), world.client(world.reviewer("GAJ"))
    for client in (tax, police):
        client.get("/queue/")
    world.pass_time(hours=1)
    for client in (tax, police):
        assert new_on_the_page(client) == []

    send_back(world, decision)
    world.carry()
    assert new_on_the_page(tax) == ["tax"]
    assert "1 件新到" in tax.get("/queue/").content.decode()

    steering.reroute(
        task_id=latest(decision.case.application, "tax").pk,
        to=world.department("GAJ"),
        reason="不属本局职责。",
        by=world.head("SWJ"),
        now=world.now(),
    )
    world.carry()
    assert new_on_the_page(police) == ["tax"]
    assert new_on_the_page(tax) == []


# --- back -----------------------------------------------------------------------------------------------------------


def test_send_back_restarts_one_step_alone_and_the_sender_comes_again(world, decision):
    application = decision.case.application
    world.pass_time(days=2)
    now = world.now()
    again = send_back(world, decision, now=now)

    assert rounds(application) == [
        ("tax", 1, "done pass"),
        ("map", 1, "done pass"),
        ("housing", 1, "done pass"),
        ("decide", 1, "done sent_back"),
        ("tax", 2, "released"),
    ]
    assert (again.released_at, again.due_at) == (now, calendar.due_at(now, 2, "workday"))

    finish(world, application, "tax")
    assert rounds(application)[4:] == [("tax", 2, "done pass"), ("decide", 2, "released")]
    world.carry()
    world.road.work(latest(application, "decide"))
    assert Case.objects.get(application=application).status == CaseStatus.GRANTED


def test_send_back_says_why_to_whoever_does_it_again_and_not_to_the_applicant(world, decision):
    application = decision.case.application
    again = send_back(world, decision, reason="漏核首套房减免。")
    world.carry()

    page = world.client(world.reviewer("SWJ")).get(f"/queue/{again.pk}/").content.decode()
    assert f"“登簿”（{people(world, decision).name}）退回：漏核首套房减免。" in page
    own = (
        world.client(application.applicant.user).get(f"/applications/{application.number}/").content.decode()
    )
    assert "漏核首套房减免" not in own
    assert people(world, decision).name not in own
    assert "前面的环节需要重新办理，不用您补交任何东西。" in own
    assert "等前面的环节重新办理" in own
    finish(world, application, "tax", opinion="已按首套房核减。")
    world.carry()
    second = latest(application, "decide")
    page = world.client(people(world, second)).get(f"/queue/{second.pk}/").content.decode()
    assert "退回的环节已重新办完" in page
    assert "已按首套房核减。" in page


def test_send_back_leaves_what_runs_beside_it_alone(world):
    republish(world, JOINED, ROAD)
    application = world.accepted(JOINED)
    finish(world, application, "tax")
    beside = held(world, application, "map")
    send_back(world, held(world, application, "housing"))

    beside.refresh_from_db()
    assert beside.status == "claimed"
    finish(world, application, "tax")
    assert rounds(application)[-1] == ("housing", 2, "released")


def test_send_back_again_and_again_goes_round_the_same_way(world, decision):
    application = decision.case.application
    for round_ in (2, 3):
        send_back(world, latest(application, "decide"), step="housing")
        back = held(world, application, "housing")
        assert back.round == 2 * round_ - 2
        send_back(world, back, step="tax")
        finish(world, application, "tax")
        finish(world, application, "housing")
        assert held(world, application, "decide").round == round_
    assert (
        ReviewTask.objects.filter(case=decision.case, status__in=["released", "open", "claimed"]).count() == 1
    )


@pytest.mark.parametrize(
    ("step", "reason", "code"),
    [("tax", " ", "reason_required"), ("decide", "错", "not_before"), ("none", "错", "not_before")],
)
def test_send_back_refuses(world, decision, step, reason, code):
    with refused(code):
        send_back(world, decision, step=step, reason=reason)


def test_send_back_of_what_is_being_done_again_is_refused(world):
    application = joined(world, "any", before=[
        {"key": "survey", "name": "测绘", "kind": "review", "department": "ZRZY"},
        {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ", "after": ["survey"]},
        {"key": "housing", "name": "交易核验", "kind": "review", "department": "ZJJ", "after": ["survey"]},
    ])  # fmt: skip
    finish(world, application, "survey")
    send_back(world, held(world, application, "tax"), step="survey")
    beside = held(world, application, "housing")
    with refused("nothing_before"):
        send_back(world, beside, step="survey")


def test_a_veto_sent_back_may_be_lifted_and_those_it_spared_are_asked(world):
    application = joined(world, "veto")
    finish(world, application, "tax", "object")
    send_back(world, held(world, application, "decide"))
    finish(world, application, "tax")
    assert rounds(application)[-1] == ("housing", 2, "released")
    finish(world, application, "housing")
    decide = held(world, application, "decide")
    by = people(world, decide)
    decisions.decide(task_id=decide.pk, outcome="granted", reasons="", by=by, now=world.now())
    assert Case.objects.get(application=application).status == CaseStatus.GRANTED


def test_late_advice_is_not_asked_again_when_the_leading_step_is(world):
    application = joined(world, "lead", lead="tax")
    finish(world, application, "tax")
    routing.lapse_advice(case_id=application.cases.get().pk, now=world.now() + timedelta(days=9))
    send_back(world, held(world, application, "decide"))
    finish(world, application, "tax")
    assert [row for row in rounds(application) if row[0] == "housing"] == [("housing", 1, "done elapsed")]
    assert rounds(application)[-1] == ("decide", 2, "released")


# --- past -----------------------------------------------------------------------------------------------------------


def test_skip_counts_as_done_and_everybody_reads_so(world):
    application = joined(world, "all")
    finish(world, application, "housing")
    task = latest(application, "tax")
    sent = world.client(world.head("SWJ")).post(f"/queue/{task.pk}/skip/", {"reason": "免税房屋"})

    assert sent.url == "/queue/"
    assert rounds(application)[0] == ("tax", 1, "done skipped")
    assert latest(application, "decide").status == "released"
    world.carry()
    page = (
        world.client(world.decider("ZRZY"))
        .get(f"/queue/{latest(application, 'decide').pk}/")
        .content.decode()
    )
    assert "免税房屋" in page
    own = (
        world.client(application.applicant.user).get(f"/applications/{application.number}/").content.decode()
    )
    assert "您的办件不需要这一环节。" in own
    assert "免税房屋" not in own


def test_skip_without_a_reason_is_refused(world):
    task = latest(joined(world, "all"), "tax")
    with refused("reason_required"):
        steering.skip(task_id=task.pk, reason=" ", by=world.head("SWJ"), now=world.now())


def test_who_skipped_a_step_does_not_decide_the_case(world):
    application = joined(world, "all")
    finish(world, application, "housing")
    head = world.head("SWJ")
    steering.skip(task_id=latest(application, "tax").pk, reason="熟人，不用看", by=head, now=world.now())
    world.carry()
    decision, office = latest(application, "decide"), world.department("ZRZY")
    StaffPost.objects.create(user=head, department=office, role="decider", given_at=world.now())
    head = User.objects.get(pk=head.pk)  # with the new post

    with refused("decider_skipped"):
        review.claim(task_id=decision.pk, by=head, now=world.now())
    with refused("not_a_colleague"):
        handing.assign(task_id=decision.pk, to=head, reason="", by=world.head("ZRZY"), now=world.now())
    with refused("nothing_to_claim"):
        review.claim_next(by=head, department=office, now=world.now())
    page = world.client(head).get(f"/queue/{decision.pk}/").content.decode()
    assert "您略过了这个办件的“契税核验”环节，不能再由您作决定" in page
    assert review.claim(task_id=decision.pk, by=world.decider("ZRZY"), now=world.now())


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"kind": "inspect", "staff_min": 2}, "people_demanded"),
        ({"kind": "review", "staff_min": 2}, "people_demanded"),
        ({"kind": "review", "staff_min": 1}, None),
    ],
)
def test_what_the_guide_has_several_people_do_is_not_skipped(world, step, said):
    republish(world, JOINED, [{**ROAD[0], **step}, *ROAD[1:]])
    task = latest(carried(world), "tax")
    with refused(said) if said else nullcontext():
        steering.skip(task_id=task.pk, reason="不用看", by=world.head("SWJ"), now=world.now())


def carried(world):
    application = world.accepted(JOINED)
    world.carry()
    return application


def test_what_somebody_put_on_record_is_not_skipped(world):
    application = joined(world, "all")
    task = held(world, application, "tax")
    review.record(task_id=task.pk, finding="少缴契税。", by=world.reviewer2("SWJ"), now=world.now())
    with refused("on_record"):
        steering.skip(task_id=task.pk, reason="不用看", by=world.head("SWJ"), now=world.now())


def test_the_last_examination_of_a_case_is_not_skipped(world):
    application = joined(world, "all")
    world.carry()
    steering.skip(task_id=latest(application, "tax").pk, reason="免税", by=world.head("SWJ"), now=world.now())
    with refused("only_examination"):
        steering.skip(
            task_id=latest(application, "housing").pk, reason="不用看", by=world.head("ZJJ"), now=world.now()
        )
    assert latest(application, "housing").status == "open"


# --- elsewhere ------------------------------------------------------------------------------------------------------


def reroute(world, task, to="GAJ", **how):
    said = {"reason": "不属本局职责。", "by": world.head(task.department.code), "now": world.now()} | how
    return steering.reroute(task_id=task.pk, to=world.department(to), **said)


def test_reroute_ends_the_task_here_and_looks_new_there(world):
    application = joined(world, "all")
    task = held(world, application, "tax")
    world.pass_time(days=1)
    now = world.now()
    moved = reroute(world, task, now=now)

    task.refresh_from_db()
    assert task.status == "cancelled"
    assert (moved.round, moved.department.code, moved.status) == (2, "GAJ", "released")
    assert (moved.claimed_by, moved.released_at) == (None, now)
    assert moved.due_at == calendar.due_at(now, 2, "workday")
    note = StatusChange.objects.get(task=task, act="reroute").note
    assert note == "改派公安局：不属本局职责。"
    (told,) = inbox(world.reviewer("SWJ"))  # who held it is told that it has gone
    assert told.body.endswith("不用再办：已改派公安局，不属本局职责。")
    world.carry()
    there, old = world.client(world.reviewer("GAJ")), world.client(world.reviewer("SWJ"))
    assert "由税务局改派：不属本局职责。" in there.get(f"/queue/{moved.pk}/").content.decode()
    assert old.get(f"/queue/{moved.pk}/").status_code == 404
    assert moved.step.name in there.get("/queue/").content.decode()

    finish(world, application, "tax")
    finish(world, application, "housing")
    assert rounds(application)[-1] == ("decide", 1, "released")


def test_after_a_reroute_the_pages_name_the_department_that_did_it(world):
    republish(world, JOINED, [{**ROAD[0], "performed_by": "税务所"}, *ROAD[1:]])
    application = world.accepted(JOINED)
    world.carry()
    assert "税务所" in own_page(world, application)
    moved = reroute(world, latest(application, "tax"))
    world.carry()
    review.claim(task_id=moved.pk, by=world.reviewer("GAJ"), now=world.now())
    review.complete(
        task_id=moved.pk, outcome="pass", opinion="看过。", by=world.reviewer("GAJ"), now=world.now()
    )
    world.carry()

    assert "税务所" not in own_page(world, application)
    task = latest(application, "housing")
    page = world.client(world.reviewer("ZJJ")).get(f"/queue/{task.pk}/")
    (found,) = page.context["shown"].findings
    assert found.department == world.department("GAJ").short_name


def own_page(world, application) -> str:
    return (
        world.client(application.applicant.user).get(f"/applications/{application.number}/").content.decode()
    )


def test_reroute_keeps_who_waits_for_a_step_sent_back(world, decision):
    application = decision.case.application
    send_back(world, decision)
    moved = reroute(world, held(world, application, "tax"))
    assert moved.sent_back_from_id == decision.pk
    finish(world, application, "tax")
    assert rounds(application)[-1] == ("decide", 2, "released")
    send_back(world, held(world, application, "decide"))
    assert latest(application, "tax").department.code == "GAJ"  # whoever did it, does it again


@pytest.mark.parametrize("to", ["SWJ", "GAJ"])
def test_reroute_to_itself_or_where_nobody_has_the_post_is_refused(world, to):
    task = latest(joined(world, "all"), "tax")
    for post in world.reviewer("GAJ").posts.all() | world.reviewer2("GAJ").posts.all():
        end_post(post=post, by=world.administrator, now=world.now())
    with refused("no_such_post"):
        reroute(world, task, to=to)


# --- at the same instant --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_of_two_that_end_a_task_at_the_same_instant_does(world):
    application = joined(world, "all")
    task, now = held(world, application, "tax"), clock.now()
    head, by = world.head("SWJ"), world.reviewer("SWJ")
    done = press_together(
        [
            partial(review.complete, task_id=task.pk, outcome="pass", opinion="看过。", by=by, now=now),
            partial(steering.skip, task_id=task.pk, reason="免税", by=head, now=now),
            partial(
                steering.reroute, task_id=task.pk, to=world.department("GAJ"), reason="错派", by=head, now=now
            ),
        ]
    )
    assert len(refusals(done)) == 2
    live = ReviewTask.objects.filter(
        step=task.step, case=task.case, status__in=["released", "open", "claimed"]
    )
    assert live.count() == (latest(application, "tax").round == 2)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_step_back_at_the_same_instant_restart_it_once(world):
    application = joined(world, "all", before=[
        {"key": "survey", "name": "测绘", "kind": "review", "department": "ZRZY"},
        {"key": "tax", "name": "契税核验", "kind": "review", "department": "SWJ", "after": ["survey"]},
        {"key": "housing", "name": "交易核验", "kind": "review", "department": "ZJJ", "after": ["survey"]},
    ])  # fmt: skip
    finish(world, application, "survey")
    tasks = [held(world, application, key) for key in ("tax", "housing")]
    done = press_together([partial(send_back, world, task, step="survey", now=clock.now()) for task in tasks])

    assert refusals(done) == ["nothing_before"]
    assert [row for row in rounds(application) if row[0] == "survey"][1:] == [("survey", 2, "released")]


# --- levels, and the applicant --------------------------------------------------------------------------------------

LEVELS = {"village": "第1级 · 村级", "town": "第2级 · 镇级", "district": "第3级 · 区级"}


def test_each_level_sees_its_place_the_findings_below_and_the_same_materials(world):
    application = world.accepted("CLH-001")
    names = list(application.materials.filter(is_required=True).values_list("name", flat=True))
    assert names
    found = []
    for key, level in LEVELS.items():
        if key == "district":
            publicity = latest(application, "publicity")
            routing.elapse_special(task_id=publicity.pk, now=publicity.due_at)
        task = held(world, application, key)
        page = world.client(people(world, task)).get(f"/queue/{task.pk}/").content.decode()
        assert level in page
        assert ("不得再向申请人要材料" in page) == (key != "village")
        assert [name for name in [*names, *found] if name not in page] == []
        if key != "district":
            found.append(f"{key}：情况属实。")
            by = people(world, task)
            review.complete(task_id=task.pk, outcome="pass", opinion=found[-1], by=by, now=world.now())
            world.carry()
    assert not Correction.objects.filter(application=application).exists()


def reachable(model: type, *states: str) -> set[str]:
    """Return every state into which acts of the table lead from these."""
    found, waiting = set(states), list(states)
    while waiting:
        state = waiting.pop()
        for transition in machine.TRANSITIONS[model]:
            if state in transition.sources and transition.target not in found:
                found.add(transition.target)
                waiting.append(transition.target)
    return found


def test_after_acceptance_no_act_of_the_table_leads_back_to_the_applicant():
    """行政许可法 §35: what one level has received, no other asks for again."""
    begun = {Application: [ApplicationStatus.ACCEPTED], Case: list(CaseStatus), ReviewTask: ["released"]}
    theirs = {
        state
        for model, states in begun.items()
        for state in reachable(model, *states)
        if machine.OWNERS[model][state] == machine.APPLICANT
    }
    # A simulated opinion waits for what the applicant lacked when they chose to have it simulated.
    assert theirs == {CaseStatus.SIMULATED}
    (asking,) = [
        each for each in machine.TRANSITIONS[Application] if each.target == ApplicationStatus.CORRECTION_OPEN
    ]
    assert asking.sources == (ApplicationStatus.SUBMITTED,)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.key)
def test_no_act_on_a_task_can_ask_the_applicant_for_anything(act):
    """What serves an act knows nothing of corrections: it neither imports them nor writes their rows."""
    source = inspect.getsource(sys.modules[act.serve.__module__])
    names = {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert names.isdisjoint({"corrections", "Correction", "CorrectionItem"})


def test_asking_for_a_correction_after_acceptance_is_refused(world):
    application = world.accepted("CLH-001")
    material = application.materials.first()
    with refused("cannot_ask_correction"):
        corrections.ask(
            application_id=application.pk,
            items=[Item("申请表", "缺章", material_id=material.pk)],
            by=world.clerk,
            now=world.now(),
        )


def test_the_staff_timeline_says_what_was_steered_and_why(world, decision):
    application = decision.case.application
    send_back(world, decision, reason="漏核减免。")
    reroute(world, held(world, application, "tax"))
    told = presenters.timeline(selectors.changes_of(application), for_staff=True)
    said = {f"{entry.title} {entry.text}" for entry in told}
    assert "登簿：退回前面环节 退回“契税核验”：漏核减免。" in {text.split("；")[0] for text in said}
    assert any(text.startswith("契税核验：改派部门 改派公安局：不属本局职责。") for text in said)


@pytest.mark.parametrize("code", ["RSJ-002", "RFB-001", "ZRZY-009"])
def test_every_join_of_the_demo_comes_to_its_result(world, code):
    assert world.ready(code).ended_at
