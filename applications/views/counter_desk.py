"""One person at the window: who they are, what they want, what they bring."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.forms.counter import DraftForm, NewForm, RevealForm
from applications.models import Application
from applications.presenters.checklist import material_rows
from applications.presenters.counter import Slip, applicant_rows, masked_person
from applications.presenters.offers import Offer
from applications.selectors.counter import (
    applicant_at_counter,
    chosen_to_file,
    counter_draft_for,
    offers_at_counter,
    optional_members,
    places_of,
    promised_day,
    submitted_draft,
    what_can_be_filed,
)
from applications.services import counter, uploads
from applications.services import drafts as draft_services
from core import clock
from core.codes import normalise
from core.forms import READ_OR_SEND, refusals_as_errors, status_of
from core.models import Applicant
from core.services.privacy import reveal as reveal_person

TYPED = ("subject", "detail", "delivery_method", "recipient_name", "recipient_phone", "recipient_address")


@login_required
@READ_OR_SEND
def new(request: HttpRequest) -> HttpResponse:
    """Find or write down the person and start their draft; “查找” looks for matters without losing what was typed."""
    places = places_of(request.user)
    searching = request.POST.get("action") == "search"
    today = clock.local_date(clock.now())
    if request.method == "POST" and not searching:
        form = NewForm(request.POST, places=places, today=today, is_known=bool(_known(request)))
        if form.is_valid():
            with refusals_as_errors(form):
                bundle, version = chosen_to_file(request.user, form.cleaned_data["what"])
                draft = counter.open_draft(
                    identity=form.identity(),
                    bundle=bundle,
                    version=version,
                    chosen=form.chosen_members(),
                    place=form.chosen_place(),
                    by=request.user,
                    now=clock.now(),
                )
                return redirect("counter-draft", pk=draft.pk)
        return _new_page(request, form, request.POST, status=422)
    typed = request.POST if searching else request.GET
    form = NewForm(initial={"kind": "natural", "id_type": "111", **typed.dict()}, places=places, today=today)
    return _new_page(request, form, typed)


def _new_page(request: HttpRequest, form: NewForm, typed: QueryDict, status: int = 200) -> HttpResponse:
    context = {"form": form, "places": places_of(request.user), **_choices(request, typed)}
    return render(request, "applications/counter_new.html", context, status=status)


def _choices(request: HttpRequest, typed: QueryDict) -> dict[str, Any]:
    query, what = typed.get("q", ""), typed.get("what", "")
    bundles, versions = what_can_be_filed(request.user, query or what.partition(":")[2])
    chosen = {code for name in typed if name.startswith("chosen-") for code in typed.getlist(name)}
    return {"bundles": bundles, "versions": versions, "query": query, "what": what, "chosen": chosen}


@login_required
@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """Return what a query finds, for the search as one types."""
    return render(request, "applications/_counter_choices.html", _choices(request, request.GET))


@login_required
@require_POST
def person(request: HttpRequest) -> HttpResponse:
    """Return whether somebody with this identity number is known, masked; posted, so that no address holds it."""
    found = _known(request)
    context = {"known": masked_person(found) if found else None}
    return render(request, "applications/_counter_person.html", context)


def _known(request: HttpRequest) -> Applicant | None:
    return applicant_at_counter(
        request.user,
        id_type=request.POST.get("id_type", ""),
        id_number=normalise(request.POST.get("id_number", "")),
    )


@login_required
@READ_OR_SEND
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in a draft with the person at the window, and hand it in."""
    filed = submitted_draft(request.user, pk)
    if filed:
        messages.info(request, f"这份草稿已经提交，申报号 {filed.number}，没有重复提交。")
        return redirect("counter-application", number=filed.number)
    application = counter_draft_for(request.user, pk)
    if request.method != "POST":
        return _draft_page(
            request, application, DraftForm(initial=_saved(application), application=application)
        )
    form = DraftForm(request.POST, request.FILES, application=application)
    form.is_valid()
    with refusals_as_errors(form):
        done = _act(request, application, form)
        if done is not None:
            return done
    application = counter_draft_for(request.user, pk)
    return _draft_page(request, application, form)


def _act(request: HttpRequest, application: Application, form: DraftForm) -> HttpResponse | None:
    """Do what the pressed button says; None means the page is shown again with what was typed."""
    action, _, subject = request.POST.get("action", "save").partition("-")
    said: dict[str, Any] = {"application_id": application.pk, "by": request.user, "now": clock.now()}
    if action == "remove" and subject.isdigit():
        uploads.remove(attachment_id=int(subject), by=request.user, now=clock.now())
    elif action == "members":
        draft_services.choose_members(chosen=request.POST.getlist("members"), **said)
    elif action == "files":
        counter.take_files(files=form.handed().files, **said)
    elif action == "materials":
        counter.receive(handed=form.handed(), **said)
    elif action in ("situations", "bundle"):
        counter.settle(handed=form.handed(), situations=form.chosen_situations(), **said)
        if action == "bundle":
            bundle, _ = chosen_to_file(request.user, f"bundle:{subject}")
            draft_services.widen(bundle=bundle, **said)
        return _asked_anew(request, application.pk)
    elif form.errors:
        return None
    elif action == "save":
        counter.write_down(
            answers=form.answers(), handed=form.handed(), situations=form.chosen_situations(), **said
        )
        messages.success(request, "草稿已保存。")
        return redirect("counter-draft", pk=application.pk)
    else:
        handed_in = counter.hand_in(
            answers=form.answers(),
            handed=form.handed(),
            situations=form.chosen_situations(),
            confirmed=form.cleaned_data["confirmed"],
            accept=action == "accept",
            **said,
        )
        return redirect("counter-done", number=handed_in.number)
    return None


def _saved(application: Application) -> dict[str, Any]:
    return {name: getattr(application, name) for name in TYPED}


def _asked_anew(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the desk as the draft stands now, with what was typed and not yet saved."""
    application = counter_draft_for(request.user, pk)
    typed = {**_saved(application), **{name: request.POST[name] for name in TYPED if name in request.POST}}
    return _draft_page(request, application, DraftForm(initial=typed, application=application))


def _draft_page(request: HttpRequest, application: Application, form: DraftForm) -> HttpResponse:
    """Show the whole desk, or to htmx the parts that change with what was handed over."""
    now = clock.now()
    given = form.cleaned_data if form.is_bound else {}
    application.delivery_method = given.get("delivery_method") or application.delivery_method
    problems = {name: list(errors) for name, errors in form.errors.items() if name.startswith("file-")}
    context = {
        "application": application,
        "form": form,
        "reveal_form": RevealForm(),
        "applicant": applicant_rows(application.applicant),
        "materials": material_rows(
            application,
            ticked=given.get("papers"),
            conditions=given.get("conditions"),
            problems=problems,
        ),
        "slip": Slip(application, promised_day(application, now)),
        "members": optional_members(application),
        "offers": [Offer(each) for each in offers_at_counter(request.user, application)],
        "reveal_url": reverse("counter-draft-reveal", args=[application.pk]),
        "discard_url": reverse("counter-draft-discard", args=[application.pk]),
        "elapsed": int((now - application.created_at).total_seconds()),
    }
    if request.htmx:
        return render(request, "applications/_counter_draft_parts.html", {**context, "swapped": True})
    return render(request, "applications/counter_draft.html", context, status=status_of(form))


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft the person does not want after all."""
    application = counter_draft_for(request.user, pk)
    draft_services.discard(application_id=application.pk, by=request.user, now=clock.now())
    messages.success(request, f"草稿“{application.title}”已删除。")
    return redirect("counter-drafts")


@login_required
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the full personal data of a draft's applicant, once, with the reason on record."""
    return revealed(request, counter_draft_for(request.user, pk), reverse("counter-draft", args=[pk]))


def revealed(request: HttpRequest, application: Application, back: str) -> HttpResponse:
    """Read an applicant's personal data in full for the clerk, after the reason has been written down."""
    form = RevealForm(request.POST)
    person_data = None
    if form.is_valid():
        with refusals_as_errors(form):
            person_data = reveal_person(
                applicant=application.applicant,
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
    context = {
        "reveal_form": form,
        "form": form,
        "person_data": person_data,
        "applicant": application.applicant,
        "back": back,
    }
    template = "_counter_revealed.html" if request.htmx else "counter_revealed.html"
    return render(
        request, f"applications/{template}", context, status=200 if request.htmx else status_of(form)
    )
