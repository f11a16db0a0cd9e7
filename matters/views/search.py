"""Finding what one came for: search, suggestions while typing, themes for people and for companies."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matters import selectors
from matters.enums import SearchKind
from matters.forms import SearchForm
from matters.presenters.results import SearchResults, suggested
from matters.presenters.themes import AUDIENCES, ThemesPresenter
from matters.selectors.finding import PAGE

BUNDLES_SHOWN = 6
SUGGESTED_MATTERS, SUGGESTED_BUNDLES = 6, 2
MATTERS_OF_A_THEME = 24


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show a page of the matters that a query finds, the bundles before the first, and the facets that narrow them."""
    asked = SearchForm(request.GET)
    query, narrowing, page = asked.query, asked.narrowing, asked.page_number
    found = selectors.find(query, narrowing=narrowing, begin=(page - 1) * PAGE)
    with_bundles = query.strip() and not narrowing.chosen and page == 1
    bundles = selectors.find(query, SearchKind.BUNDLE, size=BUNDLES_SHOWN) if with_bundles else None
    tally = selectors.tally(query, found.level, narrowing=narrowing)
    shown = SearchResults(query, found, bundles, tally, narrowing, page)
    return render(request, "matters/search_results.html", {"results": shown})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer what is typed so far with the best matters and bundles, as a fragment."""
    query = SearchForm(request.GET).query
    shown = None
    if query.strip():
        shown = suggested(
            query, *selectors.suggest(query, matters=SUGGESTED_MATTERS, bundles=SUGGESTED_BUNDLES)
        )
    return render(request, "matters/_suggestions.html", {"query": query, "suggested": shown})


@require_safe
def themes(request: HttpRequest, audience: str) -> HttpResponse:
    """Show what a person, or a company, can have done, by theme: the most used matters of each."""
    if audience not in AUDIENCES:
        raise Http404
    sizes = selectors.theme_sizes()
    matters = selectors.matters_of_themes([one.topic for one in sizes], who=audience, each=MATTERS_OF_A_THEME)
    shown = ThemesPresenter(audience, sizes, matters, selectors.bundles_for(audience))
    return render(request, "matters/themes.html", {"themes": shown})
