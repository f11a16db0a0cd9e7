"""The decision: one for each case, with reasons when it is a denial, by somebody who did not accept."""

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from applications import remedies
from applications.models import Application, Decision
from applications.services import decisions, filing, review
from core.clock import local_date
from core.models import Message, OfficialDocument
from matters.services.posts import give_post
from tests.proof import refused

WHERE = {"reconsideration_body": "区人民政府", "court": "人民法院"}


@pytest.fixture
def task(world):
    """A decision that its decider has claimed."""
    task = world.task(world.accepted())
    review.claim(task_id=task.pk, by=world.decider("SCJG"), now=world.now())
    return task


def decide(world, task, outcome="granted", reasons="", by=None, **how):
    if outcome == "denied":
        how.setdefault("facts", "申报的住所已登记给另一家企业。")
    return decisions.decide(
        task_id=task.pk,
        outcome=outcome,
        reasons=reasons,
        by=by or world.decider("SCJG"),
        now=world.now(),
        **how,
    )


def test_decide_to_grant(world, task):
    decision = decide(world, task)

    task.case.refresh_from_db()
    task.refresh_from_db()
    assert (task.case.status, task.status, task.outcome) == ("granted", "done", "decided")
    assert decision.basis == task.case.version.legal_basis
    assert (decision.decided_by, decision.accepted_by) == (world.decider("SCJG"), world.clerk)
    assert task.case.next_attempt_at
    assert Message.objects.filter(title=f"“{task.case.version.name}”已批准").count() == 1


def test_decide_to_deny_with_reasons(world, task):
    decision = decide(world, task, "denied", " 住所不符。 ", basis="公司法第二十九条")

    task.case.refresh_from_db()
    assert task.case.status == "denied"
    assert (decision.reasons, decision.basis) == ("住所不符。", "公司法第二十九条")


@pytest.mark.parametrize(
    ("outcome", "reasons", "code"),
    [("denied", "  ", "reasons_required"), ("perhaps", "因为", "unknown_outcome")],
)
def test_decide_wrongly(world, task, outcome, reasons, code):
    with refused(code):
        decide(world, task, outcome, reasons)


def test_decide_to_deny_without_facts(world, task):
    with refused("facts_required"):
        decide(world, task, "denied", "住所不符。", facts="  ")


def test_a_denial_says_where_and_until_when_to_appeal(world):
    application = world.accepted(by_courier=True)
    task = world.task(application)
    world.road.work(task, outcome="denied")
    decision = Decision.objects.get(case__application=application)
    said = (decision.reconsideration_body, decision.court, decision.served_at)
    assert said == (f"{settings.REGION_NAME}人民政府", "有管辖权的人民法院", None)
    told = Message.objects.filter(reference=application.number).order_by("-id")[0].body
    assert "收到决定书之日起60日内" in told
    assert f"{settings.REGION_NAME}人民政府申请行政复议" in told

    world.carry()
    world.road.deliver(Application.objects.get(pk=application.pk))
    decision.refresh_from_db()
    served = local_date(decision.served_at)
    assert (decision.reconsider_until, decision.litigate_until) == remedies.last_days(served)
    paper = OfficialDocument.objects.get(kind="denial", reference=application.number)
    assert paper.data["facts"] == decision.facts
    assert paper.data["court"] == decision.court


def test_decide_a_second_time(world, task):
    decide(world, task)
    with refused("cannot_grant"):
        decide(world, task, "denied", "改主意了")


def test_the_second_of_two_who_decide_is_told_who_has_decided_what_and_when(world, task):
    first, second = (world.client(world.decider("SCJG")) for _ in range(2))
    said = {"decide-facts": "申报的住所已登记给另一家企业。", "decide-reasons": "住所不符。"}
    assert first.post(f"/queue/{task.pk}/decide/", {"decide-outcome": "granted"}).status_code == 302
    late = second.post(f"/queue/{task.pk}/decide/", said | {"decide-outcome": "denied"})

    page = late.content.decode()
    assert late.status_code == 422
    told = (
        f"{world.decider('SCJG').name}已于9月14日（周一）作出“准予”决定，一个办件只有一个决定，不能再作决定。"
    )
    assert told in page
    assert "您刚才填写的内容没有提交" in page
    assert all(text in page for text in said.values())
    assert Decision.objects.get(case=task.case).outcome == "granted"


def test_decide_without_a_claim(world):
    task = world.task(world.accepted())
    with refused("cannot_complete"):
        decide(world, task)


def test_decide_a_step_that_is_none(world):
    task = world.task(world.accepted("SCJG-007"))
    review.claim(task_id=task.pk, by=world.reviewer("SCJG"), now=world.now())
    with refused("not_a_decision"):
        decide(world, task, by=world.reviewer("SCJG"))


def test_decide_after_the_withdrawal(world, task):
    filing.withdraw(
        application_id=task.case.application_id, reason="不办了", by=world.citizen.user, now=world.now()
    )
    with refused("cannot_grant"):
        decide(world, task)


def test_decide_what_one_accepted(world):
    application = world.accepted()
    task = world.task(application)
    give_post(
        user=world.clerk,
        department=world.department("SCJG"),
        role="decider",
        by=world.administrator,
        now=world.now(),
    )
    with refused("decider_is_acceptor"):
        decide(world, task, by=world.clerk)


def test_the_database_refuses_a_decider_who_accepted(world, task):
    facts = {"case": task.case, "outcome": "granted", "basis": "法", "decided_at": world.now(), **WHERE}
    with pytest.raises(IntegrityError, match="decider_is_not_acceptor"), transaction.atomic():
        Decision.objects.create(**facts, decided_by=world.clerk, accepted_by=world.clerk)


@pytest.mark.parametrize("left_out", ["facts", "reasons", "basis"])
def test_the_database_refuses_a_denial_that_does_not_say_why(world, task, left_out):
    said = {"facts": "住所不符", "reasons": "不符合条件", "basis": "法", left_out: ""} | WHERE
    with pytest.raises(IntegrityError, match="denial_has_facts_reasons_basis"), transaction.atomic():
        Decision.objects.create(
            case=task.case,
            outcome="denied",
            decided_at=world.now(),
            decided_by=world.decider("SCJG"),
            **said,
        )


def test_the_database_refuses_a_decision_without_a_decider_or_without_remedies(world, task):
    facts = {"case": task.case, "basis": "法", "decided_at": world.now()}
    with pytest.raises(IntegrityError, match="decision_says_where"), transaction.atomic():
        Decision.objects.create(**facts, outcome="granted", decided_by=world.decider("SCJG"), court="法院")
    with pytest.raises(IntegrityError, match="decided_by"), transaction.atomic():
        Decision.objects.create(**facts, **WHERE, outcome="granted")


def test_the_database_refuses_a_second_decision(world, task):
    decision = decide(world, task)
    with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
        Decision.objects.create(
            case=task.case,
            outcome="granted",
            basis="法",
            decided_at=world.now(),
            decided_by=decision.decided_by,
            **WHERE,
        )
