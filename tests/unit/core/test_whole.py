"""What is read whole is what Django's own prefetching would read, in questions that do not grow."""

import pytest
from django.db import connection
from django.db.models import Prefetch, Q
from django.test.utils import CaptureQueriesContext

from core.models import User
from core.prepared import Among, Prepared
from core.whole import Part, Whole, narrow
from matters.models import Department, Matter, MatterVersion

pytestmark = pytest.mark.django_db

VERSIONS = Prepared(
    lambda keys: MatterVersion.objects.filter(Among("pk", keys)).select_related("matter__current")
)
STEPS = Part("steps", related=["department"], order=["-order"], only=Q(order__gt=0))
VERSION = Whole(VERSIONS, STEPS, Part("matter.current.materials"))


@pytest.fixture
def versions(world):
    return MatterVersion.objects.filter(status="published").order_by("pk")


def steps_of(version):
    return [(step.pk, step.department.name) for step in version.steps.all()]


def test_it_reads_what_prefetching_reads(versions):
    steps = MatterVersion.steps.rel.related_model.objects.filter(order__gt=0).order_by("-order")
    expected = versions.prefetch_related(Prefetch("steps", steps), "matter__current__materials")[:9]
    found = VERSION.over(versions)[:9]
    assert [steps_of(one) for one in found] == [steps_of(one) for one in expected]
    assert [list(one.matter.current.materials.all()) for one in found] == [
        list(one.matter.current.materials.all()) for one in expected
    ]


@pytest.mark.parametrize("many", [1, 5, 20])
def test_its_questions_do_not_grow(versions, many):
    with CaptureQueriesContext(connection) as asked:
        for version in VERSION.over(versions)[:many]:
            steps_of(version)
            for step in version.steps.all():
                assert step.version is version
            list(version.matter.current.materials.all())
    assert len(asked) == 4


def test_a_query_set_stays_one(versions):
    whole = VERSION.over(versions)
    ids = list(versions.values_list("pk", flat=True))
    assert list(whole.values_list("pk", flat=True)) == ids
    assert whole.count() == len(ids)
    assert whole.filter(pk=ids[2]).first().pk == whole.get(pk=ids[2]).pk == ids[2]
    assert [one.pk for one in whole.order_by("-pk")[:3]] == ids[::-1][:3]
    assert list(whole.none()) == []
    assert [one.pk for one in whole.read([ids[3], ids[1], 0])] == [ids[3], ids[1]]


def test_what_is_read_with_a_record_cannot_be_said_twice(versions):
    whole = VERSION.over(versions)
    for said_again in (whole.select_related("matter"), whole.only("number"), whole.defer("content")):
        with pytest.raises(TypeError, match="read whole"):
            list(said_again)


def test_asked_for_other_records_it_asks_for_its_own_only(versions):
    version = VERSION.over(versions).first()
    steps = set(version.steps.all())
    assert set(version.steps.filter(order__gte=0)) == steps
    assert version.steps.exclude(pk__in=[one.pk for one in steps]).count() == 0


def test_it_can_know_of_fewer(versions):
    version = max(VERSION.over(versions), key=lambda one: len(one.steps.all()))
    one = version.steps.all()[0]
    narrow(version, "steps", [one.pk])
    assert list(version.steps.all()) == list(version.steps.filter(order__gte=0)) == [one]


def test_what_leads_nowhere_has_no_parts(world):
    departments = Whole(
        Prepared(
            lambda keys: Department.objects.filter(Among("pk", keys), successor=None).select_related(
                "successor"
            )
        ),
        Part("successor.tasks"),
    )
    assert len(departments.over(Department.objects.all())) > 0


def test_a_way_that_has_not_been_read_is_a_mistake(world):
    matters = Whole(Prepared(lambda keys: Matter.objects.filter(Among("pk", keys))), Part("current.steps"))
    with pytest.raises(KeyError):
        list(matters.over(Matter.objects.exclude(current=None)))


def test_rows_of_values_can_be_prepared(world):
    names = Prepared(
        lambda keys: User.objects.filter(Among("pk", keys)).order_by("pk").values_list("pk", "name")
    )
    people = [world.clerk, world.citizen.user]
    assert names.ask([one.pk for one in people]) == sorted((one.pk, one.name) for one in people)
    assert names.ask([]) == []
