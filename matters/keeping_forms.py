"""What the catalogue office fills in to suspend a matter, or to rename or merge a department."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from matters.enums import MatterState
from matters.models import Department

# What may be done with a matter in each state; the services check it again.
ACTS = {
    MatterState.IN_USE: [
        ("suspend", "暂停办理（以后还可以恢复）"),
        ("cancel", "取消（只有发布新版才能再办）"),
    ],
    MatterState.SUSPENDED: [("resume", "恢复办理"), ("cancel", "取消（只有发布新版才能再办）")],
    MatterState.CANCELLED: [],
}


class MatterStateForm(forms.Form):
    """What is to become of a matter, and why."""

    act = forms.ChoiceField(label="改为", widget=forms.RadioSelect, error_messages={"required": "请选择。"})
    reason = forms.CharField(
        label="原因",
        help_text="申请人会在办事指南上看到，例如“系统升级，10月20日恢复”。",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因：申请人会在办事指南上看到。"},
    )
    instead = forms.CharField(
        label="申请人现在怎么办",
        help_text="例如“改办某某事项”“恢复前急用的，请致电窗口”。不填的，请申请人向部门咨询；恢复办理时不用填。",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = ACTS[MatterState(state)]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, str]:
        """What the chosen act is told."""
        told = ["reason"] if self.cleaned_data["act"] == "resume" else ["reason", "instead"]
        return {name: self.cleaned_data[name] for name in told}


class _DepartmentChangeForm(forms.Form):
    code = forms.ModelChoiceField(
        Department.objects.none(),
        label="部门",
        empty_label="请选择",
        error_messages={"required": "请选择部门。"},
    )
    effective_on = forms.DateField(
        label="生效日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写生效日期。", "invalid": "请写成 2026-09-14 这样的日期。"},
    )
    basis = forms.CharField(
        label="依据",
        help_text="例如机构改革方案的名称和文号。",
        max_length=200,
        error_messages={"required": "请填写依据，例如机构改革方案的文号。"},
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{self.prefix_of_ids}_%s", **kwargs)
        for name in ("code", "into"):
            if name in self.fields:
                self.fields[name].queryset = departments  # type: ignore[attr-defined]

    prefix_of_ids = ""


class DepartmentRenameForm(_DepartmentChangeForm):
    """A department's new name."""

    prefix_of_ids = "rename"
    name = forms.CharField(label="新名称", max_length=100, error_messages={"required": "请填写新名称。"})
    field_order = ("code", "name", "effective_on", "basis")


class DepartmentMergeForm(_DepartmentChangeForm):
    """The department that another one becomes part of."""

    prefix_of_ids = "merge"
    into = forms.ModelChoiceField(
        Department.objects.none(),
        label="并入",
        empty_label="请选择",
        error_messages={"required": "请选择并入哪个部门。"},
    )
    field_order = ("code", "into", "effective_on", "basis")
