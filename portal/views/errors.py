"""Error pages. What may be shown while the database is away is a page of its own, without a query."""

import sys
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from core.outage import is_away
from portal.api import problems

RETRY_SECONDS = 60


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is malformed; it may not even name a host we know, so nothing is read from it.

    A session that the database could not keep comes here too: that is no fault of the request.
    """
    if is_away(exception):
        return away(request)
    return HttpResponse(get_template("400.html").render(), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request whose sender may not do this."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, with ways on."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours broke; neither page nor problem document needs database or session."""
    if is_away(sys.exception()):
        return away(request)
    request_id = _request_id(request)
    if request.path.startswith("/api/"):
        return problems.fault(request_id)
    return HttpResponse(get_template("500.html").render({"request_id": request_id}), status=500)


def away(request: HttpRequest) -> HttpResponse:
    """Answer while the database cannot be reached: when to come again, and what was typed, to be sent once more."""
    if request.path.startswith("/api/"):
        response: HttpResponse = problems.unavailable(_request_id(request))
    else:
        response = HttpResponse(get_template("503.html").render(_again(request)), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    response["X-Request-ID"] = _request_id(request)  # the session may fail outside all that would add it
    return response


def _again(request: HttpRequest) -> dict[str, Any]:
    """Return how the page asks again: by a link, or by a form that holds what was typed, files and passwords apart."""
    asked = {
        "request_id": _request_id(request),
        "address": request.get_full_path(),
        "sent": request.method == "POST",
    }
    if not asked["sent"] or request.FILES or any("password" in name for name in request.POST):
        return asked
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    return asked | {"typed": typed}


def _request_id(request: HttpRequest) -> str:
    """Return the id under which the log tells of the request, which may have failed before it was written on it."""
    bound = structlog.contextvars.get_contextvars().get("request_id", "")
    return getattr(request, "request_id", bound)
