"""Plain words for the errors of fields that Django tells in a machine's Chinese; said once, for pages and API."""

from typing import Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError

UNSEEN = "里面有看不见的字符，请删去后重新输入"
CHOICES = (forms.ChoiceField, forms.ModelChoiceField, forms.ModelMultipleChoiceField)
CHOOSE = "这一项不在可选的范围里，请从名单中选择"


def plain(error: ValidationError, field: forms.Field) -> str:
    """Return a sentence that says how to mend an error of a field; empty where it has words of its own."""
    message: Any = error.message
    params = error.params or {}
    if message is validators.ProhibitNullCharactersValidator.message:
        return UNSEEN
    if message is validators.MaxLengthValidator.message:
        return f"最多写{params['limit_value']}个字，现在有{params['show_value']}个字，请删短"
    if message in (validators.MinValueValidator.message, validators.MaxValueValidator.message):
        return _range(field, message, params["limit_value"])
    if any(message is kind.default_error_messages["invalid_choice"] for kind in CHOICES):
        return CHOOSE
    return ""


def _range(field: forms.Field, message: Any, limit: Any) -> str:
    least, most = getattr(field, "min_value", None), getattr(field, "max_value", None)
    if least is not None and most is not None:
        return f"请填{least}到{most}之间的数"
    return f"不能小于{limit}" if message == validators.MinValueValidator.message else f"不能大于{limit}"
