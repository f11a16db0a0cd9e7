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

BESIDE = {SearchKind.BUNDLE: 6, SearchKind.HALTED: 6}
SUGGESTED = {SearchKind.MATTER: 6, SearchKind.BUNDLE: 2, SearchKind.HALTED: 2}
MATTERS_OF_A_THEME = 24


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show a page of the matters that a query finds, and the facets that narrow them.

    The bundles stand before the first page, and after its matters what of that name is suspended or cancelled.
    """
    asked = SearchForm(request.GET)
    query, narrowing, page = asked.query, asked.narrowing, asked.page_number
    found = selectors.find(query, narrowing=narrowing, begin=(page - 1) * PAGE)
    stands_alone = not query.strip() or narrowing.chosen or page > 1
    few = None if stands_alone else selectors.suggest(query, BESIDE)
    tally = selectors.tally(query, found.level, narrowing=narrowing)
    shown = SearchResults(query, found, few, tally, narrowing, page)
    return render(request, "matters/search_results.html", {"results": shown})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer what is typed so far with the best matters and bundles, as a fragment."""
    query = SearchForm(request.GET).query
    shown = suggested(query, selectors.suggest(query, SUGGESTED)) if query.strip() else None
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
