"""Trips: what is done on one day at one place is one visit with several causes."""

import pytest
from django.db import IntegrityError, transaction

from applications.items import Item
from applications.models import Visit
from applications.services import corrections, intake, visits
from core.models import AuditEntry
from delivery.services import outlet
from matters.models import ServicePoint
from tests.proof import refused


@pytest.fixture
def application(world):
    return world.submitted()


def record(world, application, cause="filing", place=None, now=None):
    return visits.record(
        application=application,
        cause=cause,
        place=place or world.hall,
        by=world.clerk,
        now=now or world.now(),
    )


def causes(application):
    return [visit.causes for visit in application.visits.all()]


def test_record_writes_where_when_and_why(world, application):
    visit = record(world, application)

    assert (visit.service_point, visit.causes, visit.recorded_by) == (world.hall, ["filing"], world.clerk)
    assert AuditEntry.objects.filter(act="visit.record", record_id=str(visit.pk)).count() == 1


def test_record_on_one_day_at_one_place_is_one_trip(world, application):
    for cause in ("filing", "correction", "filing", "collection"):
        record(world, application, cause)
    assert causes(application) == [["filing", "correction", "collection"]]


def test_record_on_another_day_is_another_trip(world, application):
    record(world, application)
    world.pass_time(days=1)
    record(world, application, "collection")
    assert causes(application) == [["filing"], ["collection"]]


def test_record_at_another_place_is_another_trip(world, application):
    other = ServicePoint.objects.exclude(pk=world.hall.pk).first() or ServicePoint.objects.create(
        code="TOWN", name="镇便民服务中心", address="镇前街1号", hours="工作日"
    )
    record(world, application)
    record(world, application, place=other)
    assert causes(application) == [["filing"], ["filing"]]


def test_record_counts_the_day_in_china(world, application):
    evening = world.now().replace(hour=15, minute=59)  # one minute before midnight in China
    record(world, application, now=evening)
    record(world, application, now=evening.replace(hour=16, minute=0))
    assert application.visits.count() == 2


def test_record_without_a_place(world, application):
    with refused("service_point_required"):
        visits.record(application=application, cause="filing", place=None, by=world.clerk, now=world.now())


def test_the_database_holds_one_visit_a_day_and_place(world, application):
    visit = record(world, application)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.create(
            application=application,
            date=visit.date,
            at=visit.at,
            service_point=world.hall,
            causes=["other"],
            recorded_by=world.clerk,
        )


def test_one_morning_at_the_window_is_one_trip(world):
    """File, correct, and collect an instant result, all in one stay."""
    application = world.road.submit(world.draft("SCJG-004", at_counter=True))
    correction = corrections.ask(
        application_id=application.pk, items=[Item("身份证", "复印件不清")], by=world.clerk, now=world.now()
    )
    corrections.answer(
        application_id=application.pk,
        answers={correction.items.get().pk: "已重新复印"},
        by=world.clerk,
        now=world.now(),
        channel="counter",
        place=world.hall,
    )
    intake.accept(application_id=application.pk, by=world.clerk, now=world.now())
    world.carry()
    world.road.finish_departments(application)
    outlet.hand_over(
        application_id=application.pk,
        collector_name="陈晓岚",
        relation="self",
        signature="陈晓岚",
        place=world.hall,
        by=world.outlet,
        now=world.now(),
    )
    assert causes(application) == [["filing", "correction", "collection"]]
