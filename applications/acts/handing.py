"""Handing a task to somebody else."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.selectors.queue import available_for
from applications.services import handing


class AssignForm(TaskActForm):
    to = forms.ModelChoiceField(
        label="交给",
        queryset=None,
        empty_label="请选择同事",
        error_messages={"required": "请选择接手的同事。", "invalid_choice": "请从名单中选择接手的同事。"},
    )
    reason = forms.CharField(
        label="原因",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="接手的同事会看到，并记入办理过程",
        error_messages={"required": "请写明为什么转交。"},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = available_for(self.task).exclude(pk=self.task.claimed_by_id)
        self.fields["to"].label_from_instance = lambda user: user.name


class TransferForm(AssignForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


ACTS = (
    TaskAct(
        key="assign",
        label="分派",
        icon="user",
        hint="把队列里的任务交给一位同事办理，环节期限不变。",
        done="已分派",
        form=AssignForm,
        check=handing.check_assign,
        serve=handing.assign,
        back_to="queue",
    ),
    TaskAct(
        key="transfer",
        label="转交同事",
        icon="exchange",
        hint="任务连同已有记录交到同事手里，环节期限不变。",
        done="已转交",
        form=TransferForm,
        check=handing.check_transfer,
        serve=handing.transfer,
        back_to="queue",
    ),
)
