"""What the search page accepts."""

from typing import Any

from django import forms


class SearchForm(forms.Form):
    """The words and the chosen facets of a search; whatever cannot be understood is left out, never an error."""

    q = forms.CharField(label="搜索事项", required=False)
    department = forms.CharField(required=False)
    topic = forms.CharField(required=False)
    who = forms.ChoiceField(choices=[("person", "个人"), ("company", "企业和其他组织")], required=False)
    instant = forms.ChoiceField(choices=[("1", "当场办结")], required=False)
    trips = forms.IntegerField(min_value=0, max_value=9, required=False)

    def chosen(self) -> dict[str, Any]:
        """Return what was asked for, without what is empty or cannot be understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
