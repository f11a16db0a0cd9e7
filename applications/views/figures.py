"""How long matters and steps really take: a page for heads and overseers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from applications.presenters.figures import matter_figures
from applications.selectors import figures as selectors
from core.paging import page


@require_safe
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """List how long half and nine tenths of each matter took, the slowest first, with every step beside its limit."""
    departments = list(selectors.figure_departments(request.user))
    code = request.GET.get("department", "")
    chosen = next((each for each in departments if each.code == code), None)
    shown = page(
        selectors.figures(request.user, chosen), key=("-p90", "id"), after=request.GET.get("after"), size=20
    )
    following = {"department": code, "after": shown.next_cursor}
    context = {
        "matters": [matter_figures(row) for row in shown.items],
        "until": shown.items[0].until if shown.items else None,
        "departments": departments,
        "chosen": chosen,
        "next_url": f"?{urlencode({key: value for key, value in following.items() if value})}"
        if shown.next_cursor
        else "",
    }
    return render(request, "applications/figures.html", context)
