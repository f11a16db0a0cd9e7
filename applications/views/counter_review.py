"""One submitted application at the counter: accept it, ask once, refuse it, take in what was asked, withdraw."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.forms.counter import AcceptForm, AnswerForm, RefuseForm, RevealForm, WithdrawForm
from applications.forms.notice import CorrectionForm
from applications.models import Application
from applications.presenters import standstills, timeline
from applications.presenters.checklist import material_rows
from applications.presenters.counter import MatterRow, QueueRow, ReviewPage, Slip
from applications.selectors import changes_of, documents_of
from applications.selectors.counter import (
    application_at_counter,
    places_of,
    promised_day,
    queue_length,
)
from applications.services import corrections, counter, filing, intake
from applications.views.counter_desk import revealed
from core import clock
from core.capped import said
from core.countdown import countdown
from core.forms import READ_OR_SEND, refusals_as_errors, status_of


@login_required
@READ_OR_SEND
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Show one application with its materials; a POST accepts it, in a bundle without the matters refused alone."""
    application = application_at_counter(request.user, number)
    cases = list(application.cases.all())
    if request.method != "POST":
        return _review_page(request, application, AcceptForm(cases=cases))
    form = AcceptForm(request.POST, cases=cases)
    if form.is_valid():
        with refusals_as_errors(form):
            intake.accept(
                application_id=application.pk, refusals=form.refusals(), by=request.user, now=clock.now()
            )
            return redirect("counter-done", number=number)
    return _review_page(request, application_at_counter(request.user, number), form)


def _review_page(request: HttpRequest, application: Application, form: AcceptForm) -> HttpResponse:
    context = {
        **about(application),
        "form": form,
        "reveal_form": RevealForm(),
        "reveal_url": reverse("counter-reveal", args=[application.number]),
        "cases": [
            MatterRow(case, form.fields_of(case) if form.cases else None) for case in application.cases.all()
        ],
        "materials": material_rows(application),
        "slip": Slip(application, promised_day(application, clock.now())),
        "documents": documents_of(application),
        "events": timeline(changes_of(application), for_staff=True, also=standstills(application)),
    }
    return render(request, "applications/counter_review.html", context, status=status_of(form))


def about(application: Application) -> dict[str, Any]:
    """Return what every page about one application at the counter shows."""
    now = clock.now()
    row = QueueRow(application, countdown(now), now)
    return {"application": application, "page": ReviewPage(application, row)}


@login_required
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """Say what was just done, with the document to print and the next application one key away."""
    application = application_at_counter(request.user, number)
    documents = list(documents_of(application))
    context = {
        **about(application),
        "latest": documents[-1] if documents else None,
        "earlier": documents[-2::-1],
        "slip": Slip(application, promised_day(application, clock.now())),
        "waiting": said(queue_length(request.user)),
    }
    return render(request, "applications/counter_done.html", context)


@login_required
@READ_OR_SEND
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Build the one notice that lists everything to put right, and send it."""
    application = application_at_counter(request.user, number)
    if request.method != "POST":
        listed = [{"material": pk} for pk in request.GET.getlist("material") if pk.isdigit()]
        form = CorrectionForm(application=application, initial_items=listed or [{}])
        return _correction_page(request, application, form)
    form = CorrectionForm(request.POST, application=application)
    if request.POST.get("action") == "add":
        return _correction_page(request, application, _with_one_more(form, application))
    if form.is_valid():
        with refusals_as_errors(form):
            corrections.ask(
                application_id=application.pk,
                items=form.listed(),
                workdays=form.cleaned_data["workdays"],
                by=request.user,
                now=clock.now(),
            )
            return redirect("counter-done", number=number)
    return _correction_page(request, application, form)


def _with_one_more(form: CorrectionForm, application: Application) -> CorrectionForm:
    return CorrectionForm(
        application=application,
        initial_items=[*form.typed(), {}],
        initial={"workdays": form["workdays"].value()},
    )


def _correction_page(request: HttpRequest, application: Application, form: CorrectionForm) -> HttpResponse:
    context = {**about(application), "form": form, "materials": material_rows(application)}
    status = status_of(form, *form.items)
    return render(request, "applications/counter_correction.html", context, status=status)


@login_required
@READ_OR_SEND
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take in at the window what the correction notice asked for; the visit is recorded."""
    application = application_at_counter(request.user, number)
    page = ReviewPage(application, about(application)["page"].row)
    if not page.can_answer:
        messages.warning(request, "这项申请没有等待补正的内容，可能已经补正，请查看最新进展。")
        return redirect("counter-application", number=number)
    places = places_of(request.user)
    form = AnswerForm(request.POST or None, request.FILES or None, application=application, places=places)
    if form.is_valid():
        with refusals_as_errors(form):
            counter.answer_correction(
                application_id=application.pk,
                answers=form.answers(),
                handed=form.handed(),
                place=form.chosen_place(),
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "补正材料已收到，到场已记录，请继续审核。")
            return redirect("counter-application", number=number)
    items = [(item, _answer_fields(form, item)) for item in form.items]
    return _act_page(request, "counter_answer.html", application, form, items=items)


def _answer_fields(form: AnswerForm, item: Any) -> dict[str, forms.BoundField]:
    fields = {"answer": form[f"item-{item.pk}"]}
    if item.material_id:
        fields |= {"paper": form[f"paper-{item.material_id}"], "file": form[f"file-{item.material_id}"]}
    return fields


@login_required
@READ_OR_SEND
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Refuse to accept, in writing, with the reason and the competent authority."""
    application = application_at_counter(request.user, number)
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_as_errors(form):
            intake.refuse(
                application_id=application.pk, **form.cleaned_data, by=request.user, now=clock.now()
            )
            return redirect("counter-done", number=number)
    return _act_page(request, "counter_refuse.html", application, form)


@login_required
@READ_OR_SEND
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw for an applicant who asks for it at the window."""
    application = application_at_counter(request.user, number)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        with refusals_as_errors(form):
            filing.withdraw(
                application_id=application.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, f"申请 {number} 中尚未作出决定的事项已撤回。")
            return redirect("counter-application", number=number)
    return _act_page(request, "counter_withdraw.html", application, form)


def _act_page(
    request: HttpRequest, template: str, application: Application, form: forms.Form, **more: Any
) -> HttpResponse:
    context = {**about(application), "form": form, "materials": material_rows(application), **more}
    return render(request, f"applications/{template}", context, status=status_of(form))


@login_required
@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Show the full personal data of an application's applicant, once, with the reason on record."""
    application = application_at_counter(request.user, number)
    return revealed(request, application, reverse("counter-application", args=[number]))
