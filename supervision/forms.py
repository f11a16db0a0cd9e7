"""What supervisors and heads write."""

from django import forms

from supervision.enums import Level, Recipient, RelativeTo, Way
from supervision.services.rules import MOST_WORKDAYS

LONGEST = 4000


class ReasonForm(forms.Form):
    """A decision on a card, with its reason."""

    reason = forms.CharField(
        label="理由",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="部门会看到",
        error_messages={"required": "请写明理由，部门会看到。"},
    )


class ConfirmForm(forms.Form):
    """Issuing a proposed card; a word is welcome and not demanded."""

    reason = forms.CharField(
        label="说明", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class AppealForm(forms.Form):
    """What a department says against a card."""

    reason = forms.CharField(
        label="申诉理由",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明申诉理由。"},
    )
    evidence = forms.CharField(
        label="证据",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如文号、系统记录、与申请人的往来",
    )


class RuleForm(forms.Form):
    """A new wording of a rule."""

    level = forms.ChoiceField(label="牌别", choices=Level.choices, widget=forms.RadioSelect)
    offset = forms.IntegerField(
        label="相差几个工作日",
        min_value=-MOST_WORKDAYS,
        max_value=MOST_WORKDAYS,
        help_text="到期前填负数，到期当天填 0，到期后填正数",
        error_messages={"required": "请填写相差几个工作日。", "invalid": "请填整数。"},
    )
    relative_to = forms.ChoiceField(label="相对于", choices=RelativeTo.choices, widget=forms.RadioSelect)
    inclusive = forms.BooleanField(label="当天即发", required=False, help_text="不勾选时，这一天过完才发")
    recipients = forms.MultipleChoiceField(
        label="告知",
        choices=Recipient.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一类告知对象。"},
    )
    way = forms.ChoiceField(label="发牌方式", choices=Way.choices, widget=forms.RadioSelect)
    is_active = forms.BooleanField(label="启用", required=False)
    in_force_from = forms.DateField(
        label="施行日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="最早今天；已经发出的牌不变",
        error_messages={"required": "请填写施行日期。", "invalid": "请按 2026-10-16 的形式填写。"},
    )

    def __init__(self, *args: object, measures_clock: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not measures_clock:
            for name in ("offset", "relative_to", "inclusive"):
                del self.fields[name]
