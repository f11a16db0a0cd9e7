"""How long a session lasts."""

import math
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

WRITTEN_EVERY = 60  # seconds
SINCE = "goes_on_since"


class SessionGoesOn:
    """A session ends half an hour (SESSION_COOKIE_AGE) after the last request, to the minute: that it goes on is not written each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 500 and _since(request.session) < time.time() - WRITTEN_EVERY:
            _begins(request)
        return response


def _since(session: SessionBase) -> float:
    """Return when it was last written that a session goes on; for none, which must not become one, that it will be."""
    if session.is_empty():
        return math.inf
    since: float = session.get(SINCE, 0)
    return math.inf if session.is_empty() else since  # reading it has found out that there is none


@receiver(user_logged_in)
def _begins(request: HttpRequest, **_: Any) -> None:
    request.session[SINCE] = int(time.time())
