"""What the catalogue office does with what is in use: suspending, resuming and cancelling matters."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import clock
from core.forms import posted, refusals_as_errors, status_of
from matters import selectors
from matters.enums import Role
from matters.keeping_forms import MatterStateForm
from matters.permissions import require
from matters.services import versions as version_services


@require_http_methods(["GET", "POST"])
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
            matter = act(code=code, reason=form.cleaned_data["reason"], by=request.user, now=clock.now())
            messages.success(request, f"“{version.name}”现在是“{matter.get_state_display()}”")
            return redirect("matter", code)
    context = {"form": form, "version": version, "matter": version.matter}
    return render(request, "matters/matter_state.html", context, status=status_of(form))
