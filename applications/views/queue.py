"""The back office: the work on one task."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from applications import selectors
from applications.acts import act_named, offered
from applications.forms.queue import ActForm, CompleteForm, DecideForm, RecordForm, VisitForm
from applications.models import Case, ReviewTask
from applications.permissions import stands_in_for
from applications.policies import is_on_site
from applications.presenters.actions import Actions
from applications.presenters.deciding import Deciding
from applications.presenters.history import case_history
from applications.presenters.queue import TaskRow
from applications.presenters.task import TaskPage
from applications.selectors import noting
from applications.selectors import queue as queue_selectors
from applications.selectors.clocks import clocks_of
from applications.selectors.consulting import consultations_of
from applications.selectors.history import happenings
from applications.selectors.opinions import template_for, templates_for
from applications.services import decisions, drafting, inspecting, review
from core import clock
from core.countdown import countdown
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from matters.enums import StepKind

FORMS = {"record": RecordForm, "complete": CompleteForm, "decide": DecideForm}


@require_safe
@login_required
@vary_on_headers("HX-Request", "HX-Target")
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task; htmx asks for its short form beside the queue, and for the next material beside the task."""
    if request.htmx and request.htmx.target == "detail":
        return render(request, "applications/_task_preview.html", {"shown": task_page(request, pk)})
    if request.htmx and request.htmx.target == "reading":
        return render(request, "applications/_task_reading.html", {"shown": task_page(request, pk)})
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
    """Keep what the viewer found as a participant; on site with the time, the place and pictures."""
    is_visit = is_on_site(selectors.task_for(request.user, pk))
    form, serve = (VisitForm, inspecting.record) if is_visit else (RecordForm, review.record)
    return _act(
        request,
        pk,
        form(request.POST, request.FILES, prefix="record"),
        lambda answers: serve(task_id=pk, by=request.user, now=clock.now(), **answers),
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


@act_on_task
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill an opinion template into the form, keeping what was typed; nothing is saved."""
    found = selectors.task_for(request.user, pk)
    template = template_for(request.user, _number(request.POST.get("template")) or 0)
    act, field = ("decide", "reasons") if found.kind == StepKind.DECIDE else ("complete", "opinion")
    form = FORMS[act](request.POST, prefix=act)
    typed = {name: form[name].value() for name in form.fields}
    written = (typed[field] or "").strip()
    if template.text not in written:
        written = "\n".join(filter(None, [written, template.text]))
    filled = {act: typed | {field: written, "outcome": template.outcome}}
    return _work_page(request, pk, filled=filled)


@READ_OR_SEND
@login_required
def act(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show the page of one act on a task, and do it when it is sent; whoever may not is told why.

    The form is read before what stands beside it: a draft that changes meanwhile is shown anew, and its old mark refused.
    """
    wanted = act_named(key)
    form = wanted.form(posted(request), task=selectors.task_for(request.user, pk), by=request.user)
    shown = task_page(request, pk)
    why_not = wanted.why_not(task=shown.task, by=request.user)
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            wanted.serve(task_id=pk, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, wanted.done)
            return redirect("task", pk=pk) if wanted.back_to == "task" else redirect(wanted.back_to)
    context = {"shown": shown, "act": wanted, "form": form, "why_not": why_not}
    return render(request, "applications/task_act.html", context, status=status_of(form))


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


def task_page(request: HttpRequest, pk: int) -> TaskPage:
    """Return one task the viewer may see, with everything its page shows; NotFound otherwise."""
    now = clock.now()
    found: ReviewTask = selectors.task_for(request.user, pk)
    application = selectors.application_for(request.user, found.case.application.number)
    case = next(each for each in application.cases.all() if each.pk == found.case_id)
    asked = consultations_of(found)
    return TaskPage(
        row=TaskRow(found, request.user, countdown(now), now),
        actions=Actions(
            found,
            request.user,
            list(found.records.all()),
            asked,
            now,
            stands_in=stands_in_for(request.user, found),
        ),
        application=application,
        case=case,
        colleagues=queue_selectors.findings_of(case, without=found),
        more=offered(task=found, by=request.user),
        history=case_history(case, happenings(case, now), now),
        timed=clocks_of(case, task=found),
        deciding=_deciding(found, case),
        annotations=noting.annotations_of(request.user, application),
        notes=noting.notes_of(request.user, case),
        templates=templates_for(request.user, found),
        wanted_material=_number(request.GET.get("material")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _deciding(task: ReviewTask, case: Case) -> Deciding | None:
    """Return what stands before the decision, on the page of a decision step."""
    return Deciding(task, case, drafting.live_draft(case)) if task.kind == StepKind.DECIDE else None


def _work_page(
    request: HttpRequest,
    pk: int,
    *,
    sent: forms.Form | None = None,
    filled: Mapping[str, Mapping[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a task with its forms: one as it was sent and refused, others as they were `filled` so far, by act."""
    shown = task_page(request, pk)
    kinds = FORMS | ({"record": VisitForm} if is_on_site(shown.task) else {})
    begun = _begun(shown) | (filled or {})
    offered = {
        act: sent if isinstance(sent, kinds[act]) else kinds[act](prefix=act, initial=begun[act])
        for act in shown.offered
    }
    if shown.why_not_grant and "decide" in offered:
        offered["decide"].offer_denial_only()
    context = {"shown": shown, "form": sent, "forms": offered, "unsent": _unsent(sent, offered.values())}
    return render(request, "applications/task_detail.html", context, status=status)


def _begun(shown: TaskPage) -> dict[str, dict[str, Any]]:
    """Return what stands in the forms before anybody has typed: what the viewer recorded earlier."""
    own = shown.actions.own
    finding = own.finding if own else ""
    visit = {"seen_at": own.seen_at, "place": own.place} if own else {}
    return {
        "record": {"finding": finding, **visit},
        "complete": {"opinion": "" if is_on_site(shown.task) or shown.actions.is_post_check else finding},
        "decide": _drafted(shown),
    }


def _drafted(shown: TaskPage) -> dict[str, str]:
    """Return what the decision begins with: what the draft says, so that one press issues it, or the guide's basis."""
    if shown.deciding and shown.deciding.draft:
        return vars(drafting.Text.of(shown.deciding.draft))
    return {"basis": shown.case.version.legal_basis}


def _unsent(sent: forms.Form | None, offered: Any) -> str:
    """Return what was typed into a form that the page no longer offers, so that it is not lost."""
    if sent is None or any(form is sent for form in offered):
        return ""
    typed = (sent.data.get(sent.add_prefix(name), "") for name in ("opinion", "finding", "facts", "reasons"))
    return "\n".join(text.strip() for text in typed if text.strip())
