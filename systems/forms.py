"""What administrators write about a department's system."""

from django import forms

from matters.models import Department, Matter
from matters.selectors import departments
from systems import selectors
from systems.enums import Direction, RuleKind


class SystemForm(forms.Form):
    """Where a department's system is, and whether it is in use."""

    department = forms.ModelChoiceField(
        label="部门",
        queryset=Department.objects.none(),
        empty_label="请选择部门",
        error_messages={"required": "请选择部门。", "invalid_choice": "请从名单中选择还没有登记系统的部门。"},
    )
    address = forms.CharField(
        label="推送地址",
        max_length=300,
        help_text="部门系统接收任务的网址；主机须先由运维人员加入允许的名单",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "请填写推送地址。"},
    )
    is_active = forms.BooleanField(
        label="启用",
        required=False,
        help_text="启用后送达部门的任务会推送过去；之前的不推送。先生成两个方向的密钥才能启用",
    )

    def __init__(self, *args: object, departments=None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if departments is None:
            del self.fields["department"]
        else:
            self.fields["department"].queryset = departments
            self.fields["department"].label_from_instance = lambda each: each.name
            del self.fields["is_active"]


class NewKeyForm(forms.Form):
    """Which direction a new key is for."""

    direction = forms.ChoiceField(choices=Direction.choices)


class DayForm(forms.Form):
    """The day to compare."""

    day = forms.DateField(
        label="日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期。", "invalid": "请按 2026-10-16 的形式填写。"},
    )


class RuleForm(forms.Form):
    """Who is told when a result is issued."""

    kind = forms.ChoiceField(label="种类", choices=RuleKind.choices, widget=forms.RadioSelect)
    matter = forms.ModelChoiceField(
        label="办结的事项",
        queryset=Matter.objects.none(),
        empty_label="请选择事项",
        error_messages={"required": "请选择事项。", "invalid_choice": "请从名单中选择事项。"},
    )
    keyword = forms.CharField(
        label="经营范围关键词",
        required=False,
        max_length=50,
        help_text="在办理对象和补充说明中查找，如“餐饮”；不填即全部",
    )
    department = forms.ModelChoiceField(
        label="告知部门",
        queryset=Department.objects.none(),
        empty_label="请选择部门",
        error_messages={"required": "请选择部门。", "invalid_choice": "请从名单中选择部门。"},
    )
    next_matter = forms.ModelChoiceField(
        label="申请人还须办理",
        queryset=Matter.objects.none(),
        required=False,
        empty_label="没有",
        error_messages={"invalid_choice": "请从名单中选择事项。"},
    )
    advice = forms.CharField(
        label="告诉申请人", required=False, max_length=200, help_text="一句话，没有可不填"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("matter", "next_matter"):
            self.fields[name].queryset = selectors.matters_in_use()
            self.fields[name].label_from_instance = lambda each: f"{each.code} {each.current.name}"
        self.fields["department"].queryset = departments()
        self.fields["department"].label_from_instance = lambda each: each.name
