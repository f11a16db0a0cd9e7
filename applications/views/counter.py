"""The counter's lists: what waits for acceptance, the clerk's own drafts, finding again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Application
from applications.presenters.counter import FoundRow, QueueRow
from applications.selectors import counter_drafts, find_at_counter, intake_queue
from applications.selectors.counter import documents_by_number, next_in_queue, queue_length
from core import clock
from core.capped import said
from core.countdown import countdown
from core.forms import READ_OR_SEND
from core.paging import Page, page

ROWS = 30


def _tabs(here: str, waiting: int) -> list[dict[str, object]]:
    tabs = (
        ("待审核", "counter", said(waiting)),
        ("我的窗口草稿", "counter-drafts", None),
        ("查找", "counter-find", None),
    )
    return [
        {"label": label, "url": reverse(name), "active": name == here, "count": count}
        for label, name, count in tabs
    ]


def _pager(request: HttpRequest, found: Page[Application]) -> dict[str, str]:
    following = f"{request.path}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else ""
    first = request.path if request.GET.get("after") else ""
    return {"first_url": first, "next_url": following, "shown": f"本页 {len(found.items)} 件"}


@login_required
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits for acceptance, oldest first."""
    found = page(
        intake_queue(request.user), key=("submitted_at", "id"), after=request.GET.get("after"), size=ROWS
    )
    now = clock.now()
    days, waiting = countdown(now), queue_length(request.user)
    context = {
        "rows": [QueueRow(application, days, now) for application in found.items],
        "tabs": _tabs("counter", waiting),
        **_pager(request, found),
    }
    return render(request, "applications/counter_queue.html", context)


@login_required
@require_safe
def open_next(request: HttpRequest) -> HttpResponse:
    """Open the application that has waited longest; `after` passes one over."""
    found = next_in_queue(request.user, after=request.GET.get("after", ""))
    if found is None:
        messages.info(request, "没有等待审核的申请了。")
        return redirect("counter")
    return redirect("counter-application", number=found.number)


@login_required
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """List the drafts this clerk began and has not submitted, newest first."""
    found = page(counter_drafts(request.user), key=("-id",), after=request.GET.get("after"), size=ROWS)
    now = clock.now()
    days = countdown(now)
    context = {
        "rows": [QueueRow(application, days, now) for application in found.items],
        "tabs": _tabs("counter-drafts", queue_length(request.user)),
        **_pager(request, found),
    }
    return render(request, "applications/counter_drafts.html", context)


@login_required
@READ_OR_SEND
def find(request: HttpRequest) -> HttpResponse:
    """Find applications by number, name, identity number or phone, and print their documents again.

    The search is posted, so that no address and no log holds an identity number.
    """
    query = request.POST.get("q", "").strip()
    found = list(find_at_counter(request.user, query))
    documents = documents_by_number(found)
    context = {
        "query": query,
        "rows": [FoundRow(application, documents[application.number or ""]) for application in found],
        "tabs": _tabs("counter-find", queue_length(request.user)),
    }
    return render(request, "applications/counter_find.html", context)
