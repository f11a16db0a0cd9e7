"""Stopping the limits for a special procedure, letting them go on, extending them."""

from django import forms

from applications.acts.base import TaskAct, TaskActForm
from applications.clocks import LAWFUL
from applications.services import extensions, special_procedures

LONGEST_REASON = 400


class SuspendForm(TaskActForm):
    kind = forms.ChoiceField(
        label="哪一种特别程序",
        choices=[("", "请选择"), *((kind, each.kind.label) for kind, each in LAWFUL.items())],
        error_messages={
            "required": "请选择法律规定的特别程序。",
            "invalid_choice": "请选择法律规定的特别程序。",
        },
    )
    basis = forms.CharField(
        label="法律依据",
        max_length=LONGEST_REASON,
        required=False,
        help_text="公示、补正须写明法律、法规的条款；其他的不填即为行政许可法第四十五条",
    )
    reason = forms.CharField(
        label="原因",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入告知书，申请人会看到",
        error_messages={"required": "请写明为什么需要这项特别程序，申请人会看到。"},
    )
    days = forms.IntegerField(
        label="预计几个工作日",
        min_value=1,
        max_value=max(each.longest for each in LAWFUL.values()),
        help_text="期满自动恢复计时",
        error_messages={"required": "请填写预计所需的工作日。", "invalid": "工作日请填整数。"},
    )


class ResumeForm(TaskActForm):
    """Nothing to fill in."""


class ExtendForm(TaskActForm):
    days = forms.IntegerField(
        label="延长几个工作日",
        min_value=1,
        max_value=max(power.longest for power in extensions.POWERS.values()),
        help_text="一般办件最多 10 个，联合办理的最多 15 个",
        error_messages={"required": "请填写延长的工作日。", "invalid": "工作日请填整数。"},
    )
    reason = forms.CharField(
        label="延期理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入告知书，申请人会看到",
        error_messages={"required": "请写明延期的理由，申请人有权知道。"},
    )


ACTS = (
    TaskAct(
        key="suspend",
        label="启动特别程序",
        icon="pause",
        hint="办件的时限和本环节的时限停止计算，申请人收到《特别程序告知书》，写明种类、依据和所需时间。",
        done="特别程序已启动，告知书已发出",
        form=SuspendForm,
        check=special_procedures.check_suspend,
        serve=special_procedures.suspend,
        is_about_time=True,
    ),
    TaskAct(
        key="resume",
        label="结束特别程序",
        icon="clock",
        hint="从今天起恢复计算时限；实际用了几个工作日，期限就顺延几个工作日。",
        done="已恢复计算时限",
        form=ResumeForm,
        check=special_procedures.check_resume,
        serve=special_procedures.resume,
        is_about_time=True,
    ),
    TaskAct(
        key="extend",
        label="批准延期",
        icon="calendar",
        hint="法定时限依法延长一次，申请人收到《延期办理告知书》，写明理由和新的期限；以后不得再延。",
        done="已批准延期，告知书已发出",
        form=ExtendForm,
        check=extensions.check_extend,
        serve=extensions.extend,
        is_about_time=True,
        tone="danger",
    ),
)
