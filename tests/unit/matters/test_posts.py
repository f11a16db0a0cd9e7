import pytest

from core.errors import Forbidden, Invalid, Refusal
from core.models import AuditEntry, User
from matters.enums import Role
from matters.models import StaffPost
from matters.permissions import holds, posts_of
from matters.selectors import staff_posts
from matters.services.posts import WINDOW_ROLES, end_post, give_post


@pytest.fixture
def admin(staff, department):
    return staff("admin", department, Role.ADMINISTRATOR)


@pytest.fixture
def person(blank):
    return User.objects.create_user("person", name="王某")


@pytest.fixture
def give(person, department, admin, now):
    def do(role=Role.REVIEWER, **changes):
        return give_post(
            **{"user": person, "department": department, "role": role, "by": admin, "now": now} | changes
        )

    return do


def test_give_post_counts_at_once_and_is_audited(give, person, department, admin, now):
    assert posts_of(person) == []
    post = give()
    assert (post.given_by, post.given_at) == (admin, now)
    assert holds(person, Role.REVIEWER, department=department)
    entry = AuditEntry.objects.get(act="give_post")
    assert (entry.actor, entry.detail["user"], entry.detail["role"]) == (admin, "person", "reviewer")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_give_post_refuses_everyone_but_administrators(role, give, staff, department, hall):
    with pytest.raises(Forbidden):
        give(by=staff("other", department, role, hall=hall))
    assert not StaffPost.objects.filter(user__username="person").exists()


@pytest.mark.parametrize("role", Role)
def test_give_post_wants_a_place_for_window_roles_only(role, give, hall):
    if role in WINDOW_ROLES:
        with pytest.raises(Invalid) as refused:
            give(role)
        assert refused.value.field == "service_point"
        assert give(role, service_point=hall).service_point == hall
    else:
        assert give(role).service_point is None


def test_give_post_refuses_a_post_held_already(give):
    give()
    with pytest.raises(Refusal) as refused:
        give()
    assert refused.value.code == "post_already_held"


def test_give_post_again_after_it_ended(give, admin, now):
    end_post(post=give(), by=admin, now=now)
    assert give().ended_at is None


def test_give_post_refuses_closed_places_people_and_unknown_roles(give, person, department, hall):
    hall.is_active = False
    with pytest.raises(Invalid, match="大厅"):
        give(Role.INTAKE, service_point=hall)
    with pytest.raises(Invalid, match="boss"):
        give("boss")
    department.is_active = False
    with pytest.raises(Invalid, match="甲局"):
        give()
    department.is_active = True
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(Invalid, match="停用"):
        give()


def test_end_post_ends_it_with_who_and_when(give, admin, person, now):
    post = end_post(post=give(), by=admin, now=now)
    assert (post.ended_at, post.ended_by) == (now, admin)
    assert posts_of(User.objects.get(pk=person.pk)) == []
    assert AuditEntry.objects.filter(act="end_post", actor=admin).count() == 1


def test_end_post_twice_is_refused(give, admin, now):
    post = end_post(post=give(), by=admin, now=now)
    with pytest.raises(Refusal) as refused:
        end_post(post=post, by=admin, now=now)
    assert refused.value.code == "post_ended"


def test_end_post_refuses_everyone_but_administrators(give, staff, department, now):
    with pytest.raises(Forbidden):
        end_post(post=give(), by=staff("head", department, Role.HEAD), now=now)


def test_end_post_keeps_the_last_administrator(give, admin, now):
    last = admin.posts.get()
    with pytest.raises(Refusal) as refused:
        end_post(post=last, by=admin, now=now)
    assert refused.value.code == "last_administrator"
    give(Role.ADMINISTRATOR)
    end_post(post=last, by=admin, now=now)
    assert StaffPost.objects.current().filter(role=Role.ADMINISTRATOR).count() == 1


def test_end_post_does_not_count_an_administrator_whose_account_is_closed(give, person, admin, now):
    give(Role.ADMINISTRATOR)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(Refusal) as refused:
        end_post(post=admin.posts.get(), by=admin, now=now)
    assert refused.value.code == "last_administrator"


@pytest.mark.parametrize("role", Role)
def test_staff_posts_are_for_administrators_supervisors_and_auditors(role, staff, department, hall):
    viewer = staff("viewer", department, role, hall=hall)
    if role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR):
        assert [post.user for post in staff_posts(viewer=viewer)] == [viewer]
    else:
        with pytest.raises(Forbidden):
            staff_posts(viewer=viewer)
