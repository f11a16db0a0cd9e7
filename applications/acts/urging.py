"""Urging a task, and answering."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.services import urging


class UrgeForm(TaskActForm):
    text = forms.CharField(
        label="督办内容",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明哪里没有按时办、要求怎么办；领取人和部门负责人会收到",
        error_messages={"required": "请写明督办什么、要求怎么办。"},
    )
    workdays = forms.IntegerField(
        label="几个工作日内答复",
        initial=1,
        min_value=1,
        max_value=urging.LONGEST_WORKDAYS,
        error_messages={"required": "请填写答复期限。", "invalid": "答复期限请填整数。"},
    )


class AnswerForm(TaskActForm):
    text = forms.CharField(
        label="答复",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明办理情况和预计完成时间；督办人会收到",
        error_messages={"required": "请写明办理情况和预计完成时间。"},
    )


ACTS = (
    TaskAct(
        key="answer-urging",
        label="答复督办",
        icon="pen",
        hint="督办人会收到答复，答复记入督办记录。",
        done="已答复督办",
        form=AnswerForm,
        check=urging.check_answer,
        serve=urging.answer,
    ),
    TaskAct(
        key="urge",
        label="督办",
        icon="flag",
        hint="任务带上“督办”标记，领取人和部门负责人收到消息，须在期限内答复。",
        done="督办已发出",
        form=UrgeForm,
        check=urging.check_urge,
        serve=urging.urge,
    ),
)
