"""The wizard through the situations (情形), and the list of what to bring that it ends in.

The answers stand in the query: a page can be sent to somebody else, and the way back is the browser's.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Invalid
from core.qr import qr_svg
from core.throttle import address_of, spend
from matters import selectors
from matters.presenters import paper
from matters.presenters.situation import CHOSEN, STEP, BundleSituation, MatterSituation, SituationPage
from matters.services import papers
from matters.views.papers import pdf

NOTICES_A_MINUTE = 20


@require_safe
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the next question about the applicant's situation, or show exactly what to bring."""
    version = selectors.matter_for_guide(code.upper())
    points = list(selectors.service_points())
    return _page(request, lambda given, _: MatterSituation(version, given, points))


@require_safe
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """Ask which of the optional members are wanted, then every question of the chosen ones once."""
    guide = selectors.bundle_for_guide(code.upper())
    points = list(selectors.service_points())
    return _page(request, lambda given, chosen: BundleSituation(guide, given, chosen, points))


@require_POST
def matter_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Print the numbered list of what to bring for one matter."""
    version = selectors.matter_for_guide(code.upper())
    points = list(selectors.service_points())
    return _notice(request, MatterSituation(version, _answers(request.POST), points))


@require_POST
def bundle_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Print the numbered list of what to bring for a bundle."""
    guide = selectors.bundle_for_guide(code.upper())
    points = list(selectors.service_points())
    chosen = _chosen(request.POST)
    return _notice(request, BundleSituation(guide, _answers(request.POST), chosen, points))


def _page(
    request: HttpRequest, build: Callable[[dict[str, str], list[str] | None], SituationPage]
) -> HttpResponse:
    chosen, error = _chosen(request.GET), None
    try:
        shown = build(_answers(request.GET), chosen)
    except Invalid as refused:
        shown, error = build({}, chosen), refused.message
    if isinstance(shown, BundleSituation) and chosen is None and shown.choices:
        return render(
            request, "matters/situation_members.html", {"page": shown}, status=422 if error else 200
        )
    context: dict[str, Any] = {"page": shown, "error": error}
    if shown.question is None:
        context["qr_svg"] = qr_svg(request.build_absolute_uri())
        return render(request, "matters/situation_result.html", context)
    unanswered = request.GET.get(STEP) == shown.question["key"]
    context["form"] = QuestionForm({} if unanswered else None, question=shown.question)
    context["hints"] = {one["key"]: one.get("help", "") for one in shown.question["answers"]}
    status = 422 if error or unanswered else 200
    return render(request, "matters/situation_question.html", context, status=status)


def _notice(request: HttpRequest, page: SituationPage) -> HttpResponse:
    spend(what="notice", who=address_of(request), times=NOTICES_A_MINUTE, seconds=60)
    if page.question is not None:
        raise Invalid("situation_incomplete", "情形还没有选完，请返回继续回答，再打印清单。")
    address = request.build_absolute_uri(f"{page.start_url}?{page.query}")
    now = clock.now()
    said = paper.notice(page, address=address, now=now)
    printed = papers.print_notice(said=said, department=page.department, now=now)
    return pdf(printed.pdf, f"一次性告知单 {page.name}", cache=False)


class QuestionForm(forms.Form):
    """One question with its answers; its field is named by the key of the question."""

    def __init__(self, data: Any, *, question: dict[str, Any]) -> None:
        super().__init__(data)
        self.key = question["key"]
        self.fields[self.key] = forms.ChoiceField(
            label=question["text"],
            help_text=question.get("help", ""),
            choices=[(one["key"], one.get("label", "")) for one in question["answers"]],
            widget=forms.RadioSelect,
            error_messages={"required": "请选择一项，再继续"},
        )

    @property
    def question(self) -> forms.BoundField:
        return self[self.key]


def _answers(query: QueryDict) -> dict[str, str]:
    return {
        key: value
        for key, value in query.items()
        if key not in (CHOSEN, STEP, "csrfmiddlewaretoken") and isinstance(value, str)
    }


def _chosen(query: QueryDict) -> list[str] | None:
    """Return the optional members that are wanted, or None where nobody was asked yet."""
    if CHOSEN not in query:
        return None
    return [code for value in query.getlist(CHOSEN) for code in value.split(",") if code]
