"""Filters that every room's lists share."""

from datetime import UTC, datetime

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import is_aware
from django_filters.fields import IsoDateTimeField, IsoDateTimeRangeField, RangeField


class MomentField(IsoDateTimeField):
    """A moment in ISO 8601, in UTC: PostgreSQL takes fewer time zones and years than can be written down."""

    def to_python(self, value: object) -> datetime | None:
        try:
            moment = super().to_python(value)
            return moment.astimezone(UTC) if moment and is_aware(moment) else moment
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentRangeField(IsoDateTimeRangeField):
    """From one moment to another."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        RangeField.__init__(self, (MomentField(), MomentField()), *args, **kwargs)


class MomentRangeFilter(django_filters.IsoDateTimeFromToRangeFilter):
    """Keeps what happened between `<name>_after` and `<name>_before`."""

    field_class = MomentRangeField


class YesNoField(forms.NullBooleanField):
    """Yes or no as programs write it; what is neither is refused, where Django's own field takes it for unsaid."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "请填 true 或 false。"}
    meanings = {"": None, "true": True, "1": True, "false": False, "0": False}

    def to_python(self, value: object) -> bool | None:
        said = str(value or "").lower()
        if said not in self.meanings:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return self.meanings[said]


class YesNoFilter(django_filters.BooleanFilter):
    """Keeps what has a property, or what has it not."""

    field_class = YesNoField
