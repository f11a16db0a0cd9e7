"""What the publish checks find in the published catalogue, for those who keep it."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from matters.forms import FindingsFilterForm
from matters.presenters.findings import CatalogueFindings
from matters.selectors.checking import catalogue_findings
from matters.selectors.keeping import catalogue_departments

ROWS = 50


@require_safe
@login_required
def findings(request: HttpRequest) -> HttpResponse:
    """Show what the checks found: by check and by department, and each finding where the list is narrowed."""
    viewer = request.user
    filters = FindingsFilterForm(request.GET, departments=catalogue_departments(viewer=viewer))
    chosen = filters.chosen
    checked = catalogue_findings(viewer=viewer, q=chosen.get("q", ""), department=chosen.get("department"))
    found = CatalogueFindings(checked, grade=chosen.get("grade", ""), check=chosen.get("check", ""))
    page = Paginator(found.pairs, ROWS).get_page(request.GET.get("page"))
    kept = {name: value for name, value in request.GET.items() if name != "page" and value}
    context = {
        "filters": filters,
        "found": found,
        "rows": found.rows(page.object_list),
        "shown_words": f"第 {page.start_index()}–{page.end_index()} 处，共 {page.paginator.count} 处",
        "previous_url": f"?{urlencode({**kept, 'page': page.number - 1})}" if page.has_previous() else "",
        "next_url": f"?{urlencode({**kept, 'page': page.number + 1})}" if page.has_next() else "",
        "is_listed": not chosen.keys().isdisjoint({"q", "grade", "check"}),
        "kept_department": urlencode({"department": kept["department"]}) if "department" in chosen else "",
    }
    return render(request, "matters/catalogue_findings.html", context)
