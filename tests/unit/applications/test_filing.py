"""Submitting and withdrawing: once, whole, and with what was decided going out."""

import re
from datetime import UTC, datetime

import pytest

from applications.enums import CaseStatus
from applications.items import Item
from applications.models import Application, Decision, ReviewTask
from applications.services import corrections, filing, intake, routing
from core import codes
from core.enums import DocumentKind
from core.models import AuditEntry, Message, OfficialDocument, Sms
from delivery.models import Certificate
from tests.proof import refused


def submit(world, application, by=None, **how):
    return filing.submit(
        application_id=application.pk, by=by or application.created_by, now=world.now(), **how
    )


def withdraw(world, application, by=None):
    return filing.withdraw(
        application_id=application.pk,
        reason="不办了",
        by=by or application.applicant.user,
        now=world.now(),
    )


# --- numbers --------------------------------------------------------------------------------------------------------


def test_next_number_is_region_date_sequence_and_check(world):
    number = filing.next_number(world.now())

    assert re.fullmatch(r"330199260914\d{6}[0-9A-Z]", number)
    assert codes.with_hybrid_check(number[:-1]) == number


def test_next_number_takes_the_day_in_china(db):
    evening = datetime(2026, 9, 14, 16, 30, tzinfo=UTC)  # half past midnight in China
    assert filing.next_number(evening)[6:12] == "260915"


def test_next_number_finds_every_wrong_character(world):
    number = filing.next_number(world.now())
    for place, right in enumerate(number[:-1]):
        for wrong in set("0123456789") - {right}:
            mistyped = number[:place] + wrong + number[place + 1 :]
            assert codes.with_hybrid_check(mistyped[:-1]) != mistyped


# --- submit ---------------------------------------------------------------------------------------------------------


def test_submit_gives_number_query_code_receipt_and_notice(world):
    done = submit(world, world.draft())

    assert done.status == "submitted"
    assert done.submitted_at
    assert set(done.query_code) <= set(filing.QUERY_CODE_LETTERS)
    assert len(done.query_code) == 6
    receipt = OfficialDocument.objects.get(kind=DocumentKind.RECEIPT, reference=done.number)
    assert receipt.data["query_code"] == done.query_code
    assert Message.objects.filter(reference=done.number, title="申请已提交").count() == 1
    assert done.query_code in Sms.objects.get().text
    assert done.visits.count() == 0


def test_submit_at_the_counter_records_the_visit(world):
    done = submit(world, world.draft("SCJG-009", at_counter=True), confirmed=True)

    assert [(visit.causes, visit.service_point) for visit in done.visits.all()] == [(["filing"], world.hall)]


def test_submit_at_the_counter_needs_the_applicants_confirmation_and_records_it(world):
    draft = world.draft("SCJG-009", at_counter=True)

    with refused("confirmation_required") as caught:
        submit(world, draft)
    assert caught.refusal.field == "confirmed"

    done = submit(world, draft, confirmed=True)
    said = AuditEntry.objects.get(act="application.confirm", reference=done.number)
    assert (said.record_id, said.actor) == (str(done.pk), world.clerk)


def test_submit_on_the_web_is_the_applicants_own_confirmation(world):
    done = submit(world, world.draft())
    assert not AuditEntry.objects.filter(act="application.confirm", reference=done.number).exists()


def test_submit_a_second_time(world):
    application = world.submitted()
    with refused("cannot_submit"):
        submit(world, application)


def test_submit_with_a_material_missing_names_it(world):
    draft = world.draft()
    material = draft.materials.filter(is_required=True, disposition="ask").first()
    material.attachments.all().delete()

    with refused("material_missing") as caught:
        submit(world, draft)
    assert material.name in caught.refusal.message
    assert caught.refusal.field == "materials"


def test_submit_counts_a_removed_file_as_missing(world):
    draft = world.draft()
    material = draft.materials.filter(is_required=True, disposition="ask").first()
    material.attachments.update(removed_at=world.now())

    with refused("material_missing"):
        submit(world, draft)


def test_submit_without_a_subject(world):
    draft = world.draft()
    Application.objects.filter(pk=draft.pk).update(subject="")
    with refused("subject_required"):
        submit(world, draft)


def test_submit_what_does_not_exist(world):
    with refused("not_found"):
        filing.submit(application_id=999_999, by=world.citizen.user, now=world.now())


# --- withdraw -------------------------------------------------------------------------------------------------------


def test_withdraw_before_acceptance_ends_everything(world):
    application = withdraw(world, world.submitted("B01"))

    assert application.status == "withdrawn"
    assert application.ended_at
    assert set(application.cases.values_list("status", flat=True)) == {CaseStatus.WITHDRAWN}


def test_withdraw_under_correction_ends_the_notice(world):
    application = world.submitted()
    correction = corrections.ask(
        application_id=application.pk, items=[Item("身份证", "已过期")], by=world.clerk, now=world.now()
    )
    withdraw(world, application)
    correction.refresh_from_db()
    assert correction.status == "cancelled"


def test_withdraw_in_review_cancels_the_open_tasks(world):
    application = world.accepted("ZRZY-001")
    world.road.work(world.task(application, "tax"))

    withdraw(world, application)

    tasks = ReviewTask.objects.filter(case__application=application)
    assert {task.step.key: task.status for task in tasks} == {"tax": "done", "housing": "cancelled"}
    assert not tasks.filter(receipted_at=None, next_attempt_at__isnull=False).exists()


def test_withdraw_after_the_decision(world):
    application = world.accepted()
    world.road.work(world.task(application))
    with refused("already_decided"):
        withdraw(world, application)


def test_withdraw_after_one_of_several_decisions_lets_the_decided_one_go_out(world):
    application = world.accepted("B01")
    world.road.work(world.task(application))

    withdraw(world, application)

    assert application.status == "accepted"
    assert sorted(application.cases.values_list("status", flat=True)) == ["granted"] + ["withdrawn"] * 3
    world.carry()
    world.road.deliver(application)
    application.refresh_from_db()
    assert application.status == "closed"
    assert Decision.objects.count() == Certificate.objects.count() == 1


def test_withdraw_starts_nothing_when_the_result_is_issued_afterwards(world):
    """The granted case's result comes after its dependants were withdrawn: they stay so."""
    application = world.accepted("B08")
    world.road.work(world.task(application))
    withdraw(world, application)

    world.carry()

    assert ReviewTask.objects.filter(case__application=application).count() == 1
    assert application.cases.filter(status=CaseStatus.WITHDRAWN).count() == 4


@pytest.mark.parametrize("point", ["withdrawn", "closed", "refused", "draft"])
def test_withdraw_what_has_ended_or_not_begun(world, point):
    if point == "draft":
        application = world.draft()
    elif point == "closed":
        application = world.closed()
    elif point == "withdrawn":
        application = withdraw(world, world.submitted())
    else:
        application = world.submitted()
        intake.refuse(
            application_id=application.pk,
            reason="不属本区",
            competent_authority="邻区",
            by=world.clerk,
            now=world.now(),
        )
    with refused("cannot_withdraw"):
        withdraw(world, application)


def test_a_late_message_to_a_withdrawn_application_does_nothing(world):
    application = world.road.accept(world.submitted("ZRZY-001"))
    tasks = list(ReviewTask.objects.filter(case__application=application).values_list("pk", flat=True))
    withdraw(world, application)

    assert [routing.receipt_task(task_id=pk, now=world.now()) for pk in tasks] == [False, False]
