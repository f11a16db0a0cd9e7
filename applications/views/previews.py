"""Looking at what was handed in, page by page, beside the form."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from applications import previews
from applications.selectors import attachment_for
from applications.services import reading
from core import clock


@login_required
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pages of a file in the pane, or on a page of their own without JavaScript."""
    attachment = attachment_for(request.user, pk)
    context = {"attachment": attachment, "preview": None, "problem": ""}
    try:
        context["preview"] = previews.preview_of(attachment)
    except previews.Unreadable as unreadable:
        context["problem"] = unreadable.message
    reference = attachment.material.application.number or ""
    reading.note(record=attachment, reference=reference, by=request.user, now=clock.now())
    template = "_file_preview.html" if request.htmx else "file_preview.html"
    return render(request, f"applications/{template}", context)


@login_required
@require_safe
@cache_control(private=True, max_age=600)
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send one page of a file as a picture."""
    return HttpResponse(
        previews.draw_page(attachment_for(request.user, pk), number), content_type="image/jpeg"
    )
