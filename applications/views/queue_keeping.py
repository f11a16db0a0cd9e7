"""What a department keeps about its queue: rules by which tasks are given out, and who is away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from applications import selectors
from applications.forms.keeping import AbsenceForm, RuleForm
from applications.permissions import BACK_OFFICE
from applications.presenters.queue_keeping import AbsenceRow, RuleRow
from applications.selectors import queue as queue_selectors
from applications.services import absences, assigning
from core import clock
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from matters.enums import Role
from matters.permissions import require


@READ_OR_SEND
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of the departments the viewer heads, and take a new one."""
    require(request.user, Role.HEAD)
    departments = selectors.queue_departments(request.user).filter(pk__in=assigning.headed_by(request.user))
    form = RuleForm(posted(request), departments=departments)
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            assigning.add_rule(**form.cleaned_data, by=request.user, now=clock.now())
            messages.success(request, "规则已添加，对今后送达的任务有效")
            return redirect("queue-rules")
    found = queue_selectors.assignment_rules(departments)
    context = {"form": form, "rows": [RuleRow(each) for each in found], "many": len(departments) > 1}
    return render(request, "applications/queue_rules.html", context, status=status_of(form))


@require_POST
@login_required
def remove_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a rule of a department the viewer heads."""
    assigning.remove_rule(rule_id=pk, by=request.user, now=clock.now())
    messages.success(request, "规则已删除")
    return redirect("queue-rules")


@READ_OR_SEND
@login_required
def away(request: HttpRequest) -> HttpResponse:
    """Show who is away in the viewer's departments and who stands in for them, and take an entry."""
    viewer = request.user
    require(viewer, *BACK_OFFICE)
    departments, headed = selectors.queue_departments(viewer), assigning.headed_by(viewer)
    form = AbsenceForm(posted(request), by=viewer, departments=departments, headed=headed)
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            entered = absences.register(**form.answers(), by=viewer, now=clock.now())
            messages.success(request, f"已登记：由{entered.deputy.name}代办")
            return redirect("queue-absences")
    found = queue_selectors.absences_in(departments)
    context = {"form": form, "rows": [AbsenceRow(each, viewer) for each in found]}
    return render(request, "applications/queue_absences.html", context, status=status_of(form))


@require_POST
@login_required
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence, or call off one to come."""
    absences.end(absence_id=pk, by=request.user, now=clock.now())
    messages.success(request, "已结束，任务仍在本人手上")
    return redirect("queue-absences")
