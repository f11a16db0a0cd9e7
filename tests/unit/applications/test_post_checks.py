"""Checks after a commitment: met, to be mended by a day, or revoked with everything that hangs on it."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from applications import remedies
from applications.models import Clock, Revocation, StatusChange
from applications.selectors.decisions import published
from applications.services import post_checks, review
from core import calendar, clock
from core.clock import CHINA, local_date
from core.models import Message, OfficialDocument
from delivery.models import Certificate, Shipment
from delivery.services import results, shipments
from tests.proof import press_together, refusals, refused

MATTER, OFFICE = "SLJ-001", "SLJ"


def at_check(world, application=None):
    """Bring a matter decided on a commitment to its check, held by a reviewer who has been there."""
    application = application or world.closed(MATTER)
    task = world.task(application, "post_check")
    by = world.reviewer(OFFICE)
    review.claim(task_id=task.pk, by=by, now=world.now())
    review.record(task_id=task.pk, finding="沉沙池没有建。", by=by, now=world.now())
    task.refresh_from_db()
    return task


@pytest.fixture
def task(world):
    return at_check(world)


def mend(world, task, **how):
    said = {
        "findings": "沉沙池没有建。",
        "due_on": local_date(world.now()) + timedelta(days=30),
        "by": world.reviewer(OFFICE),
    } | how
    return post_checks.order_mending(task_id=task.pk, now=world.now(), **said)


def revoke(world, task, **how):
    said = {"facts": "沉沙池没有建。", "reasons": "未履行承诺。", "by": world.head(OFFICE)} | how
    return post_checks.revoke(task_id=task.pk, now=world.now(), **said)


def test_mending_is_ordered_in_writing_and_checked_again(world, task):
    again = mend(world, task)
    world.carry()

    task.refresh_from_db()
    again.refresh_from_db()
    assert (task.status, task.outcome) == ("done", "mending")
    assert (again.round, again.status) == (2, "open")
    assert again.mend_by == local_date(world.now()) + timedelta(days=30)
    # checked again once the applicant has had all of it, in ten working days
    assert again.due_at == calendar.due_at(at_noon(again.mend_by), 10, "workday")
    page = world.client(world.reviewer(OFFICE)).get(f"/queue/{again.pk}/").content.decode()
    until = f"{again.mend_by:%-m月%-d日}前（含当日）"
    assert f"已责令{until}整改，期满后再核查一次：沉沙池没有建。" in page
    assert OfficialDocument.objects.get(kind="mending").data["findings"] == "沉沙池没有建。"
    assert Message.objects.filter(title__endswith="请限期整改").count() == 1
    world.road.work(again)
    again.refresh_from_db()
    assert again.outcome == "pass"


def at_noon(day):
    return datetime.combine(day, time(12), tzinfo=CHINA)


def test_the_applicant_reads_that_mending_was_ordered_and_until_when(world, task):
    application = task.case.application
    day = local_date(world.now()) + timedelta(days=30)
    mend(world, task)
    page = world.client(application.applicant.user).get(f"/applications/{application.number}/")
    said, until = page.content.decode(), f"{day:%-m月%-d日}前（含当日）整改"

    assert "承诺后核查：责令限期整改" in said
    assert f"核查发现没有达到您承诺的条件。请在{until}：沉沙池没有建。" in said
    assert f"须在{until}，期满后再次核查。" in said
    world.carry()
    world.road.work(task.case.tasks.get(mend_by=day))
    page = world.client(application.applicant.user).get(f"/applications/{application.number}/")
    assert f"须在{until}" not in page.content.decode()


def test_mending_is_ordered_once_and_nothing_revoked_before_its_day_has_passed(world, task):
    again = mend(world, task)
    world.carry()
    review.claim(task_id=again.pk, by=world.reviewer(OFFICE), now=world.now())
    review.record(task_id=again.pk, finding="仍没有建。", by=world.reviewer(OFFICE), now=world.now())

    with refused("mended_once"):
        mend(world, again)
    with refused("still_mending"):
        revoke(world, again)
    clock.set_to(at_noon(again.mend_by))
    with refused("still_mending"):
        revoke(world, again)
    clock.set_to(at_noon(again.mend_by) + timedelta(days=1))
    assert revoke(world, again).revoked_at
    again.refresh_from_db()
    assert again.completed_at < again.due_at  # nobody is late who waited for the day to pass


@pytest.mark.parametrize(
    ("how", "code"),
    [({"findings": " "}, "findings_required"), ({"due_on": None}, "due_on_wrong")],
)
def test_mending_ordered_wrongly(world, task, how, code):
    with refused(code):
        mend(world, task, **how)
    with refused("due_on_wrong"):
        mend(world, task, due_on=local_date(world.now()))
    with refused("due_on_wrong"):
        mend(world, task, due_on=local_date(world.now()) + timedelta(days=120))


def test_a_check_is_not_simply_objected_to(world, task):
    with refused("mend_or_revoke"):
        review.complete(
            task_id=task.pk, outcome="object", opinion="没建", by=world.reviewer(OFFICE), now=world.now()
        )


def test_revocation_voids_the_result_and_tells_the_remedies(world, task):
    assert published().count() == 1
    revocation = revoke(world, task)
    case = task.case
    certificate = Certificate.objects.get(case=case)
    assert certificate.document.revoked_at is None  # delivery has not heard of it yet
    world.carry()

    case.refresh_from_db()
    revocation.refresh_from_db()
    certificate.document.refresh_from_db()
    served = local_date(world.now())
    assert (case.status, bool(revocation.receipted_at)) == ("revoked", True)
    assert certificate.document.revoked_at == revocation.revoked_at
    page = world.client().get(f"/verify/{certificate.document.verify_token}/").content.decode()
    assert f"已于{served:%Y年%-m月%-d日}撤销" in page
    paper = OfficialDocument.objects.get(kind="revocation")
    assert (paper.data["result_number"], paper.data["court"]) == (
        certificate.document.number,
        revocation.court,
    )
    assert (revocation.reconsider_until, revocation.litigate_until) == remedies.last_days(served)
    told = Message.objects.filter(title__endswith="已撤销").get()
    assert "申请行政复议" in told.body
    assert results.mark_revoked(revocation_id=revocation.pk, now=world.now()) is False
    with refused("cannot_revoke"):
        revoke(world, task)


def test_a_result_revoked_before_it_is_collected_is_not_handed_over(world):
    application = world.ready(MATTER)
    revoke(world, at_check(world, application))
    outlet = world.client(world.outlet)
    page = outlet.get(f"/outlet/{application.number}/")
    document = Certificate.objects.get(case__application=application).document

    assert page.context["shown"].results == []
    assert document.number not in page.content.decode()
    assert "没有可以领取的结果" in page.content.decode()
    assert "确认出件" not in page.content.decode()
    assert "0 份" in outlet.get("/outlet/").content.decode()
    with refused("nothing_left"):
        world.road.deliver(application)
    assert outlet.get(f"/outlet/{application.number}/results.pdf").status_code == 409

    world.carry()
    application.refresh_from_db()
    assert (application.status, application.delivery.way) == ("closed", "electronic")
    assert document.number not in outlet.get(f"/outlet/{application.number}/").content.decode()


def test_a_parcel_of_which_every_result_was_revoked_leaves_the_courier_desk(world):
    application = world.ready(MATTER, by_courier=True)
    parcel = application.delivery.shipment
    courier = world.client(world.courier)
    assert f'href="/parcels/{parcel.pk}/"' in courier.get("/parcels/").content.decode()
    revoke(world, at_check(world, application))
    with refused("nothing_left"):
        shipments.send(shipment_id=parcel.pk, by=world.courier, now=world.now())

    world.carry()
    desks = [
        courier.get(f"/parcels/?state={each}").content.decode() for each in ("pack", "transit", "received")
    ]
    assert not [page for page in desks if f'href="/parcels/{parcel.pk}/"' in page]
    assert courier.get("/parcels/").context["tabs"][0]["count"] == 0
    page = courier.get(f"/parcels/{parcel.pk}/").content.decode()
    assert "不要交寄" in page
    assert "打印面单" not in page
    with refused("cannot_send"):
        shipments.send(shipment_id=parcel.pk, by=world.courier, now=world.now())

    application.refresh_from_db()
    assert (application.status, application.delivery.way) == ("closed", "electronic")
    assert not Clock.objects.filter(application=application, kind="certificate", stopped_at=None).exists()
    assert (
        "包裹到哪了"
        not in world.client(application.applicant.user)
        .get(f"/applications/{application.number}/")
        .content.decode()
    )


def test_a_parcel_ordered_and_not_booked_is_cancelled_and_never_booked(world):
    application = world.ready(MATTER, by_courier=True)
    Shipment.objects.update(status="ordered", waybill="", receipted_at=None, next_attempt_at=world.now())
    revoke(world, at_check(world, application))
    world.carry()
    parcel = Shipment.objects.get()

    assert (parcel.status, parcel.waybill, parcel.next_attempt_at) == ("cancelled", "", None)
    assert shipments.book(shipment_id=parcel.pk, now=world.now()) is False


@pytest.mark.parametrize(("field", "code"), [("facts", "facts_required"), ("reasons", "reasons_required")])
def test_revocation_that_does_not_say_why(world, task, field, code):
    with refused(code):
        revoke(world, task, **{field: " "})


def test_revocation_by_the_reviewer_or_before_anybody_has_looked(world):
    application = world.closed(MATTER)
    task = world.task(application, "post_check")
    with refused("no_finding"):
        revoke(world, task)
    review.claim(task_id=task.pk, by=world.reviewer(OFFICE), now=world.now())
    with refused("post_required"):
        revoke(world, task, by=world.reviewer(OFFICE))


def test_the_database_holds_that_a_revocation_says_why(world, task):
    revoke(world, task)
    for wrong, name in (
        ({"facts": ""}, "revocation_has_facts_reasons_basis"),
        ({"court": ""}, "revocation_says_where"),
        ({"litigate_until": None}, "revocation_served_has_last_days"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Revocation.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_mending_and_revoking_at_one_instant(world):
    task = at_check(world)
    results_of = press_together(
        [lambda: mend(world, task), lambda: revoke(world, task), lambda: mend(world, task)]
    )
    task.refresh_from_db()
    task.case.refresh_from_db()
    assert len(refusals(results_of)) == 2
    assert (task.outcome, task.case.status) in (("mending", "granted"), ("revoked", "revoked"))
    assert StatusChange.objects.filter(task=task, target="done").count() == 1
