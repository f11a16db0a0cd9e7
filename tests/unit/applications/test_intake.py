"""Accepting once for all departments, or refusing with the reason and the right authority."""

import pytest

from applications.models import ReviewTask
from applications.services import intake
from applications.services.intake import CaseRefusal
from core import calendar
from core.enums import DocumentKind
from core.models import Message, OfficialDocument
from tests.proof import refused

REFUSAL = CaseRefusal("不在本区经营", "邻区市场监督管理局")


def accept(world, application, **how):
    return intake.accept(application_id=application.pk, by=world.clerk, now=world.now(), **how)


def refuse(world, application, reason="不属本区管辖", authority="邻区行政审批局"):
    return intake.refuse(
        application_id=application.pk,
        reason=reason,
        competent_authority=authority,
        by=world.clerk,
        now=world.now(),
    )


def test_accept_says_who_when_and_by_when(world):
    application = accept(world, world.submitted("B01"))

    assert (application.status, application.accepted_by) == ("accepted", world.clerk)
    assert application.promised_due_at == calendar.due_at(application.accepted_at, 7, "workday")
    slip = OfficialDocument.objects.get(kind=DocumentKind.ACCEPTANCE, reference=application.number)
    assert len(slip.data["matters"]) == 4
    assert Message.objects.filter(reference=application.number, title="申请已受理").count() == 1


def test_accept_starts_the_clocks_of_the_first_cases_only(world):
    application = accept(world, world.submitted("B01"))
    started = application.cases.exclude(started_at=None)

    assert [case.version.matter.code for case in started] == ["SCJG-001"]
    assert started.get().statutory_due_at
    assert ReviewTask.objects.filter(case__application=application).count() == 1


def test_accept_a_second_time(world):
    application = world.accepted()
    with refused("cannot_accept"):
        accept(world, application)


@pytest.mark.parametrize("point", ["draft", "closed"])
def test_accept_what_is_not_submitted(world, point):
    application = getattr(world, point)()
    with refused("cannot_accept"):
        accept(world, application)


def test_accept_with_every_case_refused(world):
    application = world.submitted()
    with refused("all_refused"):
        accept(world, application, refusals={application.cases.get().pk: REFUSAL})


@pytest.mark.parametrize(
    ("refusal", "code"),
    [(CaseRefusal(" ", "邻区"), "reason_required"), (CaseRefusal("不属本区", " "), "authority_required")],
)
def test_accept_with_an_incomplete_refusal(world, refusal, code):
    application = world.submitted("B08")
    last = application.cases.order_by("order").last()
    with refused(code):
        accept(world, application, refusals={last.pk: refusal})


def test_accept_refusing_a_case_of_another_application(world):
    application, other = world.submitted("B08"), world.submitted("B08")
    strange = other.cases.order_by("order").last()
    with refused("unknown_case"):
        accept(world, application, refusals={strange.pk: REFUSAL})


def test_refuse_says_why_and_where_to_go(world):
    application = refuse(world, world.submitted("B01"))

    assert application.status == "refused"
    assert application.ended_at
    assert set(application.cases.values_list("status", flat=True)) == {"refused"}
    paper = OfficialDocument.objects.get(kind=DocumentKind.REFUSAL, reference=application.number)
    assert paper.data["reasons"] == ["不属本区管辖"]
    assert paper.data["competent_authority"] == "邻区行政审批局"
    (message,) = Message.objects.filter(reference=application.number, title="申请不予受理")
    assert "邻区行政审批局" in message.body
    assert "行政复议" in message.body
    assert not ReviewTask.objects.filter(case__application=application).exists()


@pytest.mark.parametrize(
    ("reason", "authority", "code"),
    [(" ", "邻区", "reason_required"), ("不属本区", " ", "authority_required")],
)
def test_refuse_without_reason_or_authority(world, reason, authority, code):
    application = world.submitted()
    with refused(code):
        refuse(world, application, reason, authority)


@pytest.mark.parametrize("point", ["draft", "accepted", "closed"])
def test_refuse_what_is_not_submitted(world, point):
    application = getattr(world, point)()
    with refused("cannot_refuse"):
        refuse(world, application)


def test_submit_and_accept_does_both_in_one_visit(world):
    application = intake.submit_and_accept(
        application_id=world.draft("SCJG-009", at_counter=True).pk,
        by=world.clerk,
        now=world.now(),
        confirmed=True,
    )
    assert application.status == "accepted"
    assert [visit.causes for visit in application.visits.all()] == [["filing"]]


def test_submit_and_accept_does_neither_when_a_material_is_missing(world):
    draft = world.draft("SCJG-009", at_counter=True)
    draft.materials.filter(is_required=True, disposition="ask").update(
        paper_received_at=None, paper_received_by=None
    )
    with refused("material_missing"):
        intake.submit_and_accept(application_id=draft.pk, by=world.clerk, now=world.now(), confirmed=True)


def test_instant_matters_still_take_two_people(world):
    application = world.accepted("SCJG-001")
    task = world.task(application)
    assert task.kind == "decide"
    assert world.decider("SCJG") != application.accepted_by
