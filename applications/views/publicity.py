"""The public list of granted licences (行政许可公示): anybody may read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from applications.filters import PublicationFilter
from applications.presenters.publicity import PublicationRow
from applications.selectors.decisions import published
from core.paging import page


@require_safe
@vary_on_headers("HX-Request")
def decisions(request: HttpRequest) -> HttpResponse:
    """List the licences granted, newest first; found by matter, document number or department."""
    narrowed = PublicationFilter(request.GET, queryset=published())
    shown = page(narrowed.qs, key=("-decided_on", "-id"), after=request.GET.get("after"))
    rest = request.GET.copy()
    rest.pop("after", None)
    context = {
        "filter_form": narrowed.form,
        "rows": [PublicationRow(each) for each in shown.items],
        "next_url": f"?{rest.urlencode()}&after={shown.next_cursor}" if shown.next_cursor else "",
        "shown_words": f"本页 {len(shown.items)} 件",
        "is_narrowed": any(rest.values()),
    }
    return render(request, "applications/decision_list.html", context)
