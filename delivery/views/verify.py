"""Verification: anybody with a phone sees whether a document is valid."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.clock import local_date
from core.errors import NotFound
from core.forms import READ_OR_SEND
from core.models import OfficialDocument
from core.throttle import TooOften, address_of, spend
from delivery import selectors
from delivery.forms import CompareForm, VerifyForm
from delivery.presenters import Verification

TRIES, SECONDS = 30, 60


@never_cache
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a document, and lead to what is known about it."""
    asked = "code" in request.GET
    form = VerifyForm(request.GET if asked else None)
    if asked and form.is_valid():
        return redirect("verify-document", token=selectors.scanned_token(form.cleaned_data["code"]))
    return render(request, "delivery/verify.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@READ_OR_SEND
def document(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether a document is valid; a PDF sent along is compared with the one on record."""
    try:
        spend(what="verify", who=address_of(request), times=TRIES, seconds=SECONDS)
        found = selectors.verifiable(token)
    except TooOften as refusal:
        form = VerifyForm({"code": token})
        form.add_error(None, refusal.message)
        response = render(request, "delivery/verify.html", {"form": form}, status=refusal.status)
        response["Retry-After"] = str(refusal.seconds)
        return response
    except NotFound:
        return render(request, "delivery/verify_unknown.html", {"form": VerifyForm()}, status=404)
    return _known(request, found)


def _known(request: HttpRequest, found: OfficialDocument) -> HttpResponse:
    sent = request.method == "POST"
    form = CompareForm(request.POST, request.FILES) if sent else CompareForm()
    compared = ""
    if sent and form.is_valid():
        compared = _compared(form, found)
    context = {
        "shown": Verification(found, local_date(clock.now())),
        "form": form,
        "compared": compared,
    }
    return render(request, "delivery/verify_document.html", context, status=422 if form.errors else 200)


def _compared(form: CompareForm, found: OfficialDocument) -> str:
    """Return same or other; unready while the original has not been drawn yet."""
    digest = hashlib.sha256()
    for chunk in form.cleaned_data["file"].chunks():
        digest.update(chunk)
    if not found.sha256:
        return "unready"
    return "same" if digest.hexdigest() == found.sha256 else "other"
