"""The back office's list of tasks: what there is, what is one's own, what is new."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from applications import selectors
from applications.filters import WorkFilter
from applications.forms.keeping import FilterNameForm
from applications.forms.queue import ActForm
from applications.permissions import stood_in_for
from applications.presenters.queue import TaskRow
from applications.presenters.queue_list import QueueList
from applications.presenters.task import TaskPage
from applications.selectors import queue as queue_selectors
from applications.selectors.decisions import awaiting_countersign
from applications.services import queue_visits, review
from applications.views.queue import task_page
from core import clock
from core.countdown import countdown
from core.errors import Invalid, NotFound
from core.forms import READ_OR_SEND, refusals_as_errors
from core.paging import page
from matters.models import Department

MOST_TO_COUNTERSIGN = 10
MOST_URGED = 10
MOST_TO_CHOOSE_FROM = 12  # departments: beyond, their matters and people fill no list anybody reads


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request", "HX-Target")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue of the viewer's departments, due first, and the task chosen beside it."""
    return queue_page(request, ActForm())


@READ_OR_SEND
@login_required
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claim the most urgent task the viewer may claim, and open it; only read, its address leads back to the queue."""
    if request.method != "POST":
        return redirect("queue")
    form = ActForm(request.POST)
    form.is_valid()
    with refusals_as_errors(form):
        department = _department(request)
        claimed = review.claim_next(by=request.user, now=clock.now(), department=department)
        messages.success(request, f"已领取：{claimed.step.name}")
        return redirect("task", pk=claimed.pk)
    return queue_page(request, form, status=409)


def _department(request: HttpRequest) -> Department | None:
    """Return the department that is named, None for all of the viewer's; refuse one that is not theirs."""
    wanted = request.POST.get("department", "")
    found = {each.code: each for each in selectors.queue_departments(request.user)} if wanted else {}
    if wanted and wanted not in found:
        raise Invalid("unknown_department", "没有找到这个部门，或不是您的部门；请回到列表重新选择。")
    return found.get(wanted)


@READ_OR_SEND
@login_required
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep what the list is narrowed by under a name."""
    if request.method != "POST":
        return redirect("queue")
    form = FilterNameForm(request.POST, auto_id="filter-%s")
    if form.is_valid():
        with refusals_as_errors(form):
            saved = queue_visits.save_filter(user=request.user, **form.cleaned_data)
            messages.success(request, f"筛选已保存：{saved.name}")
            return redirect(f"{reverse('queue')}?{saved.query}")
    return queue_page(request, form, status=422)


@require_POST
@login_required
def drop_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a saved filter."""
    queue_visits.drop_filter(user=request.user, filter_id=pk)
    messages.success(request, "筛选已删除")
    return redirect("queue")


def queue_page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    """Return the list as it is asked for; `form` carries the refusal of what was sent from it."""
    now, viewer = clock.now(), request.user
    narrowed = WorkFilter(request.GET, queryset=queue_selectors.queue(viewer), request=request)
    _offer_what_can_be_chosen(narrowed.form)
    found = page(narrowed.qs, key=narrowed.key, after=request.GET.get("after"))
    new_since = queue_visits.note_visit(user=viewer, now=now)
    days, stood_in = countdown(now), stood_in_for(viewer)
    shown = QueueList(
        viewer=viewer,
        asked=request.GET,
        rows=[TaskRow(each, viewer, days, now, new_since, stood_in) for each in found.items],
        counts=queue_selectors.queue_counts(viewer, now, new_since, own_posts=narrowed.own_posts),
        own_posts=narrowed.own_posts,
        saved=queue_selectors.saved_filters(viewer),
        next_cursor=found.next_cursor,
        fields=list(narrowed.form.fields),
    )
    context = {
        "form": form,
        "filter_form": narrowed.form,
        "list": shown,
        "rows": shown.rows,
        "next_url": shown.next_url,
        "may_claim": queue_selectors.works(viewer),
        "next_fields": {"department": request.GET.get("department", "")},
        "late": queue_selectors.late_for_head(viewer, now),
        "to_countersign": list(awaiting_countersign(viewer)[:MOST_TO_COUNTERSIGN]),
        "urged": list(queue_selectors.urged_of(viewer)[:MOST_URGED]),
        "now": now,
        "bulk_under_way": queue_selectors.bulk_under_way(viewer),
        "shown": _chosen(request),
    }
    return render(request, "applications/queue_list.html", context, status=status)


def _offer_what_can_be_chosen(form: forms.Form) -> None:
    """Leave out choices there are none of; of many departments at once, their matters and people too."""
    fields = form.fields
    departments = list(fields["department"].queryset)
    if len(departments) < 2:
        del fields["department"]
    if len({each.level for each in departments}) < 2:
        del fields["level"]
    for name, choices in (
        ("matter", queue_selectors.matters_to_choose),
        ("holder", queue_selectors.people_to_choose),
    ):
        if len(departments) > MOST_TO_CHOOSE_FROM:
            fields[name].widget = forms.HiddenInput()
        else:
            fields[name].widget.choices = [("", fields[name].empty_label), *choices(departments)]


def _chosen(request: HttpRequest) -> TaskPage | None:
    wanted = request.GET.get("task", "")
    if not wanted.isdecimal():
        return None
    try:
        return task_page(request, int(wanted))
    except NotFound:
        return None
