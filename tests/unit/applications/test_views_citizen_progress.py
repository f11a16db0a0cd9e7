"""The public progress page: anybody with number and query code, nobody by guessing."""

import re
import secrets

import pytest

from applications.views.progress import TRIES


def ask(client, number, code, who="192.0.2.1"):
    return client.get("/progress/", {"number": number, "query_code": code}, REMOTE_ADDR=who)


@pytest.fixture
def anybody(world):
    return world.client()


@pytest.fixture
def who():
    """An address of its own for each test, so that the limit of one does not reach another."""
    return f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}"


def test_progress_asks_for_number_and_code(anybody):
    response = anybody.get("/progress/?number=330199260914000001X")
    assert response.status_code == 200
    assert "330199260914000001X" in response.content.decode()
    assert "还有" not in response.content.decode()


def test_progress_shows_standing_steps_names_and_masks_the_applicant(anybody, world, who):
    application = world.accepted("B08", by_courier=True, subject="小宝（2026年9月1日出生）")
    response = ask(anybody, application.number.lower(), f" {application.query_code.lower()} ", who)
    page = response.content.decode()
    assert response.status_code == 200
    for said in ("卫生健康局作决定中", "陈*岚", "出生医学证明签发", "等待“出生医学证明签发”", "受理通知书"):
        assert said in page
    for hidden in ("陈晓岚", "小宝", "人民路", "13800000001", "/documents/", "/attachments/"):
        assert hidden not in page


def test_progress_shows_the_parcel(anybody, world, who):
    application = world.closed("SCJG-001", by_courier=True)
    page = ask(anybody, application.number, application.query_code, who).content.decode()
    assert application.delivery.shipment.waybill in page
    assert "已签收" in page


def test_progress_keeps_reasons_private(anybody, world, who):
    application = world.accepted("SCJG-001")
    world.road.work(world.task(application), outcome="object", reasons="住所材料与现场不符")
    page = ask(anybody, application.number, application.query_code, who).content.decode()
    assert "未批准" in page
    assert "住所材料与现场不符" not in page


def test_progress_answers_every_wrong_question_alike(anybody, world, who):
    application = world.submitted("SCJG-001")
    pages = [
        ask(anybody, number, code, who)
        for number, code in ((application.number, "AAAAAA"), ("330199260914999999X", "AAAAAA"))
    ]
    assert [page.status_code for page in pages] == [404, 404]
    texts = [page.content.decode() for page in pages]
    assert all("申报号或查询码不正确" in text for text in texts)
    assert bare(texts[0], application.number) == bare(texts[1], "330199260914999999X")


def bare(page, number):
    """Take out the number that was asked for, and what differs between any two renderings."""
    return re.sub(r"\w{64}", "", page).replace(number, "")


def test_progress_reads_the_same_for_a_known_and_an_unknown_number(
    anybody, world, who, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    application = world.submitted("SCJG-001")
    counts = []
    for number in (application.number, "330199260914999999X"):
        with CaptureQueriesContext(connection) as captured:
            ask(anybody, number, "AAAAAA", who)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query", [{"number": "", "query_code": ""}, {"number": "\x00", "query_code": "\x00"}]
)
def test_progress_with_nothing_to_look_for_says_what_to_type(anybody, who, query):
    response = anybody.get("/progress/", query, REMOTE_ADDR=who)
    assert response.status_code == 422


def test_progress_slows_down_who_guesses(anybody, world, who):
    for _ in range(TRIES):
        assert ask(anybody, "330199260914999999X", "AAAAAA", who).status_code == 404
    response = ask(anybody, "330199260914999999X", "AAAAAA", who)
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "太频繁了，请 60 秒以后再试" in response.content.decode()
    assert ask(anybody, "330199260914999999X", "AAAAAA", "192.0.2.77").status_code != 429


def test_progress_is_kept_by_no_cache(anybody, who):
    assert "no-store" in ask(anybody, "x", "y", who)["Cache-Control"]
