"""The catalogue for those who keep it: what is published, and since when."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core import clock
from core.paging import page
from matters import selectors
from matters.enums import Role
from matters.forms import CatalogueFilterForm
from matters.permissions import holds
from matters.presenters.catalogue import CatalogueRow
from matters.presenters.findings import tally, tally_words
from matters.presenters.kept_bundles import KeptBundle
from matters.selectors.entries import open_entries


@require_safe
@login_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the published matters of the viewer's departments, by code."""
    filters = CatalogueFilterForm(
        request.GET, departments=selectors.catalogue_departments(viewer=request.user)
    )
    filters.is_valid()
    found = selectors.catalogue(viewer=request.user, **filters.cleaned_data)
    shown = page(found, key=("matter__code", "id"), after=request.GET.get("after"))
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    on_their_way = open_entries(viewer=request.user, codes=[each.matter.code for each in shown.items])
    context = {
        "filters": filters,
        "rows": [CatalogueRow(each, on_their_way.get(each.matter.code)) for each in shown.items],
        "may_start": holds(request.user, Role.EDITOR),
        "shown_words": f"本页 {len(shown.items)} 项",
        "next_url": f"?{urlencode({**kept, 'after': shown.next_cursor})}" if shown.next_cursor else "",
        "may_change_state": holds(request.user, Role.OFFICE),
        "is_narrowed": any(filters.cleaned_data.values()),
    }
    return render(request, "matters/catalogue.html", context)


@require_safe
@login_required
def kept_bundles(request: HttpRequest) -> HttpResponse:
    """List the bundles with their kind, lead, materials spared and use, unused ones first; and what is wrong with them."""
    now = clock.now()
    found = selectors.kept_bundles(viewer=request.user)
    rows = [KeptBundle(bundle, now, settings.BUNDLE_UNUSED_DAYS) for bundle in found]
    rows.sort(key=lambda row: (not row.is_unused, row.code))
    findings = [one for row in rows for one in row.findings]
    context = {
        "rows": rows,
        "is_wrong": bool(findings),
        "tally_words": tally_words(tally(findings)),
        "unused": sum(row.is_unused for row in rows),
        "unused_days": settings.BUNDLE_UNUSED_DAYS,
    }
    return render(request, "matters/kept_bundles.html", context)
