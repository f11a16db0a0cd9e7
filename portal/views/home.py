"""The first page, what stands around every page, and the demo's own pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.paging import page
from core.selectors import sms_outbox as sent_sms
from matters import selectors
from portal.demo.cast import accounts, department_accounts, department_prefixes
from portal.figures import hall_today, life_event_sizes, theme_sizes
from portal.presenters import HomePresenter

MOST_USED = 6
A_YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the search, the entrances, what is used most, and what the hall did today."""
    shown = HomePresenter(
        theme_sizes(),
        life_event_sizes(),
        list(selectors.bundles_by_trips_spared()),
        selectors.most_used(MOST_USED),
    )
    return render(request, "portal/home.html", {"home": shown, "figures": hall_today(now=clock.now())})


@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch the large print on or off, and go back to the page it was asked from."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if safe else "home")
    response.set_cookie(
        "elder",
        "1" if request.POST.get("on") == "1" else "0",
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "portal/accessibility.html")


@require_safe
def about_demo(request: HttpRequest) -> HttpResponse:
    """Say what in this installation is for demonstration only."""
    if not settings.DEMO:
        return render(request, "portal/about_demo.html", {"is_demo": False})
    context = {
        "is_demo": True,
        "accounts": accounts(),
        "posts": department_accounts(),
        "departments": department_prefixes(),
    }
    return render(request, "portal/about_demo.html", context)


@require_safe
def sms_outbox(request: HttpRequest) -> HttpResponse:
    """Show the short messages the recording simulator took, newest first; only where DEBUG or DEMO is on."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    shown = page(sent_sms(), key=("-id",), after=request.GET.get("after"))
    return render(
        request,
        "portal/sms_outbox.html",
        {"page": shown, "next_url": f"?after={shown.next_cursor}" if shown.next_cursor else ""},
    )
