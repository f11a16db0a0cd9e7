"""Acts on tasks over the API: their forms, filled in with JSON instead of by hand."""

from typing import Any

from django import forms
from rest_framework import serializers as rest
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from applications.acts import TaskAct
from applications.api.task_serializers import BulkActSerializer
from applications.models import BulkAct, ReviewTask
from applications.selectors import queue_departments
from applications.selectors.queue import people_in, progress_of, refused_items
from core.errors import Invalid
from core.models import User
from core.templatetags.ui_forms import error_texts

MOST_CHOICES = 200
_TEXT = rest.CharField(allow_blank=True, trim_whitespace=False)


def described(act: TaskAct, *, task: ReviewTask, by: User) -> dict[str, Any]:
    """Return what an act asks of this person on this task, with its choices."""
    form = act.form(task=task, by=by)
    asked = [
        {
            "name": name,
            "label": str(field.label or name),
            "is_required": field.required,
            "choices": _choices(field),
        }
        for name, field in form.fields.items()
    ]
    return {"key": act.key, "label": act.label, "hint": act.hint, "fields_asked": asked}


def _choices(field: forms.Field) -> list[list[str]]:
    found = list(getattr(field, "choices", ()))[:MOST_CHOICES]
    return [[str(value), str(label)] for value, label in found if str(value)]


def filled(act: TaskAct, request: Request, *, task: ReviewTask) -> dict[str, Any]:
    """Return the cleaned values of an act's form, filled in with a JSON object; refuse by field what is wrong."""
    if not isinstance(request.data, dict):
        raise ValidationError({"non_field_errors": ["请求内容须是 JSON 对象，按字段填写。"]})
    given = {str(name): _plain(str(name), value) for name, value in request.data.items()}
    form = act.form(given, request.FILES, task=task, by=request.user)
    if not form.is_valid():
        raise ValidationError(
            {
                "non_field_errors" if name == "__all__" else name: [
                    ErrorDetail(text, "invalid")
                    for text in (error_texts(form[name]) if name in form.fields else texts)
                ]
                for name, texts in form.errors.items()
            }
        )
    return dict(form.cleaned_data)


def _plain(name: str, value: Any) -> Any:
    """Return a value that a form can read: text, number, truth, nothing, or a list of these."""
    if isinstance(value, list):
        return [_plain(name, each) for each in value if not isinstance(each, list)]
    if value is None or isinstance(value, bool | int | float):
        return value
    try:
        return _TEXT.run_validation(value)
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error


def colleague(by: User, username: str) -> User | None:
    """Return a colleague of the person's own departments by user name; None for none named."""
    if not username:
        return None
    found = people_in(queue_departments(by)).filter(username=username).first()
    if found is None:
        raise Invalid("not_a_colleague", "没有找到这位同事，请填写本部门同事的用户名。", field="to")
    return found


def progress(act: BulkAct) -> dict[str, Any]:
    """Return a bulk act as the API shows it: how far it has come, and what was refused."""
    shown = {
        "id": act.pk,
        "kind": act.kind,
        "asked_at": act.asked_at,
        "total": act.total,
        "done": progress_of(act)["done"],
        "finished_at": act.receipted_at,
        "refused": refused_items(act),
    }
    return dict(BulkActSerializer(shown).data)
