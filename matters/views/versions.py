"""The published versions of one matter's guide, for anybody (办事指南的各个版本)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.forms import status_of
from matters import selectors
from matters.catalogue.differences import differences
from matters.forms import VersionsForm
from matters.presenters.guide import GuideToRead
from matters.presenters.trips import matter_trips
from matters.presenters.versions import Comparison, VersionRow, VersionsPage


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """List the versions of a guide, and show what two of them say differently."""
    found = selectors.version_list(code.upper())
    chosen = request.GET if request.GET.keys() & {"from", "to"} else None
    form = VersionsForm(chosen, numbers=[one.number for one in found])
    compared = None
    if form.is_bound and form.is_valid():
        earlier, later = selectors.two_versions_of(code.upper(), *form.numbers)
        compared = Comparison(earlier, later, differences(earlier.content, later.content))
    context = {"shown": VersionsPage(found), "form": form, "compared": compared}
    return render(request, "matters/matter_versions.html", context, status=status_of(form))


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one version of a guide as it was or will be read; only the one in force can be applied under."""
    found = selectors.version_to_read(code.upper(), number)
    guide = GuideToRead(found, selectors.service_points(), selectors.department_names())
    context = {
        "guide": guide,
        "row": VersionRow(found, number - 1 or None),
        "trips": matter_trips(guide.values),
        "is_preview": True,
    }
    return render(request, "matters/matter_version.html", context)
