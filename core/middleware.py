"""What every response carries, and how a refusal becomes a page."""

from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django_structlog.middlewares import RequestMiddleware

from core.errors import Refusal

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


class ContentSecurityPolicy:
    """Nothing is loaded from, sent to or framed by another host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class RequestLog(RequestMiddleware):
    """The log says which page was asked for, never with which words: queries hold names, numbers and query codes."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class RequestId:
    """Every response names the request it answers, as the log does; stands inside RequestLog."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["X-Request-ID"] = structlog.contextvars.get_contextvars()["request_id"]
        return response


class SignInAsPage:
    """An htmx request whose session has ended opens the sign-in page, instead of drawing it into a corner.

    After signing in the person is back on the page they were on, not at the address of its fragment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        htmx = getattr(request, "htmx", None)
        if htmx and response.status_code == 302 and response.headers["Location"].startswith(sign_in):
            page = htmx.current_url_abs_path or "/"
            return HttpResponse(headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': page})}"})
        return response


class RefusalsAsPages:
    """A refusal that no view turned into a form error becomes a page that says what to do about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return render(request, "portal/refusal.html", {"refusal": exception}, status=exception.status)
