"""The working calendar: a year as twelve months, and the next year's notice, previewed and then loaded."""

import re
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.selectors.clocks import MOST_COUNTED, reached
from core import clock, selectors
from core.calendar import last_day, reaches_far_enough
from core.clock import local_date
from core.errors import NotFound
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.services import calendar as service
from matters.enums import Role
from matters.permissions import require
from portal.calendar import PreviewPage, YearPage
from portal.forms import CalendarForm

LOADS_SHOWN = 10


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show one year with its days off and make-up days, until when the calendar reaches, and what was loaded when."""
    require(request.user, Role.ADMINISTRATOR)
    today, years = local_date(clock.now()), selectors.calendar_years()
    year = _year(request.GET.get("year", ""), default=today.year)
    days = selectors.calendar_of(year)
    if not days and "year" in request.GET:
        raise NotFound("工作日历里没有这一年。")
    context = {
        "page": YearPage(year, days, years=years, today=today),
        "loads": selectors.calendar_loads()[:LOADS_SHOWN],
        **_reach(today),
    }
    return render(request, "portal/calendar.html", context)


@READ_OR_SEND
@login_required
def load(request: HttpRequest) -> HttpResponse:
    """Take a year's notice: first show what it changes, then load exactly that."""
    require(request.user, Role.ADMINISTRATOR)
    today, last = local_date(clock.now()), last_day()
    form = CalendarForm(
        posted(request), request.FILES or None, initial={"year": (last or today).year + bool(last)}
    )
    shown = None
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("year", "text")}
        with refusals_as_errors(form):
            found = service.preview(**said)
            shown = PreviewPage(found, reached(found.first) if found.first else (0, 0), MOST_COUNTED)
            if "confirm" in request.POST:
                seen = form.cleaned_data["seen"] or "-"
                working = service.load_year(**said, by=request.user, now=clock.now(), seen=seen)
                messages.success(request, f"已导入{said['year']}年工作日历，共{working}个工作日")
                return redirect(f"{reverse('calendar')}?year={said['year']}")
    text = form.cleaned_data.get("text", "") if form.is_bound else ""
    context = {"form": form, "shown": shown, "text": text, **_reach(today)}
    return render(request, "portal/calendar_load.html", context, status=status_of(form))


def _reach(today: date) -> dict[str, object]:
    """Return until when the calendar reaches, how many days that is, and whether it is time to load the next year."""
    last = last_day()
    left = (last - today).days if last else 0
    return {"last": last, "days_left": max(left, 0), "ends_soon": not reaches_far_enough(last, today)}


def _year(text: str, *, default: int) -> int:
    if not text:
        return default
    if not re.fullmatch(r"[12][0-9]{3}", text):
        raise NotFound("工作日历里没有这一年。")
    return int(text)
