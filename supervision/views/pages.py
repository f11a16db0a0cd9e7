"""The supervisors' pages: what stands, what ends soon, cards, and the rules they follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core import clock
from core.clock import local_date
from core.countdown import countdown
from core.errors import NotFound, Refusal
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.paging import page
from matters.enums import Role
from matters.permissions import holds
from supervision import selectors
from supervision.breaches import IMPOSSIBLE
from supervision.enums import CardStatus, Level, Recipient
from supervision.filters import CardFilter
from supervision.forms import AppealForm, ConfirmForm, ReasonForm, RuleForm
from supervision.models import Card
from supervision.presenters import CardPage, CardRow, DueDay, DueRow, LedRow, Overview, RuleRow
from supervision.services import judging, rules


@dataclass(frozen=True)
class CardAct:
    """One act on a card: offered where its check allows it, done by one service call."""

    key: str
    label: str
    done: str
    form: type[forms.Form]
    check: Callable[..., None]
    serve: Callable[..., Card]
    kind: str = "primary"

    def allows(self, card: Card, request: HttpRequest, now: datetime) -> bool:
        """Return whether the person may do it now."""
        try:
            self.check(card=card, by=request.user, now=now)
        except Refusal:
            return False
        return True


ACTS: Mapping[str, CardAct] = {
    act.key: act
    for act in (
        CardAct("confirm", "确认发牌", "已发牌", ConfirmForm, judging.check_confirm, judging.confirm),
        CardAct(
            "dismiss",
            "不予发牌",
            "已记为不予发牌",
            ReasonForm,
            judging.check_dismiss,
            judging.dismiss,
            "secondary",
        ),
        CardAct("appeal", "提出申诉", "申诉已提交", AppealForm, judging.check_appeal, judging.appeal),
        CardAct(
            "uphold",
            "维持这张牌",
            "已维持，部门会收到理由",
            ReasonForm,
            judging.check_uphold,
            judging.uphold,
        ),
        CardAct(
            "withdraw",
            "撤销这张牌",
            "已撤销，部门会收到理由",
            ReasonForm,
            judging.check_withdraw,
            judging.withdraw,
            "secondary",
        ),
    )
}


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show the cards by department and level, and what ends today and on the next working day."""
    now, viewer = clock.now(), request.user
    selectors.require_desk(viewer)
    days = countdown(now)
    next_day = days.after(now, 1)
    dates = [("办件时限今天到期", local_date(now))]
    dates += [("办件时限下一工作日到期", local_date(next_day))] if next_day else []
    due = []
    for title, day in dates:
        found, count = selectors.due_on(viewer, day)
        due.append(
            DueDay(f"{title}（{day.month}月{day.day}日）", [DueRow(one, days) for one in found], count)
        )
    shown = Overview(
        departments=selectors.cards_by_department(viewer, now),
        waiting=selectors.waiting_counts(viewer),
        due=due,
        led=[LedRow(task, days) for task in selectors.led(viewer)],
        counted_days=selectors.COUNTED_DAYS,
    )
    return render(request, "supervision/overview.html", {"shown": shown})


@require_safe
@login_required
@vary_on_headers("HX-Request", "HX-Target")
def cards(request: HttpRequest) -> HttpResponse:
    """List the cards the viewer may see, newest first."""
    selectors.require_desk(request.user)
    now = clock.now()
    narrowed = CardFilter(request.GET, queryset=selectors.cards(request.user), request=request)
    if len(narrowed.form.fields["department"].queryset) < 2:
        del narrowed.form.fields["department"]
    shown = page(narrowed.qs, key=("-id",), after=request.GET.get("after"))
    days = countdown(now)
    rest = request.GET.copy()
    rest.pop("after", None)
    context = {
        "filter_form": narrowed.form,
        "rows": [CardRow(each, days, now) for each in shown.items],
        "shown_words": f"本页 {len(shown.items)} 张",
        "next_url": f"?{rest.urlencode()}&after={shown.next_cursor}" if shown.next_cursor else "",
        "is_narrowed": any(rest.values()),
    }
    return render(request, "supervision/cards.html", context)


@READ_OR_SEND
@login_required
def card(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """Show one card and what may be done with it; an act that is sent and refused shows it again with what was typed."""
    sent = None
    if key and key not in ACTS:
        raise NotFound()
    found = selectors.card_for(request.user, pk)
    if key and request.method != "POST":
        return redirect("card", pk=pk)
    if key:
        act, sent = ACTS[key], ACTS[key].form(posted(request), prefix=key)
        if sent.is_valid():
            with refusals_as_errors(sent):
                act.serve(card_id=pk, by=request.user, now=clock.now(), **sent.cleaned_data)
                messages.success(request, act.done)
                return redirect("card", pk=pk)
        found = selectors.card_for(request.user, pk)
    return _card_page(request, found, key, sent)


def _card_page(request: HttpRequest, found: Card, key: str, sent: forms.Form | None) -> HttpResponse:
    now = clock.now()
    acts = [act for act in ACTS.values() if act.key == key or act.allows(found, request, now)]
    forms_of = [(act, sent if act.key == key and sent else act.form(prefix=act.key)) for act in acts]
    may_be_appealed = found.status == CardStatus.ISSUED and found.issued_at and found.level != Level.WARNING
    until = judging.appeal_until(found) if may_be_appealed else None
    shown = CardPage(
        row=CardRow(found, countdown(now), now),
        readers=[Recipient(each).label for each in found.rule.recipients],
        appeal_until=until if until and until >= now else None,
        acts=forms_of,
        may_see_task=holds(request.user, Role.SUPERVISOR, Role.AUDITOR)
        or holds(request.user, Role.HEAD, department=found.department_id),
    )
    context = {"shown": shown, "form": sent}
    return render(request, "supervision/card.html", context, status=status_of(sent) if sent else 200)


@require_safe
@login_required
def card_rules(request: HttpRequest) -> HttpResponse:
    """List the rules in force and to come, and what cannot happen here."""
    now = clock.now()
    today = local_date(now)
    shown = [RuleRow(rule, rule.in_force_from > today) for rule in selectors.rules(request.user, now)]
    context = {"rows": shown, "impossible": IMPOSSIBLE, "may_change": holds(request.user, Role.SUPERVISOR)}
    return render(request, "supervision/rules.html", context)


@READ_OR_SEND
@login_required
def card_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule with its wordings, and to supervisors the form of a new one."""
    rule = selectors.rule_for(request.user, code)
    now = clock.now()
    today = local_date(now)
    fields = ("level", "offset", "relative_to", "inclusive", "recipients", "way", "is_active")
    initial: dict[str, Any] = {name: getattr(rule, name) for name in fields}
    initial["in_force_from"] = max(rule.in_force_from, today + timedelta(days=1))
    form = RuleForm(posted(request), initial=initial, measures_clock=bool(rule.clock_kind))
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            rules.change(code=code, by=request.user, now=now, **form.cleaned_data)
            messages.success(request, "规则已修改，自施行日起生效")
            return redirect("card-rules")
    context = {
        "row": RuleRow(rule, rule.in_force_from > today),
        "wordings": [RuleRow(each, each.in_force_from > today) for each in selectors.wordings_of(rule)],
        "form": form if holds(request.user, Role.SUPERVISOR) else None,
    }
    return render(request, "supervision/rule.html", context, status=status_of(form))
