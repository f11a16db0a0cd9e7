"""Steering a case: back to one step, past one, to another department."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.selectors.flow import departments_for, finished_before
from applications.services import steering


def reason(help_text: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label="原因",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
        error_messages={"required": missing},
    )


class SendBackForm(TaskActForm):
    step = forms.ChoiceField(
        label="退回哪个环节",
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择要退回的环节。",
            "invalid_choice": "请从名单中选择要退回的环节：须是本环节之前、已经办完的。",
        },
    )
    reason = reason("重新办理的人会看到，并记入办理过程", "请写明退回的原因：要重新办理什么。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [
            (each.step.key, f"{each.step.name}（{each.department.short_name}）")
            for each in finished_before(self.task)
        ]
        self.choose_the_only("step")


class SkipForm(TaskActForm):
    reason = reason("记入办理过程，作决定的人会看到", "请写明为什么略过这一环节。")


class RerouteForm(TaskActForm):
    to = forms.ModelChoiceField(
        label="改派到",
        queryset=None,
        empty_label="请选择部门",
        error_messages={
            "required": "请选择部门。",
            "invalid_choice": "请从名单中选择部门：须设有能办这一环节的岗位。",
        },
    )
    reason = reason("新部门会看到，并记入办理过程", "请写明为什么改派。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = departments_for(self.task)
        self.fields["to"].label_from_instance = lambda department: department.name


ACTS = (
    TaskAct(
        key="send-back",
        label="退回前面环节",
        icon="undo",
        hint="只有这一个环节重新办理，期限从现在重新起算；并行的和中间的环节不变。重新办完后，您的任务会再次派发。申请人不用补交任何东西。",
        done="已退回",
        form=SendBackForm,
        check=steering.check_send_back,
        serve=steering.send_back,
        back_to="queue",
    ),
    TaskAct(
        key="skip",
        label="略过本环节",
        icon="arrow-right",
        hint="本环节视为办完，没有意见，后面的环节照常开始；略过以后，您不能再对这个办件作决定。须两人以上办理的、已有记录的环节，以及唯一的审查，不能略过。",
        done="已略过",
        form=SkipForm,
        check=steering.check_skip,
        serve=steering.skip,
        back_to="queue",
        tone="danger",
    ),
    TaskAct(
        key="re-route",
        label="改派部门",
        icon="building",
        hint="本部门的任务到此结束，另一个部门收到一件新任务，环节期限从现在重新起算；办件的承诺期限不变。",
        done="已改派",
        form=RerouteForm,
        check=steering.check_reroute,
        serve=steering.reroute,
        back_to="queue",
    ),
)
