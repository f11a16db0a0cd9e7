import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from core.errors import Forbidden
from core.models import User
from matters.enums import Role
from matters.models import Department
from matters.permissions import departments_of, holds, is_staff, posts_of, require

PLACES = ("own", "other", "any")
TABLE = [
    (held, asked, place, held == asked and place != "other")
    for held, asked, place in itertools.product(Role, Role, PLACES)
]


@pytest.fixture
def people(staff, department, hall):
    """One person for each role, all in one department."""
    return {role: staff(role, department, role, hall=hall) for role in Role}


@pytest.fixture
def places(department):
    other = Department.objects.create(code="BBB", name="乙局", region_code="330199")
    return {"own": department, "other": other, "any": None}


def test_holds_and_require_follow_role_and_department(people, places):
    """Every role held against every role asked for, in its own department, another one and any."""
    for held, asked, place, allowed in TABLE:
        user, department = people[held], places[place]
        assert holds(user, asked, department=department) is allowed, (held, asked, place)
        if allowed:
            assert require(user, asked, department=department).role == held
        else:
            with pytest.raises(Forbidden) as refused:
                require(user, asked, department=department)
            wanted = "other_department" if held == asked else "post_required"
            assert refused.value.code == wanted, (held, asked, place)
            assert asked.label in refused.value.message


def test_departments_of_names_the_departments_of_the_role_only(people, department):
    for held, asked in itertools.product(Role, Role):
        assert departments_of(people[held], {asked}) == ({department.pk} if held == asked else set())


def test_holds_takes_a_department_or_its_id(people, department):
    assert holds(people[Role.DECIDER], Role.DECIDER, department=department.pk)


def test_holds_any_of_several_roles(people):
    assert holds(people[Role.HEAD], Role.DECIDER, Role.HEAD)
    assert not holds(people[Role.INTAKE], Role.DECIDER, Role.HEAD)


def test_posts_of_one_person_in_two_departments(staff, department, places):
    user = staff("two", department, Role.REVIEWER)
    user.posts.create(department=places["other"], role=Role.DECIDER, given_at=user.created_at)
    assert holds(user, Role.DECIDER, department=places["other"])
    assert not holds(user, Role.DECIDER, department=department)
    assert not holds(user, Role.REVIEWER, department=places["other"])


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_nobody_holds_anything(nobody, people):
    assert posts_of(nobody) == []
    assert not is_staff(nobody)
    assert not any(holds(nobody, role) for role in Role)


def test_is_staff_only_with_a_current_post(staff, department, now):
    user = staff("leaver", department, Role.REVIEWER)
    assert is_staff(user)
    user.posts.update(ended_at=now, ended_by=user)
    assert not is_staff(User.objects.get(pk=user.pk))


def test_posts_of_an_inactive_account_do_not_count(staff, department):
    user = staff("away", department, Role.REVIEWER)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert posts_of(User.objects.get(pk=user.pk)) == []


def test_posts_of_reads_the_database_once(staff, department, django_assert_num_queries):
    user = staff("once", department, Role.REVIEWER)
    with django_assert_num_queries(1):
        holds(user, Role.REVIEWER)
        require(user, Role.REVIEWER, department=department)
        is_staff(user)
