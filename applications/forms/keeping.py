"""What heads and reviewers enter about their own department: rules, days away, acts on many tasks."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from applications.enums import AssignmentWay, BulkKind
from applications.forms.queue import LONGEST
from applications.permissions import STEP_ROLES
from applications.selectors.queue import matters_in, people_in
from core.models import User
from matters.models import Department

DAY = {"type": "date"}
WORK = [(kind.value, kind.label) for kind, roles in STEP_ROLES.items() if roles]
"""The kinds of steps that people take; the others run by themselves."""


def _people(departments: QuerySet[Department], label: str, **more: Any) -> forms.ModelChoiceField:
    field = forms.ModelChoiceField(label=label, queryset=people_in(departments), **more)
    field.label_from_instance = lambda user: user.name
    return field


class RuleForm(forms.Form):
    """A rule for one department, for one matter, one kind of step, or all the rest."""

    department = forms.ModelChoiceField(label="部门", queryset=None, empty_label=None, to_field_name="code")
    kind = forms.ChoiceField(label="环节", choices=[("", "所有环节"), *WORK], required=False)
    matter = forms.ModelChoiceField(
        label="事项", queryset=None, required=False, empty_label="所有事项", to_field_name="code"
    )
    way = forms.ChoiceField(
        label="怎样分派",
        choices=AssignmentWay.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择怎样分派。"},
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments
        self.fields["matter"].queryset = matters_in(departments)
        self.fields["matter"].label_from_instance = lambda matter: (
            matter.current.name if matter.current else matter.code
        )
        self.fields["person"] = _people(
            departments, "指定的人", required=False, empty_label="（只在“给指定的人”时选择）"
        )


class AbsenceForm(forms.Form):
    """Days away and a deputy; a head names the colleague, everybody else is away themselves."""

    def __init__(
        self, *args: Any, by: User, departments: QuerySet[Department], headed: set[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["department"] = forms.ModelChoiceField(
            label="部门", queryset=departments, empty_label=None, to_field_name="code"
        )
        if headed:
            self.fields["user"] = _people(
                departments,
                "谁不在岗",
                initial=by.pk,
                empty_label="请选择",
                error_messages={"required": "请选择谁不在岗。"},
            )
        self.fields["first_day"] = forms.DateField(
            label="第一天", widget=forms.DateInput(attrs=DAY), error_messages={"required": "请填写第一天。"}
        )
        self.fields["last_day"] = forms.DateField(
            label="最后一天",
            widget=forms.DateInput(attrs=DAY),
            error_messages={"required": "请填写最后一天。"},
        )
        self.fields["deputy"] = _people(
            departments,
            "由谁代办",
            empty_label="请选择同事",
            help_text="这些天里，代办人可以办您手上的任务，按其本人岗位；记录中写明“代”谁",
            error_messages={"required": "请选择代办人。"},
        )

    def answers(self) -> dict[str, User | Department | date]:
        """Return what the service is given."""
        return {"user": self.by, **self.cleaned_data}


class FilterNameForm(forms.Form):
    """A name for what the list is narrowed by; the service says what a name and a filter must be."""

    name = forms.CharField(label="筛选的名称", required=False)
    query = forms.CharField(label="筛选条件", required=False)


class BulkForm(forms.Form):
    """What is said of every task of a bulk act."""

    TEXTS = {
        BulkKind.PASS: ("意见", True, "写进每一件任务，后面环节的同事和决定人会看到"),
        BulkKind.GRANT: ("附带条件或理由", False, "写进每一份决定；没有就留空"),
        BulkKind.HAND: ("原因", True, "接手的同事会看到，并记入办理过程"),
    }

    def __init__(self, *args: Any, kind: BulkKind, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == BulkKind.HAND:
            self.fields["to"] = _people(
                departments,
                "交给",
                empty_label="请选择同事",
                error_messages={"required": "请选择接手的同事。"},
            )
        if kind in self.TEXTS:
            label, is_required, hint = self.TEXTS[kind]
            self.fields["text"] = forms.CharField(
                label=label,
                required=is_required,
                max_length=LONGEST,
                help_text=hint,
                widget=forms.Textarea(attrs={"rows": 4}),
                error_messages={"required": f"请写明{label}。"},
            )
