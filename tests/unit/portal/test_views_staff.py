import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from matters.enums import Role
from matters.models import StaffPost
from matters.services.posts import give_post


@pytest.fixture
def admin(world):
    return world.client(world.administrator)


def give(client, **changed: str):
    chosen = {"user": "gaj.review1", "department": "SCJG", "role": "reviewer", "service_point": ""}
    return client.post(reverse("post-give"), {**chosen, **changed})


# --- where work begins --------------------------------------------------------------------------------------------


def test_desk_leads_staff_to_their_first_workspace(world):
    for user, name in (
        (world.clerk, "counter"),
        (world.outlet, "outlet"),
        (world.administrator, "posts"),
        (world.cast.user("office1"), "catalogue"),
        (world.cast.user("scjg.editor"), "catalogue"),
    ):
        assert world.client(user).get(reverse("desk"))["Location"] == reverse(name)


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("counter1", "/counter/"),
        ("outlet1", "/outlet/"),
        ("scjg.review1", "/queue/"),
        ("citizen1", "/applications/"),
        ("admin", "/desk/operations/"),
    ],
)
def test_whoever_goes_back_to_a_list_reads_it_anew(world, person, address):
    answer = world.client(world.cast.user(person)).get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_desk_leads_applicants_to_their_applications(world):
    response = world.client(world.citizen.user).get(reverse("desk"))
    assert response["Location"] == reverse("my-applications")


def test_desk_of_staff_without_a_workspace_says_so(world, monkeypatch):
    monkeypatch.setattr("portal.context.WORKSPACES", ())  # every role has one; a new role may come without
    response = world.client(world.cast.user("office1")).get(reverse("desk"))
    assert "没有对应的工作台" in response.content.decode()


# --- the list of posts --------------------------------------------------------------------------------------------


def test_posts_are_for_those_who_oversee(world):
    assert world.client(world.clerk).get(reverse("posts")).status_code == 403
    assert world.client(world.citizen.user).get(reverse("posts")).status_code == 403
    page = world.client(world.supervisor).get(reverse("posts")).content.decode()
    assert "离岗</button>" not in page


def test_posts_narrow_by_person_department_and_role(admin):
    found = admin.get(reverse("posts"), {"department": "GAJ", "role": "decider"}).context["page"].items
    assert [post.user.username for post in found] == ["gaj.decide"]
    found = admin.get(reverse("posts"), {"q": "窗一"}).context["page"].items
    assert [post.user.username for post in found] == ["counter1"]


def test_posts_leave_out_what_cannot_be_understood(admin):
    assert (
        admin.get(reverse("posts"), {"department": "NOPE", "role": "nope", "ended": "x"}).status_code == 200
    )


def test_posts_show_ended_ones_only_on_request(world, admin):
    post = StaffPost.objects.get(user__username="gaj.review2")
    admin.post(reverse("post-end", args=[post.pk]))
    asked = {"q": "gaj.review2"}
    assert admin.get(reverse("posts"), asked).context["page"].items == []
    assert [row.pk for row in admin.get(reverse("posts"), {**asked, "ended": "1"}).context["page"].items] == [
        post.pk
    ]


def test_posts_page_on_with_the_filters_kept(admin):
    first = admin.get(reverse("posts"), {"role": ""})
    second = admin.get(reverse("posts") + first.context["next_url"])
    one, two = ({post.pk for post in page.context["page"].items} for page in (first, second))
    assert len(one) == 50
    assert two
    assert not one & two


def test_posts_read_as_much_for_few_as_for_many(admin):
    def queries(asked: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(reverse("posts"), asked)
        return len(captured)

    queries({})
    assert queries({"q": "窗一"}) == queries({"q": "review"})


# --- giving and ending --------------------------------------------------------------------------------------------


def test_new_account_leads_on_to_its_first_post(admin):
    given = {"name": "方新", "username": "fangxin", "password": "Longjing-Tea-26"}
    response = admin.post(reverse("staff-account-new"), given)
    assert response["Location"] == reverse("post-give") + "?user=fangxin"
    assert 'value="fangxin" selected' in admin.get(response["Location"]).content.decode()


def test_new_account_refused_keeps_what_was_typed_but_the_password(admin):
    given = {"name": "方新", "username": "admin", "password": "Longjing-Tea-26"}
    response = admin.post(reverse("staff-account-new"), given)
    page = response.content.decode()
    assert response.status_code == 422
    assert "已被使用" in page
    assert 'value="方新"' in page


def test_give_post_gives_it(world, admin):
    response = give(admin)
    assert response["Location"] == reverse("posts")
    assert StaffPost.objects.current().filter(user__username="gaj.review1", department__code="SCJG").exists()


def test_give_post_at_a_window_needs_a_place(admin):
    response = give(admin, role="intake")
    page = response.content.decode()
    assert response.status_code == 422
    assert "请选择所在的服务网点" in page
    assert 'value="gaj.review1" selected' in page


def test_give_post_offers_no_applicants(world, admin):
    response = give(admin, user=world.citizen.user.username)
    assert response.status_code == 422
    assert not StaffPost.objects.filter(user=world.citizen.user).exists()


@pytest.mark.parametrize("name", ["post-give", "staff-account-new"])
def test_giving_is_for_administrators(world, name):
    for user in (world.clerk, world.supervisor, world.citizen.user):
        assert world.client(user).get(reverse(name)).status_code == 403
        assert world.client(user).post(reverse(name), {"username": "x"}).status_code == 403
    assert not User.objects.filter(username="x").exists()


def test_end_post_ends_it(world, admin):
    post = StaffPost.objects.get(user__username="gaj.review1")
    assert admin.get(reverse("post-end", args=[post.pk])).status_code == 405
    assert admin.post(reverse("post-end", args=[post.pk]))["Location"] == reverse("posts")
    post.refresh_from_db()
    assert post.ended_by == world.administrator


def test_end_post_of_the_last_administrator_is_refused_with_a_reason(world, admin):
    post = StaffPost.objects.current().get(role=Role.ADMINISTRATOR)
    response = admin.post(reverse("post-end", args=[post.pk]))
    assert response.status_code == 409
    assert "最后一个系统管理岗位" in response.content.decode()


def test_end_post_unknown_does_not_exist(admin):
    assert admin.post(reverse("post-end", args=[999_999_999])).status_code == 404


def test_end_post_is_for_administrators(world):
    post = StaffPost.objects.get(user__username="gaj.review1")
    assert world.client(world.supervisor).post(reverse("post-end", args=[post.pk])).status_code == 403
    give_post(
        user=world.clerk,
        department=post.department,
        role=Role.AUDITOR,
        by=world.administrator,
        now=world.now(),
    )
    post.refresh_from_db()
    assert post.ended_at is None
