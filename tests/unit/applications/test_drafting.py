"""The draft of a decision and its countersignature: who may, in which order, and exactly which text."""

import pytest
from django.db import IntegrityError, transaction

from applications.enums import DecisionOutcome
from applications.models import Decision, DecisionDraft, StatusChange
from applications.selectors.decisions import awaiting_countersign
from applications.services import decisions, drafting, filing, review
from core.errors import Refusal
from core.models import Message
from matters.services.posts import give_post
from tests.filled import mark_of_draft
from tests.proof import press_together, refusals, refused

DENIAL = {
    "outcome": "denied",
    "facts": "门店距学校42米。",
    "reasons": "不符合合理布局。",
    "basis": "《办法》第十三条",
}
GRANT = {"outcome": "granted", "facts": "", "reasons": "", "basis": "《办法》第十一条"}
CIGARETTES = "YCJ"


def at_decision(world, code="YCJ-001"):
    """Bring an application to its decision, claimed by the department's decider."""
    application = world.accepted(code)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    return review.claim(task_id=task.pk, by=world.decider(task.department.code), now=world.now())


@pytest.fixture
def task(world):
    """A decision of the tobacco office, whose denials the head countersigns."""
    return at_decision(world)


def draft(world, task, by=None, send=True, **text):
    by = by or world.reviewer(CIGARETTES)
    return drafting.draft(task_id=task.pk, by=by, now=world.now(), send=send, **(DENIAL | text))


def countersign(world, task, by=None):
    by, seen = by or world.head(CIGARETTES), mark_of_draft(task)
    return drafting.countersign(task_id=task.pk, seen=seen, by=by, now=world.now())


def decide(world, task, **text):
    by = world.decider(CIGARETTES)
    return decisions.decide(task_id=task.pk, by=by, now=world.now(), **(DENIAL | text))


def test_draft_countersign_issue(world, task):
    draft(world, task)
    assert Message.objects.filter(user=world.head(CIGARETTES), title__startswith="请核签").count() == 1
    assert list(awaiting_countersign(world.head(CIGARETTES))) == [DecisionDraft.objects.get()]
    countersign(world, task)
    assert not awaiting_countersign(world.head(CIGARETTES)).exists()
    decision = decide(world, task)

    found = DecisionDraft.objects.get()
    assert (found.status, found.countersigned_by) == ("issued", world.head(CIGARETTES))
    assert drafting.Text(
        decision.outcome, decision.facts, decision.reasons, decision.basis
    ) == drafting.Text.of(found)
    acts = StatusChange.objects.filter(record="decisiondraft").values_list("act", flat=True)
    assert list(acts) == ["send", "countersign", "issue"]


@pytest.mark.parametrize("so_far", ["nothing", "draft", "sent", "returned", "countersigned and changed"])
def test_denial_is_refused_until_exactly_this_text_is_countersigned(world, task, so_far):
    if so_far != "nothing":
        draft(world, task, send=so_far != "draft")
    if so_far == "returned":
        drafting.send_back(task_id=task.pk, reason="写明距离", by=world.head(CIGARETTES), now=world.now())
    if so_far == "countersigned and changed":
        countersign(world, task)
    with refused("countersign_required"):
        decide(world, task, **({"reasons": "另有理由。"} if "changed" in so_far else {}))


def test_a_changed_text_needs_its_countersignature_anew(world, task):
    draft(world, task)
    countersign(world, task)
    same = draft(world, task, send=False, facts=f"  {DENIAL['facts']}\r\n")
    assert same.status == "countersigned"
    changed = draft(world, task, facts="门店距学校41米。")
    assert (changed.status, changed.countersigned_by) == ("countersigning", None)
    with refused("countersign_required"):
        decide(world, task, facts="门店距学校41米。")


def test_the_head_signs_the_text_they_have_read_and_no_other(world, task):
    draft(world, task)
    read, head = mark_of_draft(task), world.client(world.head(CIGARETTES))
    address = f"/queue/{task.pk}/countersign/"
    assert f'value="{read}"' in head.get(address).content.decode()
    draft(world, task, facts="门店距学校41米。")
    with refused("draft_changed"):
        drafting.countersign(task_id=task.pk, seen=read, by=world.head(CIGARETTES), now=world.now())

    late = head.post(address, {"seen": read})
    assert late.status_code == 422
    assert "拟稿在您打开之后改动过" in late.content.decode()
    assert "门店距学校41米。" in late.content.decode()
    assert DecisionDraft.objects.get().status == "countersigning"
    head.post(address, {"seen": mark_of_draft(task)})
    assert DecisionDraft.objects.get().status == "countersigned"


def test_a_grant_needs_nobody_where_only_denials_are_countersigned(world, task):
    draft(world, task)
    decide(world, task, **GRANT)
    assert DecisionDraft.objects.get().status == "dropped"


def test_a_draft_is_issued_with_one_press_where_nobody_need_countersign(world, task):
    draft(world, task, send=False, **GRANT)
    decide(world, task, **GRANT)
    assert DecisionDraft.objects.get().status == "issued"


def make_head(world, user) -> None:
    give_post(
        user=user,
        department=world.department(CIGARETTES),
        role="head",
        by=world.administrator,
        now=world.now(),
    )


def give_back(world, task, by):
    return drafting.send_back(task_id=task.pk, reason="写明距离", by=by, now=world.now())


def test_returned_with_a_reason_the_drafter_reads(world, task):
    draft(world, task)
    with refused("reason_required"):
        drafting.send_back(task_id=task.pk, reason=" ", by=world.head(CIGARETTES), now=world.now())
    drafting.send_back(task_id=task.pk, reason="写明距离", by=world.head(CIGARETTES), now=world.now())
    assert Message.objects.filter(user=world.reviewer(CIGARETTES), body="写明距离").count() == 1
    again = draft(world, task)
    assert (again.status, again.returned_reason, again.returned_by) == ("countersigning", "", None)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("reviewer", "post_required"),
        ("decider", "post_required"),
        ("drafter", "drafter_countersigns"),
        ("other head", "other_department"),
        ("acceptor", "acceptor_countersigns"),
    ],
)
def test_countersign_by_somebody_who_may_not(world, task, who, code):
    people = {
        "reviewer": world.reviewer2(CIGARETTES),
        "decider": world.decider(CIGARETTES),
        "drafter": world.head(CIGARETTES),
        "other head": world.head("SCJG"),
        "acceptor": world.clerk,
    }
    make_head(world, world.clerk)
    if who == "drafter":
        make_head(world, world.reviewer2(CIGARETTES))
    draft(world, task, by=world.head(CIGARETTES) if who == "drafter" else None)
    for sign in (countersign, give_back):
        with refused(code):
            sign(world, task, by=people[who])


def test_the_only_head_is_told_not_to_draft_what_nobody_else_could_sign(world, task):
    head = world.head(CIGARETTES)
    with refused("nobody_countersigns"):
        draft(world, task, by=head)
    draft(world, task, by=head, send=False)
    draft(world, task)  # the same text, now the reviewer's own
    assert countersign(world, task, by=head).status == "countersigned"


def test_countersign_where_there_is_nothing_to(world, task):
    with refused("no_draft"):
        countersign(world, task)
    draft(world, task, send=False)
    with refused("cannot_countersign"):
        countersign(world, task)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"facts": ""}, "facts_required"),
        ({"reasons": " "}, "reasons_required"),
        ({"outcome": "perhaps"}, "unknown_outcome"),
    ],
)
def test_draft_that_does_not_say_enough(world, task, changes, code):
    with refused(code):
        draft(world, task, **changes)


def test_a_denial_is_told_all_it_lacks_at_once():
    with pytest.raises(Refusal) as caught:
        drafting.Text("denied").check()
    assert [fault.field for fault in (caught.value, *caught.value.others)] == [
        "facts",
        "reasons",
        "basis",
    ]


def test_withdrawal_drops_the_draft(world, task):
    draft(world, task)
    by = world.citizen.user
    filing.withdraw(application_id=task.case.application_id, reason="不办了", by=by, now=world.now())
    assert DecisionDraft.objects.get().status == "dropped"


def test_the_database_holds_who_countersigns(world, task):
    found = draft(world, task)
    for column, name in ((world.reviewer(CIGARETTES), "drafter"), (world.clerk, "acceptor")):
        with pytest.raises(IntegrityError, match=f"countersigner_is_not_{name}"), transaction.atomic():
            DecisionDraft.objects.filter(pk=found.pk).update(
                countersigned_by=column, countersigned_at=world.now()
            )
    with pytest.raises(IntegrityError, match="draft_one_live"), transaction.atomic():
        DecisionDraft.objects.create(
            case=task.case, outcome="granted", drafted_at=world.now(), drafted_by=world.head(CIGARETTES)
        )


@pytest.mark.parametrize("policy", ["never", "denial", "always"])
@pytest.mark.parametrize("outcome", DecisionOutcome.values)
def test_needs_countersign(task, policy, outcome):
    task.step.countersign = policy
    expected = policy == "always" or (policy == "denial" and outcome == "denied")
    assert drafting.needs_countersign(task.step, outcome) is expected


@pytest.mark.django_db(transaction=True)
def test_contradictory_decisions_pressed_at_one_instant(world):
    """Grant and denial by the holder, while the head countersigns and the drafter rewrites: one decision, whole."""
    for _ in range(6):
        task = at_decision(world)
        draft(world, task)
        countersign(world, task)
        acts = [
            lambda task=task: decide(world, task),
            lambda task=task: decide(world, task, **GRANT),
            lambda task=task: draft(world, task, facts="门店距学校40米。"),
            lambda task=task: decide(world, task),
            lambda task=task: decide(world, task, **GRANT),
        ]
        results = press_together(acts)
        made = Decision.objects.get(case=task.case)
        won = [each for each in results if isinstance(each, Decision)]
        assert [each.pk for each in won] == [made.pk]
        task.refresh_from_db()
        task.case.refresh_from_db()
        assert (task.case.status, task.status) == (made.outcome, "done")
        kept = DecisionDraft.objects.get(case=task.case)
        assert kept.status == ("issued" if made.outcome == "denied" else "dropped")
        assert len(refusals(results)) + len(won) + sum(isinstance(x, DecisionDraft) for x in results) == len(
            acts
        )
        assert all(not isinstance(each, Refusal) or each.message.endswith("。") for each in results)
