"""Finding what one came for: search, suggestions while typing, themes for people and for companies."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matters import selectors
from matters.forms import SearchForm
from matters.presenters.results import SearchResults, suggested
from matters.presenters.themes import AUDIENCES, ThemesPresenter


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the matters and bundles that a query finds, and the facets that narrow them."""
    chosen = SearchForm(request.GET).chosen()
    query = chosen.pop("q", "")
    shown = SearchResults(query, selectors.search(query), selectors.search_bundles(query), chosen)
    return render(request, "matters/search_results.html", {"results": shown})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer what is typed so far with the best matters and bundles, as a fragment."""
    query = SearchForm(request.GET).chosen().get("q", "")
    found = suggested(query, selectors.search(query), selectors.search_bundles(query)) if query else None
    return render(request, "matters/_suggestions.html", {"query": query, "suggested": found})


@require_safe
def themes(request: HttpRequest, audience: str) -> HttpResponse:
    """Show all that a person, or a company, can have done, by theme."""
    if audience not in AUDIENCES:
        raise Http404
    shown = ThemesPresenter(audience, selectors.published_matters(), selectors.bundles())
    return render(request, "matters/themes.html", {"themes": shown})
