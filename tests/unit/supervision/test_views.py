"""The supervisors' pages: who sees what, what is acted there, and that queries stay the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Clock
from core.clock import local_date
from supervision.models import Card, CardRule
from supervision.sweeps import run_cards
from supervision.words import limit_words

PAGES = ("/supervision/", "/supervision/cards/", "/supervision/rules/", "/supervision/rules/promised-yellow/")


def text(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", PAGES)
def test_pages_are_the_watchers_and_the_heads(world, url):
    for user in (world.supervisor, world.cast.user("auditor1"), world.head("SCJG")):
        assert world.client(user).get(url).status_code == 200
    for user in (world.citizen.user, world.clerk, world.reviewer("SCJG")):
        assert world.client(user).get(url).status_code == 403
    assert world.client().get(url).status_code == 302


def test_overview_counts_by_department_and_level(world, late):
    page = text(world.client(world.supervisor), "/supervision/")
    assert "市场监督管理局" in page
    assert "/supervision/cards/?department=SCJG" in page
    assert "按部门和牌别" in page
    assert "用表格看" not in page  # the figures of the chart stand in the table below it, once
    assert "效能监督" in page


def test_overview_says_that_it_counts_cases_where_only_a_step_ends(world):
    task = world.task(world.accepted("SCJG-007"))
    type(task).objects.filter(pk=task.pk).update(due_at=world.now())
    page = text(world.client(world.supervisor), "/supervision/")

    assert "办件时限今天到期" in page
    assert "没有办件的时限在这一天到期" in page


def test_overview_shows_what_ends_today_and_next(world):
    application = world.accepted("SCJG-007")
    due = Clock.objects.get(application=application, kind="promised", case__isnull=False).due_at
    world.pass_time(days=(local_date(due) - local_date(world.now())).days)
    for user in (world.supervisor, world.head("SCJG")):
        assert application.cases.get().number in text(world.client(user), "/supervision/")
    assert application.cases.get().number not in text(world.client(world.head("GAJ")), "/supervision/")


def test_lead_department_sees_the_members_tasks(world):
    application = world.accepted("B04", applicant=world.company)
    lead = application.bundle.lead_department.code
    page = text(world.client(world.head(lead)), "/supervision/")
    assert "本部门牵头的一件事" in page
    assert application.cases.first().number in page


def test_list_is_narrowed_and_anothers_card_does_not_exist(world, late, yellow):
    supervisor, head, other = (
        world.client(user) for user in (world.supervisor, world.head("SCJG"), world.head("GAJ"))
    )
    url = f"/supervision/cards/{yellow.pk}/"
    for client in (supervisor, head):
        assert url in text(client, "/supervision/cards/")
        assert url in text(client, "/supervision/cards/?level=yellow&status=issued")
        assert url not in text(client, "/supervision/cards/?level=red")
        assert url in text(client, f"/supervision/cards/?text={late.number[:12]}")
    assert url not in text(other, "/supervision/cards/")
    assert other.get(url).status_code == 404
    assert world.client(world.reviewer("SCJG")).get(url).status_code == 404  # the case is nobody's alone
    step = Card.objects.get(application=late, code="step-yellow")
    assert world.client(world.reviewer("SCJG")).get(f"/supervision/cards/{step.pk}/").status_code == 200
    assert world.client(world.reviewer2("SCJG")).get(f"/supervision/cards/{step.pk}/").status_code == 404


def test_card_that_waits_for_confirmation_is_not_the_departments_to_see(world, late, yellow):
    Card.objects.filter(pk=yellow.pk).update(status="proposed", issued_at=None)
    url = f"/supervision/cards/{yellow.pk}/"
    assert world.client(world.head("SCJG")).get(url).status_code == 404
    page = text(world.client(world.supervisor), url)
    assert "确认发牌" in page
    assert "不予发牌" in page
    assert world.client(world.supervisor).post(f"{url}confirm/", {"confirm-reason": ""}).status_code == 302
    assert world.client(world.head("SCJG")).get(url).status_code == 200


def test_an_appeal_has_its_last_day_and_a_warning_none(world, late, yellow):
    head = world.client(world.head("SCJG"))
    assert "前（含当日）申诉。" in text(head, f"/supervision/cards/{yellow.pk}/")
    warning = Card.objects.filter(application=late, level="warning", status="issued").first()
    assert warning
    assert "申诉" not in text(head, f"/supervision/cards/{warning.pk}/")


def test_a_limit_of_no_days_is_said_as_on_the_spot():
    assert limit_words(Clock(kind="step", value=0, unit="workday")) == "当场"


def test_head_appeals_and_the_supervisor_withdraws_by_page(world, yellow):
    head, supervisor = world.client(world.head("SCJG")), world.client(world.supervisor)
    url = f"/supervision/cards/{yellow.pk}/"
    assert "提出申诉" in text(head, url)
    assert text(head, url).count(yellow.measured) == 1
    assert "提出申诉" not in text(supervisor, url)

    refused = head.post(f"{url}appeal/", {"appeal-reason": "", "appeal-evidence": "7月3日函"})
    assert refused.status_code == 422
    assert "7月3日函" in refused.content.decode()
    sent = head.post(f"{url}appeal/", {"appeal-reason": "系统停机。", "appeal-evidence": ""})
    assert sent.status_code == 302
    assert "等待效能监督答复申诉" in text(head, url)

    assert supervisor.post(f"{url}withdraw/", {"withdraw-reason": "属实。"}).status_code == 302
    page = text(head, url)
    assert "已撤销" in page
    assert "属实。" in page


def test_act_of_somebody_else_or_too_late_is_refused_with_what_was_typed(world, yellow):
    url = f"/supervision/cards/{yellow.pk}/withdraw/"
    sent = world.client(world.head("SCJG")).post(url, {"withdraw-reason": "我们没有错"})
    assert sent.status_code == 422
    assert "我们没有错" in sent.content.decode()
    yellow.refresh_from_db()
    assert yellow.status == "issued"
    assert world.client(world.supervisor).get(url).status_code == 302
    assert world.client(world.supervisor).post(f"/supervision/cards/{yellow.pk}/dance/").status_code == 404


def test_supervisor_changes_a_rule_by_page(world):
    client = world.client(world.supervisor)
    tomorrow = local_date(world.now()) + timedelta(days=1)
    said = {
        "level": "red",
        "offset": "1",
        "relative_to": "due",
        "recipients": ["holder", "head", "supervisor"],
        "way": "confirmed",
        "is_active": "on",
        "in_force_from": tomorrow.isoformat(),
    }
    url = "/supervision/rules/promised-yellow/"
    assert client.post(url, {**said, "offset": "-99"}).status_code == 422
    assert client.post(url, said).status_code == 302
    rule = CardRule.objects.on(tomorrow).get(code="promised-yellow")
    assert (rule.level, rule.offset, rule.way) == ("red", 1, "confirmed")
    assert "待施行" in text(client, "/supervision/rules/")
    head = world.client(world.head("SCJG"))
    assert "保存" not in text(head, url)
    assert head.post(url, said).status_code == 422
    assert client.get("/supervision/rules/nothing/").status_code == 404


@pytest.mark.parametrize("url", PAGES[:2])
def test_queries_stay_the_same_however_many(world, late, url):
    client = world.client(world.supervisor)
    queries(client, url)
    before = queries(client, url)
    for _ in range(3):
        world.accepted("SCJG-007", applicant=world.other_citizen)
    run_cards(now=world.now() + timedelta(days=60))
    assert queries(client, url) == before


def test_queries_of_one_card(world, yellow):
    client = world.client(world.supervisor)
    queries(client, "/supervision/")
    assert queries(client, f"/supervision/cards/{yellow.pk}/") <= 12
