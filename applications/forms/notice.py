"""The one notice that lists everything to put right (行政许可法 §32(4)): its deadline and its rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms

from applications.items import Item
from applications.models import Application
from applications.services.corrections import DEFAULT_WORKDAYS, LONGEST_WORKDAYS, WORKDAYS_RULE

MOST_ROWS = 40


class ItemForm(forms.Form):
    """One thing to put right: a material of the application, or anything else in words."""

    material = forms.ChoiceField(label="材料", required=False)
    what = forms.CharField(label="需补正内容", max_length=200, required=False)
    reason = forms.CharField(label="原因", max_length=400, required=False)
    how = forms.CharField(label="如何补正", max_length=400, required=False)

    def __init__(self, *args: Any, materials: Mapping[str, str], number: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"item-{number}", **kwargs)
        self.names = materials
        self.number = number + 1
        self.fields["material"].choices = [("", "其他内容（自己写）"), *materials.items()]

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in self.fields)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.is_blank:
            return given
        if not given.get("material") and not given.get("what"):
            self.add_error("what", f"第{self.number}项：请选择材料，或写明需补正的内容。")
        if not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", f"第{self.number}项：请写明为什么不符合要求。")
        return given

    def item(self) -> Item:
        given = self.cleaned_data
        material = given["material"]
        return Item(
            what=given["what"] or self.names[material],
            reason=given["reason"],
            how=given["how"],
            material_id=int(material) if material else None,
        )


class Summary:
    """Several forms as one, for the summary of what must be mended."""

    def __init__(self, *shown: forms.BaseForm) -> None:
        self.shown = shown

    def non_field_errors(self) -> list[Any]:
        return [error for form in self.shown for error in form.non_field_errors()]

    def __iter__(self) -> Iterator[forms.BoundField]:
        return (bound for form in self.shown for bound in form)


class CorrectionForm(forms.Form):
    """The one notice: its deadline, and its rows (`rows` says how many; one more can be asked for without JavaScript)."""

    workdays = forms.IntegerField(
        label="补正期限",
        initial=DEFAULT_WORKDAYS,
        min_value=1,
        max_value=LONGEST_WORKDAYS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), WORKDAYS_RULE),
    )
    rows = forms.IntegerField(min_value=1, max_value=MOST_ROWS, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        application: Application,
        initial_items: Sequence[Mapping[str, str]] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"rows": len(initial_items), **(initial or {})})
        names = {str(each.pk): each.name for each in application.materials.all()}
        count = _count(data.get("rows")) if data is not None else len(initial_items)
        self.items = [
            ItemForm(
                data,
                number=number,
                materials=names,
                initial=None if data is not None else initial_items[number],
            )
            for number in range(count)
        ]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(item.is_valid() for item in self.items)])

    @property
    def summary(self) -> "Summary":
        return Summary(self, *self.items)

    def listed(self) -> list[Item]:
        """The rows that say something."""
        return [form.item() for form in self.items if not form.is_blank]

    def typed(self) -> list[dict[str, str]]:
        """What stands in every row now, right or wrong."""
        return [{name: form[name].value() or "" for name in form.fields} for form in self.items]


def _count(text: Any) -> int:
    return min(max(int(text), 1), MOST_ROWS) if str(text or "").isdigit() else 1
