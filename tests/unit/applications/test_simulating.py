"""Simulated decisions: asked for when filing, an opinion and no licence, converted once or taken up again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.models import Application, Decision, SimulatedDecision, StatusChange
from applications.services import decisions, drafting, drafts, extensions, filing, review, simulating
from core.clock import local_date
from core.models import Message, OfficialDocument
from delivery.models import Certificate
from tests.proof import press_together, refusals, refused

MATTER, OFFICE = "ZRZY-007", "ZRZY"
MISSING = "土地出让合同尚未签订"


def simulated_application(world, code=MATTER, missing=MISSING):
    """File an application for simulation and bring it to its decision."""
    draft = world.draft(code, applicant=world.company)
    answers = drafts.Answers(subject="新建厂房", is_simulated=True, still_missing=missing)
    drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())
    application = world.road.accept(world.road.submit(draft))
    world.carry()
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    return application


def claimed(world, application):
    return review.claim(task_id=world.task(application).pk, by=world.decider(OFFICE), now=world.now())


@pytest.fixture
def task(world):
    """The decision of an application for simulation, held by its decider."""
    return claimed(world, simulated_application(world))


@pytest.fixture
def back(world, task):
    """The decision that came back after a simulated grant, held by its decider."""
    simulate(world, task)
    world.carry()
    return claimed(world, task.case.application)


def simulate(world, task, **how):
    said = {"outcome": "granted", "conditions": "签订土地出让合同", "by": world.decider(OFFICE)} | how
    return simulating.simulate(task_id=task.pk, now=world.now(), **said)


def convert(world, task, **how):
    said = {
        "handed_in": "土地出让合同",
        "handed_in_on": local_date(world.now()),
        "by": world.decider(OFFICE),
    } | how
    return simulating.convert(task_id=task.pk, now=world.now(), **said)


def decide(world, task, outcome):
    return decisions.decide(
        task_id=task.pk,
        outcome=outcome,
        facts="地块已另行出让。",
        reasons="不符合规划。",
        by=world.decider(OFFICE),
        now=world.now(),
    )


# --- filing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "missing", "refusal"),
    [("SCJG-007", MISSING, "cannot_simulate"), (MATTER, " ", "still_missing_required")],
)
def test_fill_for_simulation_wrongly(world, code, missing, refusal):
    draft = world.draft(code, applicant=world.company)
    answers = drafts.Answers(subject="新建厂房", is_simulated=True, still_missing=missing)
    with refused(refusal):
        drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())


def test_filing_for_simulation_does_not_wait_for_what_is_missing(world):
    draft = world.draft(MATTER, applicant=world.company)
    asked = draft.materials.filter(disposition="ask", is_required=True).first()
    asked.attachments.update(removed_at=world.now())
    with refused("material_missing"):
        filing.submit(application_id=draft.pk, by=world.company.user, now=world.now())
    answers = drafts.Answers(subject="新建厂房", is_simulated=True, still_missing=MISSING)
    drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())
    assert filing.submit(application_id=draft.pk, by=world.company.user, now=world.now()).number


# --- simulating -----------------------------------------------------------------------------------------------------


def test_a_simulated_decision_is_an_opinion_and_no_licence(world, task):
    opinion = simulate(world, task)
    world.carry()

    case = task.case
    case.refresh_from_db()
    task.refresh_from_db()
    again = world.task(case.application)
    assert (case.status, task.outcome, again.round, again.kind) == ("simulated", "simulated", 2, "decide")
    assert (opinion.missing, opinion.accepted_by) == (MISSING, world.clerk)
    assert not Decision.objects.exists()
    assert not Certificate.objects.exists()
    paper = OfficialDocument.objects.get(kind="simulated")
    assert (paper.data["missing"], paper.data["conditions"]) == (MISSING, "签订土地出让合同")
    assert Message.objects.filter(title__endswith="已出具模拟审批意见").count() == 1


def test_grant_is_refused_while_something_is_missing(world, task):
    with refused("simulated_only"):
        decide(world, task, "granted")


@pytest.mark.parametrize(
    ("how", "code"),
    [({"conditions": " "}, "conditions_required"), ({"outcome": "perhaps"}, "unknown_outcome")],
)
def test_simulate_wrongly(world, task, how, code):
    with refused(code):
        simulate(world, task, **how)


def test_simulate_what_was_not_asked_to_be(world):
    application = world.accepted("SCJG-001")
    task = world.task(application)
    review.claim(task_id=task.pk, by=world.decider("SCJG"), now=world.now())
    with refused("not_simulated"):
        simulate(world, task, by=world.decider("SCJG"))


def test_nothing_is_simulated_or_converted_over_a_veto(world):
    draft = world.draft("RFB-001", applicant=world.company)
    answers = drafts.Answers(subject="新建厂房", is_simulated=True, still_missing=MISSING)
    drafts.fill(application_id=draft.pk, answers=answers, by=world.company.user, now=world.now())
    application, by = world.road.accept(world.road.submit(draft)), world.decider("RFB")
    for key, outcome in (("review", "pass"), ("drawings", "object")):
        world.carry()
        world.road.work(world.task(application, key), outcome=outcome, reasons="不符合规范。")
    world.carry()
    task = review.claim(task_id=world.task(application).pk, by=by, now=world.now())
    with refused("vetoed"):
        simulate(world, task, by=by)

    simulate(world, task, outcome="denied", conditions="图纸不符合规范", by=by)
    SimulatedDecision.objects.update(outcome="granted")
    world.carry()
    back = review.claim(task_id=world.task(application).pk, by=by, now=world.now())
    with refused("vetoed"):
        convert(world, back, by=by)


# --- converting -----------------------------------------------------------------------------------------------------


def test_convert_makes_the_decision_and_the_ordinary_road_goes_on(world, back):
    decision = convert(world, back)
    world.carry()

    opinion = SimulatedDecision.objects.get()
    application = Application.objects.get(pk=back.case.application_id)
    assert (decision.outcome, decision.facts, opinion.converted_by) == (
        "granted",
        "土地出让合同",
        world.decider(OFFICE),
    )
    assert Certificate.objects.get(case=back.case).kind != "simulated"
    assert application.ended_at
    with refused("cannot_grant"):
        convert(world, back)


@pytest.mark.parametrize("days", [-1, 1, None])
def test_convert_with_a_day_that_cannot_be(world, back, days):
    day = None if days is None else local_date(world.now()) + timedelta(days=days)
    with refused("handed_in_on_wrong"):
        convert(world, back, handed_in_on=day)


def test_convert_without_saying_what_came(world, back):
    with refused("handed_in_required"):
        convert(world, back, handed_in=" ")


def test_a_simulated_denial_is_not_converted_but_decided_or_taken_up_again(world, task):
    simulate(world, task, outcome="denied", conditions="地块用途不符")
    world.carry()
    back = claimed(world, task.case.application)
    with refused("nothing_to_convert"):
        convert(world, back)
    with refused("simulated_only"):
        decide(world, back, "granted")


def test_reopen_lets_the_opinion_lapse_and_the_case_is_decided_as_any_other(world, back):
    with refused("reason_required"):
        simulating.reopen(task_id=back.pk, reason=" ", by=world.decider(OFFICE), now=world.now())
    simulating.reopen(task_id=back.pk, reason="地块位置变了", by=world.decider(OFFICE), now=world.now())
    with refused("cannot_convert"):
        convert(world, back)
    with refused("not_simulated") as caught:
        simulate(world, back)
    assert "模拟意见已因重新审查而失效" in caught.refusal.message
    assert decide(world, back, "granted").outcome == "granted"
    assert SimulatedDecision.objects.get().lapsed_reason == "地块位置变了"
    assert list(StatusChange.objects.filter(record="case").values_list("act", flat=True))[-3:] == [
        "simulate",
        "reopen",
        "grant",
    ]


def test_reopen_voids_the_letter_and_its_verification_says_so(world, back):
    letter = OfficialDocument.objects.get(kind="simulated")
    address = f"/verify/{letter.verify_token}/"
    assert "现在有效" in world.client().get(address).content.decode()
    simulating.reopen(task_id=back.pk, reason="地块位置变了", by=world.decider(OFFICE), now=world.now())

    letter.refresh_from_db()
    assert letter.revoked_at is not None
    said = world.client().get(address).content.decode()
    assert "现在有效" not in said
    assert "模拟审批意见不再有效" in said


@pytest.mark.parametrize("ending", ["denied", "withdrawn"])
def test_the_letter_is_void_when_the_case_ends_otherwise(world, back, ending):
    letter = OfficialDocument.objects.get(kind="simulated")
    if ending == "denied":
        sign_off(world, back)
        decide(world, back, "denied")
    else:
        filing.withdraw(
            application_id=back.case.application_id, reason="不建了", by=world.company.user, now=world.now()
        )
    said = world.client().get(f"/verify/{letter.verify_token}/").content.decode()
    assert "现在有效" not in said
    assert "模拟审批意见不再有效" in said


def sign_off(world, task):
    """Have the denial that `decide` issues drafted and countersigned."""
    said = {"outcome": "denied", "facts": "地块已另行出让。", "reasons": "不符合规划。"}
    drafting.draft(task_id=task.pk, **said, send=True, by=world.reviewer(OFFICE), now=world.now())
    mark = drafting.Text.of(drafting.live_draft(task.case)).mark
    drafting.countersign(task_id=task.pk, seen=mark, by=world.head(OFFICE), now=world.now())


def test_a_limit_that_runs_anew_is_not_extended_a_second_time(world, task):
    how = {"task_id": task.pk, "days": 5, "reason": "情况较多", "by": world.head(OFFICE)}
    extensions.extend(**how, now=world.now())
    simulate(world, task)
    world.carry()
    back = claimed(world, task.case.application)
    simulating.reopen(task_id=back.pk, reason="地块位置变了", by=world.decider(OFFICE), now=world.now())
    with refused("already_extended"):
        extensions.extend(**{**how, "task_id": back.pk}, now=world.now())


def test_limits_that_an_opinion_stopped_are_not_called_kept(world, back):
    page = world.client(world.decider(OFFICE)).get(f"/queue/{back.pk}/").content.decode()
    assert "已出具模拟意见，停止计算" in page
    assert "按期办结" not in page


def test_withdrawing_what_was_simulated(world, back):
    filing.withdraw(
        application_id=back.case.application_id, reason="不建了", by=world.company.user, now=world.now()
    )
    back.case.refresh_from_db()
    back.refresh_from_db()
    assert (back.case.status, back.status) == ("withdrawn", "cancelled")


def test_the_database_holds_who_simulates_and_converts(world, back):
    rows = SimulatedDecision.objects.all()
    for wrong, name in (
        ({"decided_by": world.clerk}, "simulated_decider_is_not_acceptor"),
        ({"converted_at": world.now()}, "simulated_converted_pair"),
        (
            {"converted_at": world.now(), "converted_by": world.decider(OFFICE)},
            "simulated_converted_says_what_came",
        ),
        ({"lapsed_at": world.now(), "lapsed_by": world.clerk}, "simulated_lapsed_has_reason"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_converting_and_taking_up_again_at_one_instant(world):
    task = claimed(world, simulated_application(world))
    simulate(world, task)
    world.carry()
    back = claimed(world, task.case.application)
    by = world.decider(OFFICE)
    results = press_together(
        [
            lambda: convert(world, back),
            lambda: simulating.reopen(task_id=back.pk, reason="地块变了", by=by, now=world.now()),
            lambda: convert(world, back),
        ]
    )
    opinion = SimulatedDecision.objects.get()
    assert len(refusals(results)) == 2
    assert (opinion.converted_at is None) != (opinion.lapsed_at is None)
    assert Decision.objects.exists() == (opinion.converted_at is not None)
