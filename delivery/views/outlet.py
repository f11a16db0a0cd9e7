"""The outlet: everything of a person that is ready leaves at once, against one signature."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Application
from core import clock
from core.forms import READ_OR_SEND, refusals_as_errors
from core.paging import page
from delivery import selectors
from delivery.enums import Relation
from delivery.forms import FindForm, HandoverForm
from delivery.presenters import AtOutlet, WaitingRow
from delivery.services import outlet as service
from delivery.services import printing
from delivery.services.outlet import PNG_URL


@require_safe
@login_required
@never_cache
def outlet(request: HttpRequest) -> HttpResponse:
    """Find everything of one person by scan, number, name, identity or phone; else list what is ready."""
    now = clock.now()
    asked = "find" in request.GET
    form = FindForm(request.GET if asked else None)
    waiting = page(
        selectors.waiting_at_outlet(request.user), key=("ready_at", "id"), after=request.GET.get("after")
    )
    found = selectors.of_person(request.user, form.cleaned_data["find"]) if asked and form.is_valid() else []
    context = {
        "form": form,
        "asked": asked and form.is_valid(),
        "found": [AtOutlet(each, now) for each in found],
        "rows": [WaitingRow(each, now) for each in waiting.items],
        "next_url": f"?after={waiting.next_cursor}" if waiting.next_cursor else "",
        "shown_words": f"本页 {len(waiting.items)} 件",
    }
    return render(request, "delivery/outlet.html", context)


@READ_OR_SEND
@login_required
def handover(request: HttpRequest, number: str) -> HttpResponse:
    """Hand all results of one application over; before it is ready say what is missing, afterwards show the receipt."""
    application = selectors.at_outlet(request.user, number)
    form = _form(request, application)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            service.hand_over(
                application_id=application.pk, by=request.user, now=clock.now(), **form.answers()
            )
            messages.success(request, "已出件，申报办结")
            return redirect("handover", number=number)
        application = selectors.at_outlet(request.user, number)
    context = {
        "shown": AtOutlet(application, clock.now()),
        "form": form,
        "typed": form["signed_name"].value() or "",
        "drawn": _drawn(form),
    }
    return render(request, "delivery/handover.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def results(request: HttpRequest, number: str) -> HttpResponse:
    """Send all results of one application as one PDF, to be printed at once."""
    application = selectors.at_outlet(request.user, number)
    documents = [each.document for each in AtOutlet(application, clock.now()).results]
    together = printing.together(documents=documents, reference=number, by=request.user, now=clock.now())
    return pdf_response(together, number)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Answer with a PDF to be shown, kept by no cache."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def _form(request: HttpRequest, application: Application) -> HandoverForm:
    applicant = application.applicant
    initial = {"collector_name": applicant.contact_name or applicant.name}
    if applicant.kind == "natural":
        initial["relation"] = Relation.SELF
    return HandoverForm(
        request.POST if request.method == "POST" else None,
        applicant=applicant,
        places=selectors.places_of(request.user),
        initial=initial,
    )


def _drawn(form: HandoverForm) -> str:
    """Return the signature that was drawn before the page came back, so that nobody has to sign twice."""
    value = form["signature"].value() or ""
    return value if value.startswith(PNG_URL) else ""
