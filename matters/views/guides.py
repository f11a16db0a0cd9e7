"""The guide of one matter (办事指南)."""

from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.qr import qr_svg
from matters import selectors
from matters.presenters import GuidePresenter
from matters.presenters.adoption import AdoptionPresenter
from matters.presenters.figures import usual
from matters.presenters.trips import matter_trips
from matters.selectors.templates import adoption_of
from matters.views.papers import public_address


@dataclass(frozen=True)
class GuidePage:
    """A guide as everybody reads it, ready to stand in the frame of each one's page."""

    name: str
    topic: str
    topic_url: str
    main: SafeString
    aside: SafeString


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything one needs to know before applying for a matter, also of one suspended or cancelled."""
    return render(request, "matters/matter_guide.html", {"page": _page(code.upper())})


def _page(code: str) -> GuidePage:
    """Return the page as this process has kept it, or made anew where anything it is made of has changed."""
    stamp = selectors.guide_stamp(code)
    page = caches["guides"].get(f"{code}:{stamp}") if stamp else None
    if page is None:
        page = _made(code)
        if stamp and selectors.guide_stamp(code) == stamp:  # nothing has changed while it was made
            caches["guides"].set(f"{code}:{stamp}", page)
    return page


def _made(code: str) -> GuidePage:
    version = selectors.matter_for_guide(code)
    departments = selectors.department_names()
    shown = GuidePresenter(version, selectors.service_points(), departments)
    adoption = adoption_of(version)
    address = public_address("matter", version.matter.code)
    context = {
        "guide": shown,
        "adoption": AdoptionPresenter(adoption) if adoption else None,
        "bundles": selectors.bundles_with(version) if shown.can_apply else [],
        "usual": usual(selectors.figures_of(version)),
        "trips": matter_trips(shown.values),
        "address": address,
        "qr_svg": qr_svg(address),
    }
    return GuidePage(
        name=shown.name,
        topic=shown.topic,
        topic_url=shown.topic_url,
        main=render_to_string("matters/_guide.html", context),
        aside=render_to_string("matters/_guide_aside.html", context),
    )
