"""What the catalogue office does with what is in use: suspending matters, renaming and merging departments."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Refusal
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from matters import selectors
from matters.enums import Role
from matters.keeping_forms import DepartmentMergeForm, DepartmentRenameForm, MatterStateForm
from matters.permissions import require
from matters.presenters.departments import DepartmentChangeRow
from matters.services import departments as department_services
from matters.services import versions as version_services


@READ_OR_SEND
@login_required
def matter_state(request: HttpRequest, code: str) -> HttpResponse:
    """Suspend, resume or cancel one matter, with the reason that its guide will show."""
    require(request.user, Role.OFFICE)
    version = selectors.matter_for_guide(code)
    form = MatterStateForm(posted(request), state=version.matter.state)
    if form.is_bound and form.is_valid():
        act = {
            "suspend": version_services.suspend,
            "resume": version_services.resume,
            "cancel": version_services.cancel,
        }[form.cleaned_data["act"]]
        with refusals_as_errors(form):
            matter = act(code=code, **form.said, by=request.user, now=clock.now())
            messages.success(request, f"“{version.name}”现在是“{matter.get_state_display()}”")
            return redirect("matter", code)
    context = {"form": form, "version": version, "matter": version.matter}
    return render(request, "matters/matter_state.html", context, status=status_of(form))


@READ_OR_SEND
@login_required
def departments(request: HttpRequest) -> HttpResponse:
    """Show how departments were renamed and merged, and record the next change."""
    require(request.user, Role.OFFICE, Role.ADMINISTRATOR)
    sent = request.POST.get("kind") if request.method == "POST" else None
    open_now = selectors.departments()
    rename = DepartmentRenameForm(posted(request) if sent == "rename" else None, departments=open_now)
    merge = DepartmentMergeForm(posted(request) if sent == "merge" else None, departments=open_now)
    if rename.is_bound and rename.is_valid():
        with refusals_as_errors(rename):
            said = rename.cleaned_data | {"code": rename.cleaned_data["code"].code}
            change = department_services.rename_department(**said, by=request.user, now=clock.now())
            messages.success(request, DepartmentChangeRow(change).told)
            return redirect("department-changes")
    if merge.is_bound and merge.is_valid():
        with refusals_as_errors(merge):
            said = {**merge.cleaned_data}
            said["code"], said["into"] = said["code"].code, said["into"].code
            change = department_services.merge_department(**said, by=request.user, now=clock.now())
            messages.success(request, DepartmentChangeRow(change).told)
            return redirect("department-changes")
    history = [DepartmentChangeRow(one) for one in selectors.department_history(viewer=request.user)]
    context = {"rename": rename, "merge": merge, "history": history}
    return render(request, "matters/department_changes.html", context, status=status_of(rename, merge))


@require_POST
@login_required
def call_off_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off a change of a department that waits for its day."""
    try:
        change = department_services.call_off_change(change_id=pk, by=request.user, now=clock.now())
    except Refusal as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, DepartmentChangeRow(change).told)
    return redirect("department-changes")
