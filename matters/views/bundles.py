"""Bundles (一件事): all of them, and the guide of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.qr import qr_svg
from matters import selectors
from matters.enums import SearchKind
from matters.presenters import BundlePresenter
from matters.presenters.cards import bundle_cards
from matters.views.papers import public_address

MOST_BUNDLES = 500


@require_safe
def bundle_list(request: HttpRequest) -> HttpResponse:
    """Show every bundle with what it spares."""
    found = selectors.find("", SearchKind.BUNDLE, size=MOST_BUNDLES)
    return render(request, "matters/bundle_list.html", {"bundles": bundle_cards(found.hits)})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Show the members of a bundle, their order, and the materials asked once for all of them."""
    shown = BundlePresenter(selectors.bundle_for_guide(code.upper()))
    context = {
        "bundle": shown,
        "trips": shown.trips_found,
        "qr_svg": qr_svg(public_address("bundle", shown.code)),
    }
    return render(request, "matters/bundle_guide.html", context)
