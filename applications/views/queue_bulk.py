"""One act on many tasks: choose, say what is to be said, and watch it being done."""

from collections.abc import Iterable

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from applications import selectors
from applications.enums import BulkKind
from applications.filters import WorkFilter
from applications.forms.keeping import BulkForm
from applications.forms.queue import ActForm
from applications.models.bulk import MOST_TASKS
from applications.permissions import BACK_OFFICE
from applications.presenters.queue_bulk import BulkPage, BulkRow
from applications.selectors import queue as queue_selectors
from applications.services import bulk as bulk_service
from applications.views.queue_list import queue_page
from core import clock
from core.errors import Invalid
from core.forms import READ_OR_SEND, refusals_as_errors
from matters.permissions import require

SHOWN = 20


@READ_OR_SEND
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Take what was chosen on the list and what is to be done to it; only read, show the viewer's last bulk acts."""
    if request.method != "POST":
        require(request.user, *BACK_OFFICE)
        rows = [BulkRow(each) for each in queue_selectors.bulk_acts(request.user)[:SHOWN]]
        return render(request, "applications/queue_bulk_list.html", {"rows": rows})
    refusal = ActForm(request.POST)
    refusal.is_valid()
    with refusals_as_errors(refusal):
        kind = _kind(request)
        ids = bulk_service.checked(_chosen(request))
        form = _form(request, kind)
        if not form.is_bound:
            return _asked(request, kind, ids, form)
        if form.is_valid():
            with refusals_as_errors(form):
                act = bulk_service.ask(
                    kind=kind, task_ids=ids, by=request.user, now=clock.now(), **form.cleaned_data
                )
                return redirect("queue-bulk-act", pk=act.pk)
        if form.fields:
            return _asked(request, kind, ids, form, status=422)
        refusal.add_error(None, "；".join(form.non_field_errors()))
    return queue_page(request, refusal, status=422)


@require_safe
@login_required
@vary_on_headers("HX-Request", "HX-Target")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far one of the viewer's bulk acts has come; htmx asks again until it is done."""
    act = queue_selectors.bulk_act_for(request.user, pk)
    shown = BulkPage(act, queue_selectors.progress_of(act), queue_selectors.refused_items(act))
    name = "_queue_bulk_progress" if request.htmx and request.htmx.target == "progress" else "queue_bulk"
    return render(request, f"applications/{name}.html", {"shown": shown})


def _kind(request: HttpRequest) -> BulkKind:
    wanted = request.POST.get("kind", "")
    if wanted not in BulkKind.values:
        raise Invalid("unknown_act", "请选择要批量办理什么。")
    return BulkKind(wanted)


def _chosen(request: HttpRequest) -> list[int]:
    """Return the tasks that were ticked, or all that the list is narrowed to; one more than allowed at most."""
    if request.POST.get("all"):
        asked = QueryDict(request.POST.get("query", ""))
        narrowed = WorkFilter(asked, queryset=queue_selectors.queue(request.user), request=request)
        found = narrowed.qs.order_by(*narrowed.key).values_list("pk", flat=True)
        return list(found[: MOST_TASKS + 1])
    return list(_numbers(request.POST.getlist("task")))


def _numbers(given: Iterable[str]) -> Iterable[int]:
    return (int(each) for each in given if each.isascii() and each.isdecimal() and len(each) < 19)


def _form(request: HttpRequest, kind: BulkKind) -> forms.Form:
    """Return what the act asks, unbound while it has not been asked.

    An act that asks nothing is taken at once for what was ticked; before it is done to all that matches, whoever
    presses is told how many these are.
    """
    departments = selectors.queue_departments(request.user)
    form = BulkForm(kind=kind, departments=departments)
    if (form.fields or request.POST.get("all")) and not request.POST.get("asked"):
        return form
    return BulkForm(request.POST, kind=kind, departments=departments)


def _asked(
    request: HttpRequest, kind: BulkKind, ids: list[int], form: forms.Form, *, status: int = 200
) -> HttpResponse:
    context = {"kind": kind, "ids": ids, "count": len(ids), "form": form}
    return render(request, "applications/queue_bulk_new.html", context, status=status)
