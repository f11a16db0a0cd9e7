from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from core.services.notices import send_sms
from matters.models import StaffPost
from matters.selectors import tally
from matters.selectors.questions import Level
from portal import sweeping
from portal.demo.cast import department_accounts, department_prefixes
from portal.figures import hall_today


@pytest.fixture(autouse=True)
def _fresh_figures() -> None:
    """Count the figures of the day anew: what the process remembers outlives the transaction of a test."""
    caches["near"].clear()


def page_of(client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content.decode()[:300]
    return response.content.decode()


# --- the first page -----------------------------------------------------------------------------------------------


def test_home_shows_search_entrances_bundles_matters_and_progress(world):
    page = page_of(world.client(), "home")
    for words in ("个人服务", "企业服务", "新生儿出生一件事", "大家都在办", "查进度", "今天的大厅"):
        assert words in page
    assert reverse("search-suggestions") in page


def test_home_leads_to_what_to_do_in_each_event_of_life(world):
    client = world.client()
    shown = client.get(reverse("home")).context["home"].life_events
    assert {one.title: one.count for one in shown} == tally("", Level.TYPED).by_facet["life_event"]
    assert "出生" in [one.title for one in shown]
    for event in shown:
        assert f'href="{event.url}"' in page_of(client, "home")
        found = client.get(event.url).context["results"]
        assert (found.chosen, found.matters_text) == (
            {"life_event": event.title},
            f"{event.count} 个事项",
        )


def test_home_puts_first_what_is_used_most(world):
    for _ in range(2):
        world.submitted("ZRZY-001")
    sweeping.count_uses()
    page = page_of(world.client(), "home")
    used = page[page.index("大家都在办") :]
    assert used.index("/matters/ZRZY-001/") == min(used.index(link) for link in set(links(used)))


def links(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('href="') if part.startswith("/matters/")]


def test_home_reads_as_much_for_few_applications_as_for_many(world):
    client = world.client()

    def queries() -> int:
        caches["near"].clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page_of(client, "home")
        return len(captured)

    queries()
    before = queries()
    for _ in range(3):
        world.submitted("SCJG-001")
    assert queries() == before


# --- today's figures ----------------------------------------------------------------------------------------------


def test_hall_today_without_closed_applications_claims_no_share(world):
    figures = hall_today(now=world.now())
    assert (figures.accepted, figures.closed, figures.zero_trip_share) == (0, 0, None)
    assert "—" in page_of(world.client(), "home")


def test_hall_today_counts_what_was_accepted_and_closed_and_who_never_came(world):
    world.closed("SCJG-001", by_courier=True)
    came = world.closed("SCJG-001", at_counter=True)
    assert came.visits.exists()
    caches["near"].clear()
    figures = hall_today(now=world.now())
    assert (figures.closed, figures.zero_trip_share) == (2, 50)


def test_hall_today_counts_an_application_with_two_visits_once(world):
    application = world.closed("SCJG-001", at_counter=True)
    visit = application.visits.first()
    visit.pk, visit.date = None, visit.date - timedelta(days=1)
    visit.save()
    figures = hall_today(now=world.now())
    assert figures.closed == 1
    assert figures.accepted == 1


def test_hall_today_leaves_out_yesterday(world):
    world.closed("SCJG-001")
    world.pass_time(days=1)
    assert hall_today(now=world.now()).closed == 0


def test_hall_today_is_kept_for_a_moment(world):
    hall_today(now=world.now())
    world.closed("SCJG-001")
    assert hall_today(now=world.now()).closed == 0
    caches["near"].clear()
    assert hall_today(now=world.now()).closed == Application.objects.filter(status="closed").count() == 1


# --- around every page --------------------------------------------------------------------------------------------


def test_elder_switches_large_print_on_and_off_and_goes_back(world):
    client = world.client()
    response = client.post(reverse("elder"), {"on": "1", "next": "/search/?q=a"})
    assert response["Location"] == "/search/?q=a"
    assert '<html lang="zh-CN" class="elder">' in page_of(client, "home")
    client.post(reverse("elder"), {"on": "0"})
    assert 'class="elder"' not in page_of(client, "home")


def test_elder_never_leads_to_another_site(world):
    response = world.client().post(reverse("elder"), {"on": "1", "next": "https://evil.example/"})
    assert response["Location"] == reverse("home")


def test_about_pages_stand(world, settings):
    settings.DEMO = False
    assert "长辈版" in page_of(world.client(), "accessibility")
    assert "Yichuang" not in page_of(world.client(), "about-demo")


def test_about_demo_names_the_accounts_of_a_demo(world, settings):
    settings.DEMO = True
    assert "counter1" in page_of(world.client(), "about-demo")


def test_about_demo_says_how_the_accounts_of_every_department_are_called(world, settings):
    settings.DEMO = True
    page = page_of(world.client(), "about-demo")
    prefixes = [prefix for prefix, _ in department_prefixes()]
    suffixes = [suffix for suffix, _ in department_accounts()]

    for prefix in prefixes:
        assert f'<span class="code">{prefix}</span>' in page
        assert all(world.cast.user(f"{prefix}.{suffix}") for suffix in suffixes)
    assert all(f'<span class="code">.{suffix}</span>' in page for suffix in suffixes)
    assert "wjj" in prefixes


def test_the_staff_of_a_demo_are_not_named_after_their_department(world):
    posts = StaffPost.objects.select_related("user", "department")
    staff = [(post.department, post.user.name) for post in posts]

    assert not [name for department, name in staff if department.short_name in name]
    assert world.cast.user("scjg.head").name != world.cast.user("gaj.head").name


def test_every_answer_names_its_request_and_the_log_does_too(world, caplog):
    with caplog.at_level("INFO"):
        response = world.client().get(reverse("search"), {"q": "不可记录"})
    request_id = response["X-Request-ID"]
    finished = [entry.msg for entry in caplog.records if isinstance(entry.msg, dict)]
    assert any(entry.get("request_id") == request_id for entry in finished)
    assert "不可记录" not in str(finished)


# --- error pages --------------------------------------------------------------------------------------------------


def test_unknown_address_gets_a_page_with_ways_on(world):
    response = world.client().get("/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "没有这个页面" in page
    assert reverse("search") in page


def test_broken_page_needs_no_database(world, monkeypatch, django_assert_num_queries):
    def fail(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    client = world.client()
    monkeypatch.setattr("portal.views.home.hall_today", fail)
    monkeypatch.setattr("portal.views.home.theme_sizes", fail)
    with django_assert_num_queries(0):
        response = client.get(reverse("home"))
    assert response.status_code == 500
    assert "系统出了点问题" in response.content.decode()
    assert response["X-Request-ID"] in response.content.decode()


def test_unknown_host_gets_a_plain_page(world):
    response = world.client().get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "这个请求读不懂" in response.content.decode()


def test_form_without_token_is_told_what_happened(world):
    response = Client(enforce_csrf_checks=True).post(reverse("sign-in"), {"name": "a", "password": "b"})
    assert response.status_code == 403
    assert "页面已经过期" in response.content.decode()


# --- the recording simulator --------------------------------------------------------------------------------------


def test_sms_outbox_shows_the_newest_first(world, settings):
    settings.DEMO = True
    for text in ("第一条", "第二条"):
        send_sms(phone="13912345678", text=text, now=world.now())
    page = page_of(world.client(), "sms-outbox")
    assert page.index("第二条") < page.index("第一条")


def test_sms_outbox_does_not_exist_outside_a_demo(world, settings):
    settings.DEMO = settings.DEBUG = False
    assert world.client().get(reverse("sms-outbox")).status_code == 404
