"""Pictures taken on site: for the departments of the case and overseers, nobody else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from applications import previews
from applications.selectors.noting import photo_for
from applications.services import reading
from applications.views.files import private
from core import clock


@require_safe
@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one picture as it was taken; who opens it leaves a trace."""
    found = photo_for(request.user, pk)
    reference = found.record.task.case.application.number or ""
    reading.note(record=found, reference=reference, by=request.user, now=clock.now())
    return private(found.file, found.content_type, found.name)


@require_safe
@login_required
@cache_control(private=True, max_age=600)
def small(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one picture small, for the page of its task."""
    return HttpResponse(previews.draw_small(photo_for(request.user, pk).file), content_type="image/jpeg")
