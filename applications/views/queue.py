"""The back office: a department's queue, and the work on one task."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from applications import selectors
from applications.filters import TaskFilter
from applications.forms.queue import ActForm, CompleteForm, DecideForm, RecordForm
from applications.models import ReviewTask
from applications.permissions import BACK_OFFICE
from applications.presenters.queue import Actions, TaskPage, TaskRow
from applications.selectors import queue as queue_selectors
from applications.services import decisions, review
from core import clock
from core.countdown import countdown
from core.errors import NotFound
from core.forms import refusals_as_errors
from core.paging import page
from matters.permissions import holds

READ_OR_SEND = require_http_methods(["GET", "HEAD", "POST"])
FORMS = {"record": RecordForm, "complete": CompleteForm, "decide": DecideForm}


@require_safe
@login_required
@vary_on_headers("HX-Request", "HX-Target")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue of the viewer's departments, due first, and the task chosen beside it."""
    return _queue_page(request, ActForm())


@READ_OR_SEND
@login_required
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claim the most urgent task the viewer may claim, and open it; only read, its address leads back to the queue."""
    if request.method != "POST":
        return redirect("queue")
    form = ActForm(request.POST)
    form.is_valid()
    departments = {each.code: each for each in selectors.queue_departments(request.user)}
    with refusals_as_errors(form):
        claimed = review.claim_next(
            by=request.user, now=clock.now(), department=departments.get(request.POST.get("department", ""))
        )
        messages.success(request, f"已领取：{claimed.step.name}")
        return redirect("task", pk=claimed.pk)
    return _queue_page(request, form, status=409)


@require_safe
@login_required
@vary_on_headers("HX-Request", "HX-Target")
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task; beside the queue htmx asks for its short form."""
    if request.htmx and request.htmx.target == "detail":
        return render(request, "applications/_task_preview.html", {"shown": _task_page(request, pk)})
    return _work_page(request, pk)


def act_on_task(view: Callable[[HttpRequest, int], HttpResponse]) -> Callable[..., HttpResponse]:
    """Have a view act when something is sent; its address, which stays after a refusal, else leads to the task."""

    @READ_OR_SEND
    @login_required
    @wraps(view)
    def acted(request: HttpRequest, pk: int) -> HttpResponse:
        return view(request, pk) if request.method == "POST" else redirect("task", pk=pk)

    return acted


@act_on_task
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the viewer responsible for a task."""
    return _act(
        request,
        pk,
        ActForm(request.POST),
        lambda answers: review.claim(task_id=pk, by=request.user, now=clock.now()),
        "已领取，请在期限前完成",
    )


@act_on_task
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a task to the queue."""
    return _act(
        request,
        pk,
        ActForm(request.POST),
        lambda answers: review.put_back(task_id=pk, by=request.user, now=clock.now()),
        "已退回部门队列",
    )


@act_on_task
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the viewer found as a participant."""
    return _act(
        request,
        pk,
        RecordForm(request.POST, prefix="record"),
        lambda answers: review.record(task_id=pk, by=request.user, now=clock.now(), **answers),
        "记录已保存",
    )


@act_on_task
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish a step with its outcome and opinion."""
    return _act(
        request,
        pk,
        CompleteForm(request.POST, prefix="complete"),
        lambda answers: review.complete(task_id=pk, by=request.user, now=clock.now(), **answers),
        "已完成，下一环节已自动派发",
        onwards="queue",
    )


@act_on_task
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or deny a case."""
    return _act(
        request,
        pk,
        DecideForm(request.POST, prefix="decide"),
        lambda answers: decisions.decide(task_id=pk, by=request.user, now=clock.now(), **answers),
        "决定已作出，结果文书正在制作",
        onwards="queue",
    )


def _act(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    service: Callable[[Mapping[str, Any]], object],
    done: str,
    *,
    onwards: str = "",
) -> HttpResponse:
    """Make one service call; a refusal brings the page back as it stands now, with everything typed."""
    if form.is_valid():
        with refusals_as_errors(form):
            service(form.cleaned_data)
            messages.success(request, done)
            return redirect(onwards) if onwards else redirect("task", pk=pk)
    return _work_page(request, pk, sent=form, status=422)


def _queue_page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    now, viewer = clock.now(), request.user
    narrowed = TaskFilter(request.GET, queryset=queue_selectors.queue(viewer), request=request)
    is_overview = "department" in _without_lone_department(narrowed).fields
    shown = page(narrowed.qs, key=("due_at", "id"), after=request.GET.get("after"))
    days = countdown(now)
    rest = request.GET.copy()
    rest.pop("after", None)
    rest.pop("task", None)
    query = rest.urlencode()
    context = {
        "form": form,
        "filter_form": narrowed.form,
        "is_overview": is_overview,
        "may_claim": holds(viewer, *BACK_OFFICE),
        "rows": [TaskRow(each, viewer, days, now) for each in shown.items],
        "shown_words": f"本页 {len(shown.items)} 件",
        "next_url": f"?{query}&after={shown.next_cursor}" if shown.next_cursor else "",
        "query": query,
        "is_narrowed": any(rest.values()),
        "next_fields": {"department": request.GET.get("department", "")},
        "counts": queue_selectors.queue_counts(viewer, now),
        "late": queue_selectors.late_for_head(viewer, now),
        "shown": _chosen(request),
    }
    return render(request, "applications/queue_list.html", context, status=status)


def _without_lone_department(narrowed: TaskFilter) -> forms.Form:
    """Return the form of filters, without the choice of a department where there is none."""
    if len(narrowed.form.fields["department"].queryset) < 2:
        del narrowed.form.fields["department"]
    return narrowed.form


def _chosen(request: HttpRequest) -> TaskPage | None:
    wanted = request.GET.get("task", "")
    if not wanted.isdecimal():
        return None
    try:
        return _task_page(request, int(wanted))
    except NotFound:
        return None


def _task_page(request: HttpRequest, pk: int) -> TaskPage:
    now = clock.now()
    found: ReviewTask = selectors.task_for(request.user, pk)
    application = selectors.application_for(request.user, found.case.application.number)
    case = next(each for each in application.cases.all() if each.pk == found.case_id)
    return TaskPage(
        row=TaskRow(found, request.user, countdown(now), now),
        actions=Actions(found, request.user, list(found.records.all())),
        application=application,
        case=case,
        colleagues=queue_selectors.findings_of(case, without=found),
    )


def _work_page(
    request: HttpRequest, pk: int, *, sent: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    shown = _task_page(request, pk)
    own = shown.actions.own_finding
    initial = {
        "record": {"finding": own},
        "complete": {"opinion": own},
        "decide": {"basis": shown.case.version.legal_basis},
    }
    offered = {
        act: sent if isinstance(sent, FORMS[act]) else FORMS[act](prefix=act, initial=initial[act])
        for act in shown.actions.offered
    }
    context = {"shown": shown, "form": sent, "forms": offered, "unsent": _unsent(sent, offered.values())}
    return render(request, "applications/task_detail.html", context, status=status)


def _unsent(sent: forms.Form | None, offered: Any) -> str:
    """Return what was typed into a form that the page no longer offers, so that it is not lost."""
    if sent is None or any(form is sent for form in offered):
        return ""
    typed = (sent.data.get(sent.add_prefix(name), "") for name in ("opinion", "finding", "reasons"))
    return "\n".join(text.strip() for text in typed if text.strip())
