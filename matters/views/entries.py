"""Catalogue entries on their way: the work list, the page of one, and the acts of whose turn it is."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import NotFound
from core.forms import posted, refusals_as_errors, status_of
from core.paging import page
from matters import selectors
from matters.catalogue.content import elements
from matters.catalogue.differences import differences
from matters.enums import EntryState, Role, Verdict
from matters.models import CatalogueEntry
from matters.permissions import holds
from matters.presenters.adoption import AdoptionPresenter
from matters.presenters.editing import Address, EditorFindings
from matters.presenters.entries import EntryPage, EntryRow
from matters.presenters.trips import matter_trips
from matters.publishing_forms import (
    AnalysisForm,
    ConfirmForm,
    DeliberationForm,
    EntryFilterForm,
    MeetingForm,
    ReasonForm,
    RecheckForm,
    SubmitForm,
    VerdictForm,
)
from matters.selectors.checking import findings_of
from matters.selectors.templates import adoption_in
from matters.services.entries import drafting, office, reviewing

# What whose turn it is may do in each state: the act, its form, what the button says.
TURN_ACTS: dict[str, tuple[str, type[forms.Form], str]] = {
    EntryState.DRAFT: ("submit", SubmitForm, "上报"),
    EntryState.GROUP_REVIEW: ("review", VerdictForm, "提交审核意见"),
    EntryState.JOINT_REVIEW: ("joint-review", MeetingForm, "记录会议结论"),
    EntryState.CONFIRMATION: ("confirm", ConfirmForm, "提交部门意见"),
    EntryState.RECHECK: ("recheck", RecheckForm, "提交再审结论"),
}
# What ends an entry: asked for in a dialog, with a reason.
END_ACTS = {
    EntryState.DRAFT: ("withdraw", "撤销草稿"),
    EntryState.LOCKED: ("unlock", "解锁改稿"),
    EntryState.COMMENT: ("unlock", "解锁改稿"),
}
ANALYSIS_IDS = "id_analyse_%s"


@require_safe
@login_required
def entry_list(request: HttpRequest) -> HttpResponse:
    """List the entries the viewer may see; first those that wait for them."""
    asked = request.GET if request.GET.keys() & {"q", "turn", "state"} else {"turn": "mine"}
    filters = EntryFilterForm(asked)
    filters.is_valid()
    found = selectors.entries_by(viewer=request.user, **filters.cleaned_data)
    shown = page(found, key=("state_since", "id"), after=request.GET.get("after"), size=50)
    kept = {name: value for name, value in filters.cleaned_data.items() if value or name == "turn"}
    context = {
        "filters": filters,
        "rows": [EntryRow(each) for each in shown.items],
        "shown_words": f"本页 {len(shown.items)} 条",
        "next_url": f"?{urlencode({**kept, 'after': shown.next_cursor})}" if shown.next_cursor else "",
        "may_start": holds(request.user, Role.EDITOR),
        "is_mine": filters.cleaned_data.get("turn") == "mine",
    }
    return render(request, "matters/entry_list.html", context)


@require_safe
@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry: where it stands, every verdict, what differs, and what the viewer may do."""
    return _page(request, selectors.entry_for(viewer=request.user, pk=pk))


@require_POST
@login_required
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one act on an entry the viewer may see; what cannot be done is said above what was typed."""
    found = selectors.entry_for(viewer=request.user, pk=pk)
    if act not in _ACTS:
        raise NotFound("没有这种办理，请从条目页面重新选择。")
    form_class, do, said = _ACTS[act]
    form = _form(act, form_class, posted(request))
    if form.is_valid():
        with refusals_as_errors(form):
            now_at = do(form, pk, {"by": request.user, "now": clock.now()})
            messages.success(request, said)
            return redirect(reverse("entry", args=[now_at]))
    return _page(request, selectors.entry_for(viewer=request.user, pk=found.pk), **{act: form})


def _page(request: HttpRequest, found: CatalogueEntry, **sent: forms.Form) -> HttpResponse:
    base = found.base_version.content if found.base_version else {}
    shown = EntryPage(found, request.user, differences(base, found.content))
    values = elements(found.content)
    adoption = adoption_in(found.content)
    context: dict[str, Any] = {
        "shown": shown,
        "adoption": AdoptionPresenter(adoption, Address(found.pk)) if adoption else None,
        "findings": EditorFindings(findings_of(values), address=Address(found.pk)),
        "trips": matter_trips(values, with_objections=True),
        "turn_act": _turn_act(shown, sent),
        "end_act": _end_act(shown, sent),
        "deliberation": _deliberation_form(sent) if shown.may_deliberate else None,
        "analysis_form": (sent.get("analyse") or _analysis_form(shown)) if shown.may_analyse else None,
        "form": next(iter(sent.values()), None),
    }
    return render(request, "matters/entry.html", context, status=status_of(*sent.values()))


def _turn_act(shown: EntryPage, sent: dict[str, forms.Form]) -> dict[str, Any] | None:
    offered = TURN_ACTS.get(shown.entry.state)
    if offered is None or not shown.may_act:
        return None
    name, form_class, label = offered
    return {
        "form": sent.get(name) or _form(name, form_class),
        "label": label,
        "url": reverse("entry-act", args=[shown.entry.pk, name]),
    }


def _end_act(shown: EntryPage, sent: dict[str, forms.Form]) -> dict[str, Any] | None:
    offered = END_ACTS.get(EntryState(shown.entry.state))
    if offered is None or not shown.may_act:
        return None
    name, label = offered
    return {
        "form": sent.get(name) or _form(name, ReasonForm),
        "label": label,
        "url": reverse("entry-act", args=[shown.entry.pk, name]),
    }


def _deliberation_form(sent: dict[str, forms.Form]) -> forms.Form:
    return sent.get("deliberate") or _form("deliberate", DeliberationForm)


def _form(act: str, form_class: type[forms.Form], data: Any = None) -> forms.Form:
    """Several forms stand on one page: their fields have ids of their own. Meetings are held today, if nothing else is said."""
    initial = {"held_on": clock.local_date(clock.now())}
    return form_class(data, auto_id=f"id_{act}_%s", initial=initial)


def _analysis_form(shown: EntryPage) -> AnalysisForm:
    if shown.analysis is None:
        return AnalysisForm(auto_id=ANALYSIS_IDS)
    initial: dict[str, Any] = {
        "feasibility": shown.analysis.feasibility,
        "obstacles": shown.analysis.obstacles,
    }
    for one in shown.analysis.measures.all():
        initial |= {
            f"{one.kind}_before": one.before,
            f"{one.kind}_after": one.after,
            f"{one.kind}_text": one.text,
        }
    return AnalysisForm(initial=initial, auto_id=ANALYSIS_IDS)


def _data(form: Any, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


def _recheck(form: Any, pk: int, who: dict[str, Any]) -> int:
    do = office.lock if form.cleaned_data["verdict"] == Verdict.PASS else office.return_to_department
    return do(entry_id=pk, reason=form.cleaned_data["reason"], **who).pk


def _deliberate(form: Any, pk: int, who: dict[str, Any]) -> int:
    said = _data(form, "verdict", "minutes", "held_on", "participants")
    return reviewing.deliberate(entry_id=pk, **said, **who).entry_id


def _analyse(form: Any, pk: int, who: dict[str, Any]) -> int:
    said = _data(form, "feasibility", "obstacles")
    return reviewing.analyse(entry_id=pk, **said, measures=form.measures(), **who).entry_id


def _with(service: Callable[..., CatalogueEntry], *names: str) -> Callable[..., int]:
    return lambda form, pk, who: service(entry_id=pk, **_data(form, *names), **who).pk


# Each act: its form, the service it calls, what is said when it is done.
_ACTS: dict[str, tuple[type[forms.Form], Callable[..., int], str]] = {
    "submit": (SubmitForm, _with(drafting.submit, "reason"), "已上报，等待小组初审"),
    "withdraw": (ReasonForm, _with(drafting.withdraw, "reason"), "已撤销，该事项可以重新起草"),
    "review": (VerdictForm, _with(reviewing.review, "verdict", "reason"), "已记录您的审核意见"),
    "joint-review": (
        MeetingForm,
        _with(reviewing.joint_review, "verdict", "reason", "held_on", "participants"),
        "已记录会议结论",
    ),
    "confirm": (ConfirmForm, _with(reviewing.confirm, "verdict", "reason"), "已记录部门意见"),
    "recheck": (RecheckForm, _recheck, "已记录再审结论"),
    "unlock": (ReasonForm, _with(office.unlock, "reason"), "已解锁，这是新的条目，须重新走完各步"),
    "deliberate": (DeliberationForm, _deliberate, "已记录集体会商"),
    "analyse": (AnalysisForm, _analyse, "已保存逆向分析"),
}
