"""Handing in afterwards what a simulated opinion lists as missing: on the web, and at the window."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import selectors
from applications.forms import citizen, counter
from applications.models import Application, Case
from applications.permissions import is_applicant
from applications.presenters.checklist import material_rows
from applications.presenters.supplies import SupplyPage, awaited_of
from applications.selectors.counter import application_at_counter, places_of
from applications.services import supplying, uploads
from applications.views.counter_review import about
from core import clock
from core.errors import NotFound
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.kept import keeps_text, restore

NOTHING = "这个事项现在没有需要补齐的前置条件。"


@keeps_text
@READ_OR_SEND
@login_required
def supply(request: HttpRequest, number: str, order: int) -> HttpResponse:
    """Take files for each thing listed, then all of it together; what is taken stays, what is typed stays."""
    application = _mine(request, number)
    case = _case(application, order)
    if not _is_open(case, application):
        messages.info(request, NOTHING)
        return redirect("application", number)
    form = citizen.SupplyForm(posted(request))
    restore(request, form)
    rejected = _take_files(request, case, application) if request.method == "POST" else {}
    if request.method == "POST" and form.is_valid() and not rejected:
        if "save" in request.POST or "remove" in request.POST:
            return _page(request, number, order, form, {}, saved=True)
        with refusals_as_errors(form):
            supplying.supply(
                case_id=case.pk, note=form.cleaned_data["note"], by=request.user, now=clock.now()
            )
            messages.success(request, "补齐的材料已提交，部门正在核对，您无需到场。")
            return redirect("application", number)
    return _page(request, number, order, form, rejected)


def _page(
    request: HttpRequest,
    number: str,
    order: int,
    form: citizen.SupplyForm,
    rejected: dict[int, Any],
    *,
    saved: bool = False,
) -> HttpResponse:
    application = _mine(request, number)
    page = SupplyPage(application, _case(application, order), rejected)
    status = 422 if rejected else status_of(form)
    context = {"page": page, "form": form, "saved": saved}
    return render(request, "applications/supply.html", context, status=status)


def _take_files(request: HttpRequest, case: Case, application: Application) -> dict[int, Any]:
    """Take every file that came with the form, and take out the one whose button was pressed."""
    page, now = SupplyPage(application, case, {}), clock.now()
    rejected: dict[int, Any] = {}
    for item in page.items:
        files = [] if item.is_kept else request.FILES.getlist(item.input_id)
        refused = uploads.attach_each(material_id=item.pk, files=files, by=request.user, now=now)
        rejected |= {item.pk: refused} if refused else {}
    if request.POST.get("remove", "").isdigit():
        attachment = selectors.attachment_for(request.user, int(request.POST["remove"]))
        if attachment.material_id not in {item.pk for item in page.items}:
            raise NotFound("没有找到这个文件。")
        uploads.remove(attachment_id=attachment.pk, by=request.user, now=now)
    return rejected


@login_required
@READ_OR_SEND
def at_counter(request: HttpRequest, number: str, order: int) -> HttpResponse:
    """Take in at the window what a simulated opinion lists; the visit is recorded."""
    application = application_at_counter(request.user, number)
    case = _case(application, order)
    if not _is_open(case, application):
        messages.warning(request, NOTHING)
        return redirect("counter-application", number=number)
    page = SupplyPage(application, case, {})
    form = counter.SupplyForm(
        posted(request),
        request.FILES or None,
        places=places_of(request.user),
        materials=[item.material for item in page.items if not item.is_kept],
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            supplying.supply_at_counter(
                case_id=case.pk,
                handed=form.handed(),
                place=form.chosen_place(),
                note=form.cleaned_data["note"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "补齐的材料已收到，到场已记录，部门已得到提醒。")
            return redirect("counter-application", number=number)
    context = {
        **about(application),
        "form": form,
        "materials": material_rows(application),
        "case": case,
        "items": [(item, _fields(form, item.pk)) for item in page.items],
    }
    return render(request, "applications/counter_supply.html", context, status=status_of(form))


def _fields(form: counter.SupplyForm, pk: int) -> dict[str, Any]:
    if f"paper-{pk}" not in form.fields:
        return {}
    return {"paper": form[f"paper-{pk}"], "file": form[f"file-{pk}"]}


def _mine(request: HttpRequest, number: str) -> Application:
    found = selectors.application_for(request.user, number)
    if not is_applicant(request.user, found):
        raise NotFound("没有找到这项申请，请核对申报号。")
    return found


def _case(application: Application, order: int) -> Case:
    found = next((case for case in application.cases.all() if case.order == order), None)
    if found is None:
        raise NotFound("没有找到这个事项。")
    return found


def _is_open(case: Case, application: Application) -> bool:
    awaited = awaited_of(case, application)
    return bool(awaited and not awaited.checking)
