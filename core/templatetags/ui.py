"""Template tags of the design system: each component of templates/_components/ has one tag or one include.

Tags receive plain values from presenters and render a template; they neither query nor judge.
`docs/reference/components.md` lists them with an example line each.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import forms, template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core.templatetags import ui_charts, ui_forms

register = template.Library()
for part in (ui_forms, ui_charts):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)

TONES = {
    "neutral": "circle",
    "progress": "half",
    "info": "dot",
    "waiting": "hourglass",
    "warning": "alert",
    "success": "check",
    "danger": "cross",
    "paused": "pause",
    "card-notice": "flag",
    "card-yellow": "card",
    "card-red": "card",
}
MATERIAL_STATES = {
    "needed": ("需提交", "neutral", ""),
    "free": ("免提交", "success", "check"),
    "internal": ("内部流转", "success", "exchange"),
    "deferred": ("容缺", "waiting", "clock"),
    "received": ("已收", "success", "check"),
    "returned": ("需补正", "danger", "alert"),
}
NOTICE_ICONS = {"info": "info", "success": "check-circle", "warn": "alert", "danger": "cross-circle"}
TASK_STATES = {
    "todo": ("未填写", "neutral"),
    "doing": ("填写中", "progress"),
    "done": ("已完成", "success"),
    "error": ("需修改", "danger"),
    "locked": ("暂不能填写", "paused"),
}


# --- dates --------------------------------------------------------------------------------------------------
def _local(value: dt.date) -> dt.date:
    is_aware = isinstance(value, dt.datetime) and timezone.is_aware(value)
    return timezone.localtime(value) if is_aware else value  # type: ignore[arg-type]


@register.filter
def cn_date(value: dt.date | None) -> str:
    """Write a day with its weekday, without the year: 10月16日（周五）. Instants are read in local time."""
    if not value:
        return ""
    day = _local(value)
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


@register.filter
def cn_date_long(value: dt.date | None) -> str:
    """Write a day with year and weekday: 2026年10月16日（周五）."""
    return f"{_local(value).year}年{cn_date(value)}" if value else ""


@register.filter
def cn_day(value: dt.date | None) -> str:
    """Write a day as documents do, without the weekday: 2026年10月16日."""
    if not value:
        return ""
    day = _local(value)
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cn_datetime(value: dt.datetime | None) -> str:
    """Write an instant in local time to the minute: 2026年10月16日 14:05."""
    return f"{cn_day(value)} {_local(value):%H:%M}" if value else ""


# --- small pieces -------------------------------------------------------------------------------------------
def _trimmed(content: str) -> SafeString:
    """Take the white space off a rendered block, so that an empty one counts as empty."""
    return mark_safe(content.strip())  # noqa: S308 - a template's output


def _render(name: str, context: Mapping[str, Any]) -> SafeString:
    return mark_safe(get_template(f"_components/{name}.html").render(dict(context)))  # noqa: S308 - a template's output


# What follows stands many times on a page and depends on nothing but its words: each process draws it once.
# `typed`: a text that is safe as it is and one that must be escaped are not the same.
_drawn_once = lru_cache(maxsize=4096, typed=True)


@register.simple_tag
@_drawn_once
def icon(name: str, label: str = "") -> SafeString:
    """Draw one icon of the sprite; with a label it speaks, without one it is decoration."""
    return _render("icon", {"name": name, "label": label})


@register.simple_tag
@_drawn_once
def status_tag(word: str, tone: str = "neutral") -> SafeString:
    """Show a status as a word with a tone and a shape; a tone not in TONES raises KeyError."""
    return _render("status_tag", {"word": word, "tone": tone, "shape": TONES[tone]})


@register.simple_tag
@_drawn_once
def deadline(
    due: dt.date | None,
    days_left: int | None = None,
    paused: str = "",
    label: str = "最迟",
    done: bool = False,
    unit: str = "个工作日",
) -> SafeString:
    """Show a limit: its day and weekday, the days left in its unit (below 0: overdue) or the pause, or how it was kept."""
    return _render(
        "deadline",
        {
            "due": due,
            "label": label,
            "paused": paused,
            "done": done,
            "days_left": days_left,
            "unit": unit,
            "days_over": -days_left if days_left is not None else None,
            "state": _deadline_state(days_left, paused=paused, done=done),
        },
    )


def _deadline_state(days_left: int | None, *, paused: str, done: bool) -> str:
    if done:
        return "over" if days_left is not None and days_left < 0 else "done"
    if paused:
        return "paused"
    if days_left is None or days_left > 1:
        return "ample"
    return "soon" if days_left >= 0 else "late"


def _trips_class(trips: int) -> str:
    return str(trips) if trips < 2 else "many"


@register.inclusion_tag("_components/trips_badge.html")
def trips_badge(trips: int, reasons: Sequence[str] = (), counted: bool = False) -> dict[str, Any]:
    """Show the promised trips to a counter (or those counted so far), and on request the reasons."""
    return {"trips": trips, "reasons": reasons, "counted": counted, "kind": _trips_class(trips)}


@register.inclusion_tag("_components/promise_hero.html")
def promise_hero(
    trips: int, reasons: Sequence[str], facts: Sequence[Mapping[str, Any]] = (), word: str = ""
) -> dict[str, Any]:
    """Show the promise of a matter large: trips, why, and facts (dicts of label, value, was, note)."""
    return {"trips": trips, "reasons": reasons, "facts": facts, "word": word, "kind": _trips_class(trips)}


# --- blocks: {% name … %}content{% endname %} ---------------------------------------------------------------
@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """Set a paragraph apart that people must not miss; tone: info, success, warn, danger."""
    return _render(
        "notice", {"content": content, "tone": tone, "title": title, "icon_name": NOTICE_ICONS[tone]}
    )


@register.simple_block_tag
def material(content: str, name: str, state: str = "needed", note: str = "", word: str = "") -> SafeString:
    """Draw one row of a materials list; content: its actions; state: a key of MATERIAL_STATES."""
    default_word, tone, mark = MATERIAL_STATES[state]
    shown = {
        "name": name,
        "state": state,
        "note": note,
        "word": word or default_word,
        "tone": tone,
        "mark": mark,
    }
    return _render("material_row", {**shown, "content": _trimmed(content)})


@register.simple_block_tag
def standing(
    content: str,
    where: str,
    turn: str = "",
    kind: str = "",
    due: dt.date | None = None,
    days_left: int | None = None,
    paused: str = "",
    trips_left: int | None = None,
) -> SafeString:
    """Say where it is, whose turn and by when; kind: "", yours, done, stopped; content: the next step."""
    shown = {"where": where, "turn": turn, "kind": kind, "due": due, "days_left": days_left, "paused": paused}
    return _render("standing", {**shown, "trips_left": trips_left, "content": _trimmed(content)})


@register.simple_block_tag
def confirmation(
    content: str, title: str, text: str = "", number: str = "", query_code: str = ""
) -> SafeString:
    """Tell that it is done: the number and query code to keep; content says what comes next and by when."""
    shown = {"title": title, "text": text, "number": number, "query_code": query_code}
    return _render("confirmation", {**shown, "content": content})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, trigger: str = "", kind: str = "danger-quiet") -> SafeString:
    """Ask before something that cannot be undone; draws the trigger too. It opens without JavaScript too."""
    return _render("dialog", {"content": content, "id": id, "title": title, "trigger": trigger, "kind": kind})


@register.simple_block_tag
def table(
    content: str,
    caption: str,
    note: str = "",
    previous_url: str = "",
    next_url: str = "",
    shown: str = "",
    stack: bool = True,
    id: str = "",
) -> SafeString:
    """Wrap thead and tbody in a captioned table with a keyset pager; cells stack on a phone by data-label."""
    context = {"content": content, "caption": caption, "note": note, "stack": stack, "id": id}
    return _render("table", {**context, "previous_url": previous_url, "next_url": next_url, "shown": shown})


# --- lists and blocks without content -----------------------------------------------------------------------
@register.inclusion_tag("_components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """Show where this page lies: label, url, …, last the label of this page; 首页 comes by itself."""
    *pairs, here = parts
    return {"trail": list(zip(pairs[::2], pairs[1::2], strict=True)), "here": here}


@register.inclusion_tag("_components/task_list.html")
def task_list(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """List the sections of a form (dicts of label, url, state, hint, word); state: a key of TASK_STATES."""
    shown = []
    for item in items:
        word, tone = TASK_STATES[item["state"]]
        shown.append({**item, "word": item.get("word") or word, "tone": tone})
    return {"items": shown}


@register.inclusion_tag("_components/step_list.html")
def step_list(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Number the steps of a way (dicts of title, text, state); state: "", done, failed, current."""
    return {"steps": steps}


@register.inclusion_tag("_components/summary_list.html")
def summary_list(rows: Sequence[Mapping[str, Any]], narrow: bool = False) -> dict[str, Any]:
    """Show names with their values (dicts of label, value, note, url, action); url gives a link."""
    return {"rows": rows, "narrow": narrow}


@register.inclusion_tag("_components/timeline.html")
def timeline(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Tell what came (dicts of title, at, who, text, documents; state: done, current, future, stopped)."""
    return {"events": events}


@register.inclusion_tag("_components/empty_state.html")
def empty_state(
    title: str, text: str = "", action: str = "", url: str = "", icon_name: str = "folder"
) -> dict[str, Any]:
    """Say that there is nothing here, and what to do."""
    return {"title": title, "text": text, "action": action, "url": url, "icon_name": icon_name}


@register.inclusion_tag("_components/filters_panel.html")
def filters_panel(
    form: forms.BaseForm, target: str = "", bar: bool = False, clear_url: str = "?", label: str = "筛选"
) -> dict[str, Any]:
    """Draw a GET form of filters; with target (a CSS selector) htmx replaces that element and the address."""
    return {"form": form, "target": target, "bar": bar, "clear_url": clear_url, "label": label}


@register.inclusion_tag("_components/qr_block.html", takes_context=True)
def qr_block(
    context: template.Context,
    svg: SafeString,
    caption: str = "扫码核验",
    code: str = "",
    address: str = "",
) -> dict[str, Any]:
    """Show a QR code (an SVG the presenter marked safe) with what it is for and the code in letters.

    Without a code in letters it leads to the page it stands on; a phone shows that page's address in its place. What is
    kept for everybody knows no request, and says the `address` itself.
    """
    request = context.get("request")
    if request and not code:
        address = address or request.build_absolute_uri(request.path)
    return {"svg": svg, "caption": caption, "code": code, "address": address}


@register.inclusion_tag("_components/seal.html")
def seal(issuer: str, word: str = "演示章") -> dict[str, Any]:
    """Draw the round red seal of an issuer, marked as a demonstration."""
    length = min(len(issuer), 24) * 16
    return {
        "issuer": issuer,
        "word": word,
        "length": min(length, 250),
        "id": f"seal-{crc32(issuer.encode()):08x}",
    }


@register.inclusion_tag("_components/skeleton.html")
def skeleton(lines: int = 3, label: str = "正在加载") -> dict[str, Any]:
    """Hold the place of content that is on its way."""
    return {"lines": range(lines), "label": label}
