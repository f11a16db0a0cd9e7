"""On site by two."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.services import inspecting


class ConfirmForm(TaskActForm):
    record = forms.ModelChoiceField(
        label="确认谁的记录",
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择您要确认的记录。",
            "invalid_choice": "请从名单中选择同事的现场记录。",
        },
    )
    remark = forms.CharField(
        label="补充",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        records = self.task.records.exclude(user=self.by).filter(seen_at__isnull=False)
        self.fields["record"].queryset = records.select_related("user").order_by("id")
        self.fields["record"].label_from_instance = lambda row: (
            f"{row.user.name}（{row.place}）：{row.finding}"
        )
        self.choose_the_only("record")


ACTS = (
    TaskAct(
        key="confirm",
        label="确认现场记录",
        icon="check-circle",
        hint="您与同事同时在现场、所见一致时，确认同事的记录，作为您本人的记录；不一致的，请回任务填写自己的记录。",
        done="已确认，记为您的现场记录",
        form=ConfirmForm,
        check=inspecting.check_confirm,
        serve=inspecting.confirm,
    ),
)
