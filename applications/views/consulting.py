"""Questions from other departments and colleagues: the list, and one question with the form of its answer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.forms.queue import LONGEST
from applications.permissions import BACK_OFFICE
from applications.presenters.consulting import LISTS, ConsultationPage, ConsultationRow
from applications.selectors import consulting as selectors
from applications.services import consulting
from core import clock
from core.countdown import countdown
from core.errors import Refusal
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.paging import page
from matters.permissions import require


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复意见",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="只能答复一次；没有意见的，请写“无意见”",
        error_messages={"required": "请写明答复意见；没有意见的，请写“无意见”。"},
    )


@require_safe
@login_required
def consultations(request: HttpRequest) -> HttpResponse:
    """List what waits for the viewer's answer, due first; what the viewer waits for; what has ended."""
    viewer, now = request.user, clock.now()
    require(viewer, *BACK_OFFICE)
    listed = {
        "to-answer": (selectors.to_answer, ("due_at", "id")),
        "asked": (selectors.asked_by, ("due_at", "id")),
        "answered": (selectors.answered, ("-due_at", "-id")),
    }
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in listed else "to-answer"
    select, key = listed[chosen]
    shown, days = page(select(viewer), key=key, after=request.GET.get("after")), countdown(now)
    context = {
        "chosen": chosen,
        "tabs": [{"label": label, "url": f"?list={name}", "active": name == chosen} for name, label in LISTS],
        "rows": [ConsultationRow(each, days, now, is_asker=chosen == "asked") for each in shown.items],
        "next_url": f"?list={chosen}&after={shown.next_cursor}" if shown.next_cursor else "",
        "shown_words": f"本页 {len(shown.items)} 件",
    }
    return render(request, "applications/consultation_list.html", context)


@READ_OR_SEND
@login_required
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one question with the facts and materials its answer needs, and take the answer."""
    found = selectors.consultation_for(request.user, pk)
    form = AnswerForm(posted(request))
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            consulting.answer(consultation_id=pk, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "答复已送达征询人")
            return redirect("consultations")
    now = clock.now()
    row = ConsultationRow(found, countdown(now), now)
    context = {"shown": ConsultationPage(row, _why_not(found, request.user)), "form": form}
    return render(request, "applications/consultation.html", context, status=status_of(form))


def _why_not(found: Any, viewer: Any) -> str:
    try:
        consulting.check_answer(consultation=found, by=viewer)
    except Refusal as refusal:
        return refusal.message
    return ""
