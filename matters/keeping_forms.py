"""What the catalogue office fills in to suspend, resume or cancel a matter."""

from typing import Any

from django import forms

from matters.enums import MatterState

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

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = ACTS[MatterState(state)]  # type: ignore[attr-defined]
