"""Error pages. What may be shown while the database is away is a page of its own, without a query."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from portal.api import problems


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is malformed; it may not even name a host we know, so nothing is read from it."""
    return HttpResponse(get_template("400.html").render(), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request whose sender may not do this."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, with ways on."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when something of ours broke; neither page nor problem document needs database or session."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    if request.path.startswith("/api/"):
        return problems.fault(request_id)
    return HttpResponse(get_template("500.html").render({"request_id": request_id}), status=500)
