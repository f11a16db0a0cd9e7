"""How the portal runs: queues, ages, workers, what does not arrive; and the same in numbers for a monitor."""

from secrets import compare_digest

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from prometheus_client import CONTENT_TYPE_LATEST

from core import clock
from core.errors import NotFound
from core.services import dispatch
from matters.enums import Role
from matters.permissions import require
from portal import crew, metrics, operations
from portal.health import OK, examine
from portal.operations_page import OperationsPage, TroublePage


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request", "HX-Target")
def show(request: HttpRequest) -> HttpResponse:
    """Show every queue and kind of work as it stands; htmx asks again every few seconds."""
    require(request.user, Role.ADMINISTRATOR)
    now = clock.now()
    health = examine()
    workers = crew.workers() if health.checks["broker"] == OK else []
    page = OperationsPage(
        health,
        operations.queues(now),
        operations.work(),
        workers,
        operations.systems(),
        now,
        timezone.now(),
    )
    name = "_operations" if request.htmx and request.htmx.target == "operations" else "operations"
    return render(request, f"portal/{name}.html", {"page": page})


@require_safe
@login_required
def trouble(request: HttpRequest, kind: str) -> HttpResponse:
    """Show which rows of one kind do not arrive, and why."""
    require(request.user, Role.ADMINISTRATOR)
    sweep = operations.sweep_of(kind)
    page = TroublePage(sweep, operations.troubled(sweep))
    return render(request, "portal/operations_trouble.html", {"page": page})


@require_POST
@login_required
def rerun(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Send one row's message again."""
    require(request.user, Role.ADMINISTRATOR)
    dispatch.rerun(sweep=operations.sweep_of(kind), pk=pk, by=request.user, now=clock.now())
    messages.success(request, "已重新派发，处理结果稍后刷新本页查看。")
    return redirect("operations-trouble", kind=kind)


@require_POST
@login_required
def rerun_all(request: HttpRequest, kind: str) -> HttpResponse:
    """Send everything of one kind again that does not arrive."""
    require(request.user, Role.ADMINISTRATOR)
    done = dispatch.rerun_all(sweep=operations.sweep_of(kind), by=request.user, now=clock.now())
    messages.success(request, f"已重新派发 {done} 件，处理结果稍后刷新本页查看。")
    return redirect("operations-trouble", kind=kind)


@never_cache
@require_safe
def read_metrics(request: HttpRequest) -> HttpResponse:
    """Answer a monitor that knows METRICS_TOKEN; for everybody else there is no such page."""
    said = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not settings.METRICS_TOKEN or not compare_digest(said, wanted):
        raise NotFound("没有这个页面。")
    return HttpResponse(metrics.text(clock.now()), content_type=CONTENT_TYPE_LATEST)
