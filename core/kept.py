"""Text typed into a form whose session had ended: kept sealed until the same page is opened after signing in.

It is shown by the page it was typed on and by no other, after that page has made sure that its record belongs to the
viewer; whoever else signs in finds nothing. Passwords, files and buttons are not kept.
"""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from core.fields import opened, sealed

KEY = "kept-text"
MOST_CHARACTERS = 20_000
RESTORED = "已恢复登录过期前填写的内容，还没有保存，请核对后继续；文件需要重新选择。"
View = Callable[..., HttpResponse]


def keeps_text(view: View) -> View:
    """Mark a view that shows kept text again with `restore`."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def _gives_back(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and getattr(match.func, "keeps_text", False)


def keep(request: HttpRequest) -> bool:
    """Keep what was posted to a view that gives it back; return whether it is kept."""
    if not _gives_back(request):
        return False
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
    }
    text = json.dumps(fields, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        return False
    request.session[KEY] = {"path": request.path, "text": sealed(text)}
    return True


def is_waiting(request: HttpRequest) -> bool:
    """Return whether text waits for somebody to sign in."""
    return KEY in request.session


def forget(request: HttpRequest) -> None:
    """Forget what was kept once the page it belongs to has been opened, whoever opened it."""
    if _gives_back(request) and request.session.get(KEY, {}).get("path") == request.path:
        del request.session[KEY]


def typed_before(request: HttpRequest) -> MultiValueDict[str, Any] | None:
    """Return what was kept for the page that is being opened, if anything, and say so; the caller has checked whose it is."""
    kept = request.session.get(KEY, {})
    if kept.get("path") != request.path:
        return None
    messages.info(request, RESTORED)
    return MultiValueDict(json.loads(opened(kept["text"])))


def restore(request: HttpRequest, form: forms.BaseForm) -> None:
    """Fill a form that is being opened with what was kept for its page, and say so; the caller has checked whose it is."""
    typed = None if form.is_bound else typed_before(request)
    if typed is None:
        return
    for name, field in form.fields.items():
        if name in typed or isinstance(field, forms.MultipleChoiceField):  # nothing ticked sends nothing
            form.initial[name] = field.widget.value_from_datadict(typed, {}, form.add_prefix(name))
