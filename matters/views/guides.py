"""The guide of one matter (办事指南)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.qr import qr_svg
from matters import selectors
from matters.presenters import GuidePresenter
from matters.presenters.adoption import AdoptionPresenter
from matters.presenters.trips import matter_trips
from matters.selectors.templates import adoption_of
from matters.views.papers import public_address


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything one needs to know before applying for a matter, also of one suspended or cancelled."""
    version = selectors.matter_for_guide(code.upper())
    departments = selectors.department_names()
    shown = GuidePresenter(version, selectors.service_points(), departments)
    adoption = adoption_of(version)
    context = {
        "guide": shown,
        "adoption": AdoptionPresenter(adoption) if adoption else None,
        "bundles": selectors.bundles_with(version) if shown.can_apply else [],
        "trips": matter_trips(shown.values),
        "qr_svg": qr_svg(public_address("matter", version.matter.code)),
    }
    return render(request, "matters/matter_guide.html", context)
