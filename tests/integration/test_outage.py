"""The database takes no connection and ends those it had; the web says 503 and when to come again, until it is back."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from tests.engine_users import until
from tests.workers import Web, database_that_refuses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
PAGES = ("/", "/bundles/", "/applications/", "/about/accessibility/", "/nowhere/")


@dataclass
class Answer:
    status: int
    headers: Message
    text: str


def ask(web: Web, path: str, *, session: str = "", typed: dict[str, str] | None = None) -> Answer:
    token = "t" * 32
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    body = urlencode({**typed, "csrfmiddlewaretoken": token}) if typed else None
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if typed else {}
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=30)) as client:
        client.request("POST" if typed else "GET", path, body, {"Cookie": cookies, **kind})
        response = client.getresponse()
        return Answer(response.status, response.headers, response.read().decode())


def refused(answer: Answer) -> str:
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert answer.headers["X-Request-ID"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def test_pages_and_api_say_when_to_come_again_while_the_database_is_away(world, hall):
    session = world.client(world.citizen.user).session.session_key
    web = hall.web()
    assert ask(web, "/applications/", session=session).status == 200

    with database_that_refuses():
        for path in PAGES:
            answer = ask(web, path, session=session)
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert "系统暂时不能办理" in refused(answer)
        answer = ask(web, "/api/v1/applications/", session=session)
        assert answer.headers["Content-Type"] == "application/problem+json"
        request_id = answer.headers["X-Request-ID"]
        body = json.loads(refused(answer))
        assert (body["code"], body["status"], body["request_id"]) == ("unavailable", 503, request_id)
        assert ask(web, "/healthz/").status == 503

    until(lambda: ask(web, "/applications/", session=session).status == 200)


def test_what_was_typed_is_on_the_page_but_no_password(world, hall):
    web = hall.web()
    with database_that_refuses():
        page = refused(ask(web, reverse("elder"), session="s" * 32, typed={"next": "<b>\n我的话"}))
        assert "&lt;b&gt;\n我的话</textarea>" in page
        page = refused(
            ask(
                web,
                reverse("sign-in"),
                session="s" * 32,
                typed={"username": "citizen1", "password": "geheim-77"},
            )
        )
        assert "geheim-77" not in page
        assert "返回上一页" in page
