"""What is filled in to keep an opinion template."""

from typing import Any

from django import forms

from applications.enums import OpinionOutcome
from applications.forms.queue import LONGEST
from applications.models import OpinionTemplate
from core.models import User
from matters.enums import Role, StepKind
from matters.models import Department
from matters.permissions import departments_of

KINDS = [(kind.value, kind.label) for kind in StepKind if kind != StepKind.SPECIAL]


class OpinionForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=40, error_messages={"required": "请给模板起个名字，方便选用。"}
    )
    kind = forms.ChoiceField(label="用于哪种环节", choices=KINDS)
    outcome = forms.ChoiceField(
        label="结论",
        choices=OpinionOutcome.choices,
        help_text="决定环节选“准予”或“不予”，其他环节选“通过”或“不通过”",
    )
    text = forms.CharField(
        label="意见",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明意见内容。"},
    )
    department = forms.ModelChoiceField(
        label="谁可以用",
        queryset=None,
        required=False,
        empty_label="只有我",
        error_messages={"invalid_choice": "只能为您担任负责人的部门保存模板。"},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headed = Department.objects.filter(pk__in=departments_of(by, (Role.HEAD,))).order_by("code")
        self.fields["department"].queryset = headed
        self.fields["department"].label_from_instance = lambda each: f"{each.short_name}的同事"
        if not headed:
            del self.fields["department"]


def begun_of(template: OpinionTemplate) -> dict[str, Any]:
    """Return a template as its form begins."""
    fields = ("name", "kind", "outcome", "text")
    return {name: getattr(template, name) for name in fields} | {"department": template.department_id}
