"""The part of the `ui` tags that people act with: buttons, fields, uploads, signatures, search."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

from core.wording import plain

register = template.Library()


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Turn keywords into HTML attributes: hx_post="/x/" becomes hx-post="/x/"; empty ones are left out."""
    return flatatt({key.replace("_", "-"): value for key, value in attrs.items() if value not in (None, "")})


@register.filter
def shortcut_label(key: str) -> str:
    """Write a shortcut as it stands on a key: mod+enter becomes Ctrl ↵."""
    return key.upper().replace("MOD+", "Ctrl ").replace("ENTER", "↵")


# --- buttons ------------------------------------------------------------------------------------------------
def _button(label: str, attrs: dict[str, Any]) -> dict[str, Any]:
    known = {
        key: attrs.pop(key, "") for key in ("kind", "icon", "shortcut", "size", "why_not", "css", "href")
    }
    if not known["href"]:
        attrs.setdefault("type", "submit")
    if known["why_not"]:
        known["href"] = ""
        attrs |= {"type": "button", "disabled": True}
    kind = known["kind"] or "primary"
    classes = " ".join(
        filter(None, ["button", f"button--{kind}", known["size"] and f"button--{known['size']}"])
    )
    attrs |= {"class": f"{classes} {known['css']}".strip(), "data_shortcut": known["shortcut"]}
    return {**known, "label": label, "attributes": _attributes(attrs)}


@register.inclusion_tag("_components/button.html")
def button(label: str, **attrs: Any) -> dict[str, Any]:
    """Draw a button, or a link that looks like one when href is given.

    kind: primary, secondary, quiet, danger, danger-quiet. size: large, wide. icon, shortcut, css. why_not:
    the sentence that says why it cannot be pressed now; it disables the button and stands below it. Any other
    keyword becomes an attribute.
    """
    return _button(label, attrs)


@register.inclusion_tag("_components/post_button.html", takes_context=True)
def post_button(context: template.Context, label: str, action: str, **attrs: Any) -> dict[str, Any]:
    """Draw a form of its own that posts to action; keywords as for button, fields a dict of values."""
    fields = attrs.pop("fields", {})
    return {
        **_button(label, attrs),
        "action": action,
        "fields": fields,
        "csrf_token": context.get("csrf_token"),
    }


# --- forms --------------------------------------------------------------------------------------------------
def _control_kind(widget: forms.Widget) -> str:
    kinds: Iterable[tuple[type | tuple[type, ...], str]] = (
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "checkbox"),
        (forms.FileInput, "file"),
        ((forms.MultiWidget, forms.SelectDateWidget), "group"),
    )
    return next((kind for types, kind in kinds if isinstance(widget, types)), "input")


WIDTHS = {"number": "short", "date": "medium", "datetime-local": "medium"}
_REQUIRED_VERBS = {
    "choices": "请选择",
    "select": "请选择",
    "file": "请上传",
    "checkbox": "请勾选：",
    "group": "请填写",
}


def error_texts(bound: forms.BoundField) -> list[str]:
    """Return a field's errors; the bare sentences of Django become ones that say what to do."""
    kind = "select" if isinstance(bound.field.widget, forms.Select) else _control_kind(bound.field.widget)
    bare = forms.Field.default_error_messages["required"]
    mend = f"{_REQUIRED_VERBS.get(kind, '请填写')}{bound.label}"
    return [
        mend if error.message == bare else plain(error, bound.field) or text
        for error, text in _errors_with_texts(bound)
    ]


def _errors_with_texts(bound: forms.BoundField) -> list[tuple[ValidationError, str]]:
    return list(zip(bound.errors.as_data(), map(str, bound.errors), strict=True))


@register.inclusion_tag("_components/field.html")
def field(
    bound: forms.BoundField,
    unit: str = "",
    width: str = "",
    hint: str = "",
    choice_hints: Mapping[Any, str] | None = None,
    inline: bool = False,
) -> dict[str, Any]:
    """Draw one form field with label, hint, error and unit; radios and check boxes become cards.

    width: short, medium, code; numbers are short and days medium by themselves. choice_hints: a sentence for each choice, by value. inline: cards in a row.
    """
    widget = bound.field.widget
    kind = _control_kind(widget)
    width = width or WIDTHS.get(widget.attrs.get("type") or getattr(widget, "input_type", ""), "")
    classes = f"{widget.attrs.get('class', '')} input {f'input--{width}' if width else ''}".split()
    attrs: dict[str, str | bool] = (
        {} if kind in ("choices", "checkbox", "file") else {"class": " ".join(classes)}
    )
    if hint:
        bound.help_text = hint
    return {
        "field": bound,
        "kind": kind,
        "unit": unit,
        "inline": inline,
        "describedby": bound.aria_describedby,
        "error_texts": error_texts(bound),
        "control": "" if kind == "choices" else bound.as_widget(attrs=attrs),
        "choices": _choices(bound, choice_hints or {}) if kind == "choices" else [],
    }


def _choices(bound: forms.BoundField, hints: Mapping[Any, str]) -> list[dict[str, Any]]:
    plain = {str(key): value for key, value in hints.items()}
    return [
        {"option": option, "hint": plain.get(str(option.data["value"]), "")} for option in bound.subwidgets
    ]


@register.inclusion_tag("_components/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """Draw every field of a form in its order, hidden ones included."""
    return {"form": form}


@register.inclusion_tag("_components/error_summary.html")
def error_summary(*forms_shown: forms.BaseForm) -> dict[str, Any]:
    """List the errors of the forms at the top of the page, each linked to its field; nothing when none."""
    errors = [item for form in forms_shown if form for item in _form_errors(form)]
    return {"errors": errors, "count": len(errors) if any(item["href"] for item in errors) else 0}


def _form_errors(form: forms.BaseForm) -> list[dict[str, str]]:
    found = [{"text": str(text), "href": ""} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or f"{bound.auto_id}_0"
        found += [
            {"text": text if str(bound.label) in text else f"{bound.label}：{text}", "href": f"#{target}"}
            for text in error_texts(bound)
        ]
    return found


@register.inclusion_tag("_components/file_upload.html")
def file_upload(
    name: str = "file",
    label: str = "选择文件",
    accept: str = ".pdf,.jpg,.jpeg,.png",
    hint: str = "",
    multiple: bool = False,
    max_mib: int = 10,
    files: Sequence[Mapping[str, Any]] = (),
    id: str = "",
    required: bool = False,
) -> dict[str, Any]:
    """Draw a drop zone with the files given (dicts of name, meta, url, thumb_url, remove_url, error)."""
    return {
        "name": name,
        "label": label,
        "accept": accept,
        "hint": hint or f"PDF、JPG 或 PNG，每个不超过 {max_mib} MB",
        "multiple": multiple,
        "max_mib": max_mib,
        "files": files,
        "id": id or f"file-{name}",
        "required": required,
    }


@register.inclusion_tag("_components/signature_pad.html")
def signature_pad(
    name: str = "signature",
    typed_name: str = "signed_name",
    label: str = "领取人签名",
    value: str = "",
    drawn: str = "",
) -> dict[str, Any]:
    """Draw a pad that fills a hidden input with a PNG data URL, and a typed name for who cannot draw.

    `value` and `drawn` bring back the typed name and the strokes of a form that was refused.
    """
    return {
        "drawn": drawn,
        "name": name,
        "typed_name": typed_name,
        "label": label,
        "value": value,
        "id": f"sign-{name}",
    }


@register.inclusion_tag("_components/search_box.html")
def search_box(
    action: str, value: str = "", placeholder: str = "", suggest_url: str = "", label: str = "搜索事项"
) -> dict[str, Any]:
    """Draw the large search; with suggest_url htmx asks it for a list of links while the person types."""
    return {
        "action": action,
        "value": value,
        "placeholder": placeholder or "搜事项名称或大白话，例如：开饭店",
        "suggest_url": suggest_url,
        "label": label,
    }
