"""The inbox (站内信)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock, selectors
from core.paging import page
from core.services.notices import mark_read


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """List the viewer's messages, newest first."""
    shown = page(selectors.inbox(request.user), key=("-id",), after=request.GET.get("after"))
    return render(
        request,
        "portal/inbox.html",
        {"page": shown, "next_url": f"?after={shown.next_cursor}" if shown.next_cursor else ""},
    )


@require_safe
@login_required
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message, and note that it was read."""
    opened = mark_read(viewer=request.user, message_id=pk, now=clock.now())
    return render(request, "portal/message.html", {"letter": opened})
