"""Progress for anybody who holds the number and the query code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications import selectors
from applications.forms.citizen import ProgressForm
from applications.presenters.page import Progress
from core import clock
from core.countdown import countdown
from core.errors import NotFound
from core.throttle import TooOften, address_of, spend

TRIES, SECONDS = 20, 60


@never_cache
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Ask for number and query code, and show where the application is; wrong ones get one and the same answer."""
    asked = "query_code" in request.GET
    form = ProgressForm(request.GET if asked else None, initial={"number": request.GET.get("number", "")})
    if not asked:
        return _page(request, form, 200)
    try:
        spend(what="progress", who=address_of(request), times=TRIES, seconds=SECONDS)
    except TooOften as refusal:
        form.add_error(None, refusal.message)
        response = _page(request, form, refusal.status)
        response["Retry-After"] = str(refusal.seconds)
        return response
    return _answer(request, form)


def _answer(request: HttpRequest, form: ProgressForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        found = selectors.public_progress(**form.cleaned_data)
    except NotFound as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, 404)
    now = clock.now()
    shown = Progress(found, now=now, countdown=countdown(now), documents=selectors.documents_of(found))
    return render(request, "applications/progress_result.html", {"page": shown})


def _page(request: HttpRequest, form: ProgressForm, status: int) -> HttpResponse:
    return render(request, "applications/progress_query.html", {"form": form}, status=status)
