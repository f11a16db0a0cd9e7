"""What a reviewer and a decider write."""

from django import forms

from applications.enums import DecisionOutcome, TaskOutcome

LONGEST = 4000


class ActForm(forms.Form):
    """An act without anything to fill in: it carries the refusal, if there is one."""


class RecordForm(forms.Form):
    finding = forms.CharField(
        label="我的记录",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明时间、地点、所见事实；同一人再次保存会替换上一次的内容",
        error_messages={"required": "请写明核查或审查记录。"},
    )


class CompleteForm(forms.Form):
    outcome = forms.ChoiceField(
        label="结论",
        choices=[(each.value, each.label) for each in (TaskOutcome.PASS, TaskOutcome.OBJECT)],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择“通过”或“不通过”。"},
    )
    opinion = forms.CharField(
        label="意见",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="后面环节的同事和决定人会看到",
        error_messages={"required": "请写明意见。"},
    )


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(
        label="决定",
        choices=DecisionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择“准予”或“不予”。"},
    )
    reasons = forms.CharField(
        label="事实和理由",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="不予时必须填写，会写进决定书；准予时可写附带条件",
    )
    basis = forms.CharField(
        label="依据",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="留空则引用事项清单所列依据",
    )
