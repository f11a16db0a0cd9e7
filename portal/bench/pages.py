"""The addresses of the portal, and one of a page with nothing on it: the floor of every page in the same frame."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_safe

from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as of_the_portal

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

_EMPTY = engines["django"].from_string('{% extends "base.html" %}')


@require_safe
def empty(request: HttpRequest) -> HttpResponse:
    """Show the frame of all pages."""
    return HttpResponse(_EMPTY.render({}, request))


urlpatterns = [*of_the_portal, path("bench/empty/", empty, name="bench-empty")]
