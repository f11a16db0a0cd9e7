"""Pages about decisions: the public list, the denial and the simulated opinion on the applicant's page."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Publication
from applications.services import post_checks, review
from core.masking import mask_identity


def granted(world, applicant=None):
    """Grant a licence, and publish it as the sweep does."""
    application = world.accepted("YCJ-001", applicant=applicant or world.citizen)
    while (task := world.task(application)).kind != "decide":
        world.road.work(task)
        world.carry()
    world.road.work(task)
    world.carry()
    return Publication.objects.latest("pk")


def test_anybody_reads_the_list_without_a_number_of_a_person(world):
    entry = granted(world)
    granted(world, applicant=world.company)
    application = entry.decision.case.application
    page = world.client().get("/decisions/").content.decode()

    for said in (entry.number, entry.matter, "陈*岚", world.company.name, "准予"):
        assert said in page
    applicant = application.applicant
    hidden = (applicant.name, applicant.id_number, mask_identity(applicant.id_number), applicant.phone)
    for secret in (*hidden, application.number, application.query_code):
        assert secret not in page


def test_the_list_says_what_was_granted_until_when_and_when_it_was_taken_back(world):
    entry = granted(world)
    paper = entry.decision.case.certificate.document
    until = date.fromisoformat(paper.data["valid_until"])
    page = world.client().get("/decisions/").content.decode()
    assert f"{paper.title} · 有效期至{until:%Y年%-m月%-d日}" in page

    application = world.closed("SLJ-001")
    task, checker = world.task(application, "post_check"), world.reviewer("SLJ")
    review.claim(task_id=task.pk, by=checker, now=world.now())
    review.record(task_id=task.pk, finding="没有建设。", by=checker, now=world.now())
    said = {"facts": "没有建设。", "reasons": "没有履行承诺。", "by": world.head("SLJ")}
    post_checks.revoke(task_id=task.pk, now=world.now(), **said)
    page = world.client().get("/decisions/").content.decode()
    assert re.search(r'已撤销</span>\s*<small class="nowrap">2026年9月14日</small>', page)
    assert "没有履行承诺" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("text=烟草", 1), ("text=不存在", 0), ("department=YCJ", 1)],
)
def test_the_list_is_searched(world, query, found):
    granted(world)
    assert len(world.client().get(f"/decisions/?{query}").context["rows"]) == found


def test_the_list_is_found_by_number_and_costs_the_same_for_more_rows(world):
    first = granted(world)
    client = world.client()
    assert len(client.get(f"/decisions/?text={first.number}").context["rows"]) == 1
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/decisions/")
    granted(world, applicant=world.other_citizen)
    with CaptureQueriesContext(connection) as two:
        client.get("/decisions/")
    assert len(one) == len(two)


def test_applicant_reads_why_and_what_to_do_against_a_denial(world):
    application = world.accepted()
    world.road.work(world.task(application), outcome="denied", reasons="住所不符。")
    page = world.client(world.citizen.user).get(f"/applications/{application.number}/").content.decode()
    for said in ("查明的事实", "住所不符。", "依据", "60日内", "申请行政复议", "提起行政诉讼"):
        assert said in page
    public = world.client().get(
        "/progress/", {"number": application.number, "query_code": application.query_code}
    )
    assert "住所不符。" not in public.content.decode()
