"""Beginning a draft: the revision of a matter, or a new matter from a template, as a copy, or from nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core import clock
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from matters.models import CatalogueEntry
from matters.publishing_forms import CopyForm, FromTemplateForm, NewForm, ReviseForm
from matters.selectors.entries import start_departments, startable
from matters.services.entries import drafting

# The ways to begin: what each is called, its form, what it means.
WAYS: dict[str, tuple[str, type[forms.Form], str]] = {
    "revise": (
        "修订已有事项",
        ReviseForm,
        "从现行版本开始。同一事项一次只能有一份在改；已在改的不在列表里。起草后可以采用模板。",
    ),
    "template": (
        "依模板新建",
        FromTemplateForm,
        "名称、依据、条件、材料、时限都从国家或省级模板来；地点、电话和办理流程由您填写。",
    ),
    "copy": ("照另一事项新建", CopyForm, "除编码和部门以外，内容都从那个事项的现行版本来。"),
    "empty": ("从空白新建", NewForm, "没有模板、也没有相近的事项时用。"),
}


@READ_OR_SEND
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Begin a draft in one of the ways."""
    way = request.GET.get("way", "")
    way = way if way in WAYS else "revise"
    form = _form(request, way)
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            begun = _begin(way, {**form.cleaned_data, "by": request.user, "now": clock.now()})
            messages.success(request, "已建立草稿")
            return redirect("entry", begun.pk)
    _, _, explained = WAYS[way]
    context = {"form": form, "ways": _ways(way), "explained": explained}
    return render(request, "matters/entry_start.html", context, status=status_of(form))


def _form(request: HttpRequest, way: str) -> forms.Form:
    _, form_class, _ = WAYS[way]
    initial = {name: request.GET[name] for name in ("matter", "template") if name in request.GET}
    departments = start_departments(viewer=request.user)
    offered: dict[str, Any] = (
        {"matters": startable(viewer=request.user).values_list("matter__code", "name")}
        if way == "revise"
        else {"departments": departments}
    )
    return form_class(posted(request), initial=initial, **offered)


def _begin(way: str, said: dict[str, Any]) -> CatalogueEntry:
    if way == "revise":
        return drafting.start(code=said.pop("matter"), **said)
    if way == "copy":
        return drafting.start_new(copy_of=said.pop("source"), **said)
    return drafting.start_new(**said)


def _ways(chosen: str) -> list[dict[str, Any]]:
    address = reverse("entry-start")
    return [
        {"label": label, "url": f"{address}?way={way}", "is_here": way == chosen}
        for way, (label, _, _) in WAYS.items()
    ]
