"""Paying out: done, with its facts, or not gone through."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.services import paying
from core import clock
from core.clock import local_date


class PayForm(TaskActForm):
    amount = forms.DecimalField(
        label="金额（元）",
        min_value=0,
        max_digits=14,
        decimal_places=2,
        error_messages={"required": "请填写实际发放的金额。", "invalid": "金额请填数字，最多两位小数。"},
    )
    paid_on = forms.DateField(
        label="发放日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写实际发放的日期。", "invalid": "请填写正确的日期。"},
    )
    reference = forms.CharField(
        label="银行凭证号", max_length=60, error_messages={"required": "请填写银行的凭证号。"}
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["paid_on"] = local_date(clock.now()).isoformat()


class FailForm(TaskActForm):
    reason = forms.CharField(
        label="原因",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="申请人会看到",
        error_messages={"required": "请写明银行为什么没有发放成功，申请人会看到。"},
    )


ACTS = (
    TaskAct(
        key="pay",
        label="登记发放",
        icon="check",
        hint="填写银行实际发放的金额、日期和凭证号；申请人在办理进度里看到，发放环节到此办完。",
        done="已记录发放",
        form=PayForm,
        check=paying.check_pay,
        serve=paying.pay,
        back_to="queue",
    ),
    TaskAct(
        key="fail-payment",
        label="登记发放未成功",
        icon="alert",
        hint="银行退回或者没有受理的，写明原因：申请人收到消息，任务还在您手上，环节时限照走，办好后再“登记发放”。",
        done="已记录，申请人收到消息；任务还在您手上",
        form=FailForm,
        check=paying.check_pay,
        serve=paying.fail,
        tone="danger",
    ),
)
