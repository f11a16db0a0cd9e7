"""How long a session lasts."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in
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
        session = request.session
        if not session.is_empty() and time.time() - session.get(SINCE, 0) >= WRITTEN_EVERY:
            _begins(request)
        return response


@receiver(user_logged_in)
def _begins(request: HttpRequest, **_: Any) -> None:
    request.session[SINCE] = int(time.time())
