"""Situations in an application: what the answers ask for, what they keep, and which steps they leave out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from applications import flow
from applications.enums import CaseStatus
from applications.flow import Standing, State
from applications.models import ReviewTask
from applications.presenters import step_rows
from applications.questions import Questions, questions_of
from applications.services import drafts, filing, uploads
from core.models import AuditEntry
from portal.demo.papers import sample_paper
from tests.flows import republish
from tests.proof import refused

SHOP = {
    "key": "shop",
    "text": "在哪里经营？",
    "answers": [{"key": "street", "label": "临街店铺"}, {"key": "online", "label": "只在网上"}],
}


def start(world, **what):
    return drafts.start(
        applicant=world.citizen, by=world.citizen.user, now=world.now(), channel="web", **what
    )


def answer(world, application, by=None, **answers):
    return drafts.answer_situations(
        application_id=application.pk, answers=answers, by=by or world.citizen.user, now=world.now()
    )


def material(application, key):
    return application.materials.filter(key=key).first()


def answers_of(application) -> dict[str, dict[str, str]]:
    return {case.version.matter.code: case.answers for case in application.cases.all()}


# --- answering ------------------------------------------------------------------------------------------------------


def test_start_without_answers_asks_by_condition_as_before(world):
    application = start(world, version=world.version("SCJG-007"))

    agent = material(application, "AGENT")
    assert (agent.condition, agent.is_required) == ("委托他人办理时", False)
    assert answers_of(application) == {"SCJG-007": {}}


@pytest.mark.parametrize(("who", "is_asked"), [("agent", True), ("self", False)])
def test_start_with_answers_asks_definitely_or_not_at_all(world, who, is_asked):
    application = start(world, version=world.version("SCJG-007"), answers={"agent": who})

    agent = material(application, "AGENT")
    assert bool(agent) is is_asked
    if agent:
        assert (agent.condition, agent.is_required) == ("", True)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"nothing": "x"}, "situation_unknown_question"),
        ({"agent": "nobody"}, "situation_unknown_answer"),
    ],
)
def test_an_answer_nobody_offered_is_refused_and_changes_nothing(world, answers, code):
    application = start(world, version=world.version("SCJG-007"))
    with refused(code):
        answer(world, application, **answers)
    with refused(code):
        start(world, version=world.version("SCJG-009"), answers=answers)


def test_answer_situations_of_somebody_else_or_after_submission(world):
    application = start(world, version=world.version("SCJG-007"))
    with pytest.raises(Exception, match="没有"):
        answer(world, application, by=world.other_citizen.user, agent="self")
    submitted = world.submitted("SCJG-007")
    with refused("not_a_draft"):
        answer(world, submitted, agent="self")


def test_a_bundle_asks_a_shared_question_once_and_each_case_keeps_its_own(world):
    application = start(world, bundle=world.bundle("B06"))
    answer(world, application, agent="agent")

    assert answers_of(application) == {"SCJG-001": {"agent": "agent"}, "SCJG-007": {"agent": "agent"}}
    assert material(application, "AGENT").is_required
    asked = questions_of(application.cases.all())
    assert [one["key"] for one in asked.all].count("agent") == 1
    assert asked.next["key"] == "pre_licence"
    assert AuditEntry.objects.filter(act="application.answer_situations").count() == 1


def test_an_answer_leaves_those_given_before_as_they_are(world):
    application = start(world, version=world.version("SCJG-001"), answers={"agent": "agent"})
    answer(world, application, pre_licence="no")
    assert answers_of(application) == {"SCJG-001": {"agent": "agent", "pre_licence": "no"}}


def test_answers_to_questions_no_longer_asked_are_dropped(world):
    version = world.version("GAJ-004")
    three = {"parents": "unmarried", "settle_with": "father", "other_proof": "no"}
    application = start(world, version=version, answers=three)
    assert material(application, "亲子鉴定意见").is_required

    answer(world, application, parents="married")
    assert answers_of(application) == {"GAJ-004": {"parents": "married", "settle_with": "father"}}
    assert material(application, "亲子鉴定意见") is None


def test_a_material_undecided_by_half_of_the_answers_stays_conditional(world):
    application = start(world, version=world.version("GAJ-004"), answers={"parents": "unmarried"})
    proof = material(application, "亲子鉴定意见")
    assert (bool(proof.condition), proof.is_required) == (True, False)

    answer(world, application, settle_with="mother")  # the third question is never asked now
    assert material(application, "亲子鉴定意见") is None


def test_what_was_handed_in_is_kept_when_it_is_no_longer_needed(world):
    application = start(world, version=world.version("SCJG-007"), answers={"agent": "agent"})
    agent = material(application, "AGENT")
    upload = SimpleUploadedFile("委托书.pdf", sample_paper("委托书"))
    uploads.attach(material_id=agent.pk, upload=upload, by=world.citizen.user, now=world.now())

    answer(world, application, agent="self")
    agent.refresh_from_db()
    assert (agent.is_required, agent.needed_by) == (False, [])
    assert agent.attachments.filter(removed_at=None).count() == 1
    assert "授权委托书及受托人身份证" not in filing.missing_materials(application)

    answer(world, application, agent="agent")
    agent.refresh_from_db()
    assert agent.is_required
    assert agent.needed_by


def test_paper_that_was_received_is_kept_too(world):
    application = start(world, version=world.version("SCJG-007"), answers={"agent": "agent"})
    application.materials.filter(key="AGENT").update(
        paper_received_at=world.now(), paper_received_by=world.clerk
    )
    answer(world, application, agent="self")
    assert material(application, "AGENT").paper_received_at


def test_choosing_members_keeps_the_answers_where_they_are_asked(world):
    application = start(world, bundle=world.bundle("B01"), answers={"agent": "agent"})
    drafts.choose_members(
        application_id=application.pk, chosen=["ZJJ-002"], by=world.citizen.user, now=world.now()
    )
    found = answers_of(application)
    assert found["SCJG-001"] == found["SCJG-007"] == {"agent": "agent"}
    assert found["ZJJ-002"] == {}
    answer(world, application, key_discharger="no")
    assert answers_of(application)["ZJJ-002"] == {"key_discharger": "no"}
    assert answers_of(application)["SCJG-001"] == {"agent": "agent"}  # its second question was left out


def test_start_again_keeps_answers_and_takes_new_ones(world):
    first = start(world, version=world.version("SCJG-007"), answers={"agent": "agent"})
    again = start(world, version=world.version("SCJG-007"))
    assert again.pk == first.pk
    assert answers_of(again) == {"SCJG-007": {"agent": "agent"}}
    assert answers_of(start(world, version=world.version("SCJG-007"), answers={"agent": "self"})) == {
        "SCJG-007": {"agent": "self"}
    }


def test_taking_leaves_out_what_an_old_address_says(world):
    asked = Questions([world.version("SCJG-007")])
    assert asked.taking({"agent": "self", "gone": "x", "~with": ""}).answers == {"agent": "self"}
    assert asked.taking({"agent": "nobody"}).answers == {}


# --- a bundle instead -----------------------------------------------------------------------------------------------


def test_widen_carries_everything_over(world):
    draft = answer(world, world.draft("SCJG-001"), agent="self")
    files = set(draft.materials.exclude(attachments=None).values_list("key", flat=True))

    widened = drafts.widen(
        application_id=draft.pk, bundle=world.bundle("B06"), by=world.citizen.user, now=world.now()
    )

    widened.refresh_from_db()
    assert (widened.pk, widened.subject, widened.title) == (draft.pk, draft.subject, world.bundle("B06").name)
    assert answers_of(widened) == {"SCJG-001": {"agent": "self"}, "SCJG-007": {"agent": "self"}}
    assert files <= set(widened.materials.exclude(attachments=None).values_list("key", flat=True))
    assert files
    assert widened.cases.get(version__matter__code="SCJG-007").waits_for.count() == 1


def test_widen_to_a_bundle_with_the_matter_as_an_option(world):
    draft = start(world, version=world.version("SCJG-010"))
    drafts.widen(application_id=draft.pk, bundle=world.bundle("B03"), by=world.citizen.user, now=world.now())
    assert "SCJG-010" in answers_of(draft)


def test_widen_what_is_a_bundle(world):
    draft = start(world, bundle=world.bundle("B01"))
    with refused("already_a_bundle"):
        drafts.widen(
            application_id=draft.pk, bundle=world.bundle("B06"), by=world.citizen.user, now=world.now()
        )


def test_widen_to_a_bundle_without_the_matter(world):
    draft = start(world, version=world.version("SCJG-001"))
    with refused("not_a_member"):
        drafts.widen(
            application_id=draft.pk, bundle=world.bundle("B08"), by=world.citizen.user, now=world.now()
        )


# --- the application form -------------------------------------------------------------------------------------------


def test_a_form_the_system_can_write_is_not_asked(world):
    application = start(world, version=world.version("SCJG-001"))
    form = material(application, "公司登记（备案）申请书")
    assert form.disposition == "generated"
    assert form.name not in filing.missing_materials(application)


def test_submit_attaches_one_form_for_all_matters(world):
    application = world.submitted("B06")
    form = material(application, "~application-form")
    attachment = form.attachments.get()

    with attachment.file.open() as opened:
        assert opened.read().startswith(b"%PDF-")
    assert form.disposition == "generated"
    assert form.needed_by == [case.version.name for case in application.cases.order_by("order")]
    reviewer = world.reviewer("SCJG")
    response = world.client(reviewer).get(f"/attachments/{attachment.pk}/")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_submit_without_a_form_to_write_attaches_none(world):
    assert material(world.submitted("GAJ-003"), "~application-form") is None


# --- routing --------------------------------------------------------------------------------------------------------


def tasks_of(application) -> list[tuple[str, str]]:
    tasks = ReviewTask.objects.filter(case__application=application).select_related("step").order_by("id")
    return [(task.step.key, task.status) for task in tasks]


def accepted(world, code, **answers):
    draft = world.draft(code)
    if answers:
        answer(world, draft, **answers)
    application = world.road.accept(world.road.submit(draft))
    world.carry()
    return application


JOIN = (
    {"key": "review", "name": "审查", "kind": "review"},
    {"key": "visit", "name": "看店", "kind": "review", "when": {"shop": ["street"]}},
    {"key": "decide", "name": "决定", "kind": "decide", "after": ["review", "visit"]},
)
CHAIN = (
    {"key": "review", "name": "审查", "kind": "review"},
    {"key": "visit", "name": "看店", "kind": "review", "after": ["review"], "when": {"shop": ["street"]}},
    {"key": "decide", "name": "决定", "kind": "decide", "after": ["visit"]},
)


def test_a_join_does_not_wait_for_a_step_decided_against(world):
    republish(world, "SCJG-009", JOIN, SHOP)
    application = accepted(world, "SCJG-009", shop="online")
    assert tasks_of(application) == [("review", "open")]

    world.road.work(world.task(application, "review"))
    assert [key for key, _ in tasks_of(application)] == ["review", "decide"]


@pytest.mark.parametrize("answers", [{}, {"shop": "street"}], ids=["unanswered", "called for"])
def test_a_join_waits_for_a_step_called_for_or_not_decided(world, answers):
    republish(world, "SCJG-009", JOIN, SHOP)
    application = accepted(world, "SCJG-009", **answers)
    assert [key for key, _ in tasks_of(application)] == ["review", "visit"]

    world.road.work(world.task(application, "review"))
    assert [key for key, _ in tasks_of(application)] == ["review", "visit"]


def test_what_follows_a_skipped_step_still_waits_for_what_comes_before_it(world):
    republish(world, "SCJG-009", CHAIN, SHOP)
    application = accepted(world, "SCJG-009", shop="online")
    assert tasks_of(application) == [("review", "open")]
    assert [row["title"] for row in step_rows(application.cases.get())] == ["审查", "决定"]

    world.road.work(world.task(application, "review"))
    world.carry()
    world.road.work(world.task(application, "decide"))
    assert application.cases.get().status == CaseStatus.GRANTED


def test_a_decision_runs_even_if_its_only_predecessor_is_skipped(world):
    first = {"key": "visit", "name": "看店", "kind": "review", "when": {"shop": ["street"]}}
    last = {
        "key": "decide",
        "name": "决定",
        "kind": "decide",
        "after": ["visit"],
        "when": {"shop": ["street"]},
    }
    republish(world, "SCJG-009", [first, last], SHOP)
    assert tasks_of(accepted(world, "SCJG-009", shop="online")) == [("decide", "open")]


def test_a_payout_decided_against_holds_no_result_back(world):
    payout = {
        "key": "pay",
        "name": "发放",
        "kind": "payout",
        "after": ["decide"],
        "when": {"shop": ["street"]},
    }
    decide = {"key": "decide", "name": "决定", "kind": "decide"}
    republish(world, "SCJG-009", [decide, payout], SHOP)
    application = accepted(world, "SCJG-009", shop="online")
    world.road.work(world.task(application, "decide"))

    case = application.cases.get()
    assert case.status == CaseStatus.GRANTED
    assert case.next_attempt_at or case.receipted_at
    assert not ReviewTask.objects.filter(case=case, step__key="pay").exists()


@st.composite
def flows(draw):
    """Steps with any predecessors among those before them, some skipped; the last is the decision after all the rest."""
    count = draw(st.integers(0, 9))
    steps = []
    for number in range(count):
        before = [f"s{other}" for other in range(number)]
        after = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        steps.append(SimpleNamespace(key=f"s{number}", after=after, join="all", lead=""))
    keys = [step.key for step in steps]
    skipped = set(draw(st.lists(st.sampled_from(keys), unique=True))) if keys else set()
    return [*steps, SimpleNamespace(key="decide", after=keys, join="all", lead="")], skipped


@given(flows(), st.randoms())
def test_every_selected_step_is_released_once_after_those_before_it_and_the_decision_last(drawn, random):
    steps, skipped = drawn
    by_key = {step.key: step for step in steps}
    order: list[str] = []
    done: set[str] = set()
    while True:
        standing = {key: Standing(State.DONE if key in done else State.LIVE) for key in order}
        moves = flow.moves(steps, standing, skipped=skipped)
        assert (moves.lapse, moves.cancel) == ((), {})
        for key in moves.release:
            assert all(each in done for each in selected_before(by_key[key], by_key, skipped))
        order += moves.release
        open_ones = [key for key in order if key not in done]
        if not open_ones:
            break
        done.add(random.choice(open_ones))
    assert sorted(order) == sorted(set(by_key) - skipped)
    assert order[-1] == "decide"


def selected_before(step, by_key, skipped):
    """Return the selected steps a step waits for: its predecessors, and behind skipped ones theirs."""
    for key in step.after:
        if key in skipped:
            yield from selected_before(by_key[key], by_key, skipped)
        else:
            yield key
