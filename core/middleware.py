"""What every response carries, and how a refusal becomes a page."""

from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib import messages
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django_structlog.middlewares import RequestMiddleware

from core import kept
from core.errors import Invalid, Refusal
from core.wording import UNSEEN

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


class NoNullCharacter:
    """No address of a page holds a null character, and PostgreSQL takes none: such an address leads nowhere.

    The API and verification answer for their own addresses, in their own words.
    """

    OWN_WORDS = ("/api/", "/verify/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        if "\0" in request.path and not request.path.startswith(self.OWN_WORDS):
            raise Http404


class RequestLog(RequestMiddleware):
    """The log says which page was asked for, never with which words: queries hold names, numbers and query codes."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class RequestId:
    """Every response names the request it answers, as the log does, and error pages can; stands inside RequestLog."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class SignInAsPage:
    """An htmx request whose session has ended opens the sign-in page, instead of drawing it into a corner.

    After signing in the person is back on the page they were on, not at the address of its fragment. What they had
    typed is kept for that page where it can show it again; where it cannot, they are told that nothing was saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        if response.status_code != 302 or not response.headers["Location"].startswith(f"{sign_in}?next="):
            kept.forget(request)
            return response
        if request.method == "POST" and not kept.keep(request):
            messages.warning(request, "登录已过期，刚才的操作没有保存，请登录后再做一次。")
        htmx = getattr(request, "htmx", None)
        if htmx:
            page = htmx.current_url_abs_path or "/"
            return HttpResponse(headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': page})}"})
        return response


class RefusalsAsPages:
    """A refusal that no view turned into a form error becomes a page that says what to do about it.

    So does a text that PostgreSQL cannot take.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = exception if isinstance(exception, Refusal) else _unseen(exception)
        if refusal is None:
            return None
        return render(request, "portal/refusal.html", {"refusal": refusal}, status=refusal.status)


def _unseen(exception: Exception) -> Refusal | None:
    """Return what is said of a text with a null character that no form has read before PostgreSQL refused it."""
    if isinstance(exception, DataError | ValueError) and "NUL (0x00)" in str(exception):
        return Invalid("null_characters_not_allowed", f"您填写的内容{UNSEEN}。")
    return None
