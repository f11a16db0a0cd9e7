"""A person in front of the web: signed in, sending the page's own form, and repeating it when no answer comes."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.conf import settings

from core.models import User
from tests.workers import PATIENCE, Web
from tests.world import World

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
NO_ANSWER = 0


@dataclass(frozen=True)
class Answer:
    """What the web said; status NO_ANSWER when it died before it said anything."""

    status: int
    text: str = ""


class Visitor:
    """Somebody with an account and a browser."""

    def __init__(self, world: World, user: User) -> None:
        self.cookies = {
            settings.SESSION_COOKIE_NAME: world.client(user).cookies[settings.SESSION_COOKIE_NAME].value
        }

    def open(self, web: Web, path: str) -> Answer:
        return self._ask(web, "GET", path)

    def send(self, web: Web, path: str, **fields: str) -> Answer:
        """Open a page and send its form with these fields."""
        page = self.open(web, path)
        token = TOKEN.search(page.text)
        if token is None:  # the form is gone, because what it is for is done
            return page
        return self._ask(web, "POST", path, {"csrfmiddlewaretoken": token.group(1), **fields})

    def _ask(self, web: Web, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            with closing(HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)) as client:
                client.request(method, path, urlencode(fields or {}), headers)
                answer = client.getresponse()
                text = answer.read().decode()
        except (OSError, HTTPException):
            return Answer(NO_ANSWER)
        for set_cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: each.value for name, each in SimpleCookie(set_cookie).items()}
        return Answer(answer.status, text)


class Sending(threading.Thread):
    """A form on its way, in a thread of its own."""

    def __init__(self, visitor: Visitor, web: Web, path: str, **fields: str) -> None:
        super().__init__()
        self.visitor, self.web, self.path, self.fields = visitor, web, path, fields
        self.answer: Answer | None = None
        self.start()

    def run(self) -> None:
        self.answer = self.visitor.send(self.web, self.path, **self.fields)
