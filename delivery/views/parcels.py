"""The courier desk: pack, send, follow."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Refusal
from core.paging import page
from delivery import selectors
from delivery.forms import SendForm
from delivery.presenters import ParcelRow
from delivery.services import printing, shipments
from delivery.views.outlet import pdf_response

STATES = (("pack", "待交寄"), ("transit", "寄送中"), ("received", "已签收"))


@require_safe
@login_required
def parcels(request: HttpRequest) -> HttpResponse:
    """List the parcels to pack, in transit or received."""
    return _desk(request)


@require_POST
@login_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that one parcel was handed to the courier."""
    shipment = selectors.parcel(request.user, pk)
    try:
        shipments.send(shipment_id=shipment.pk, by=request.user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已交寄，运单号 {shipment.waybill}")
    return redirect("parcels")


@require_POST
@login_required
def send_several(request: HttpRequest) -> HttpResponse:
    """Record that the ticked parcels were handed to the courier; what cannot be sent says why."""
    offered = selectors.courier_desk(request.user, "pack").values_list("pk", flat=True)
    form = SendForm(request.POST, offered=list(offered))
    if not form.is_valid():
        return _desk(request, form, status=422)
    done = shipments.send_several(shipment_ids=form.cleaned_data["parcel"], by=request.user, now=clock.now())
    if done.sent:
        messages.success(request, f"已交寄 {len(done.sent)} 件")
    for message in done.refused:
        messages.error(request, message)
    return redirect("parcels")


@require_safe
@login_required
def parcel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a parcel holds and where it is."""
    return render(request, "delivery/parcel.html", {"row": ParcelRow(selectors.parcel(request.user, pk))})


@require_safe
@login_required
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the address label to print; who opens it leaves a trace."""
    shipment = shipments.read_label(shipment_id=pk, by=request.user, now=clock.now())
    return render(request, "delivery/parcel_label.html", {"shipment": shipment, "row": ParcelRow(shipment)})


@require_safe
@login_required
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what goes into a parcel as one PDF."""
    row = ParcelRow(selectors.parcel(request.user, pk))
    together = printing.together(
        documents=[each.document for each in row.results],
        reference=row.number,
        by=request.user,
        now=clock.now(),
    )
    return pdf_response(together, row.number)


def _desk(request: HttpRequest, form: SendForm | None = None, *, status: int = 200) -> HttpResponse:
    state = request.GET.get("state", "pack")
    state = state if state in selectors.PARCEL_STATES else "pack"
    counts = selectors.parcel_counts(request.user)
    order = ("id",) if state == "pack" else ("-id",)
    shown = page(selectors.courier_desk(request.user, state), key=order, after=request.GET.get("after"))
    context = {
        "form": form,
        "state": state,
        "tabs": [
            {"label": label, "url": f"?state={name}", "count": counts[name], "active": name == state}
            for name, label in STATES
        ],
        "rows": [ParcelRow(each) for each in shown.items],
        "next_url": f"?state={state}&after={shown.next_cursor}" if shown.next_cursor else "",
        "shown_words": f"本页 {len(shown.items)} 件",
    }
    return render(request, "delivery/parcels.html", context, status=status)
