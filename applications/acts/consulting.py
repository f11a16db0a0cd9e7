"""Asking somebody else for an opinion."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.enums import ConsultationStatus
from applications.selectors.consulting import colleagues_to_ask, departments_to_ask, materials_of
from applications.services import consulting


class ConsultForm(TaskActForm):
    department = forms.ModelChoiceField(
        label="征询部门",
        queryset=None,
        required=False,
        empty_label="请选择部门",
        help_text="部门、同事二者选一；部门由其审查人员或负责人答复",
        error_messages={"invalid_choice": "请从名单中选择其他部门。"},
    )
    person = forms.ModelChoiceField(
        label="或者征询本部门同事",
        queryset=None,
        required=False,
        empty_label="请选择同事",
        error_messages={"invalid_choice": "请从名单中选择本部门的同事。"},
    )
    question = forms.CharField(
        label="征询的问题",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一次问清：对方答复一次，不能来回追问",
        error_messages={"required": "请写明要征询的问题。"},
    )
    materials = forms.ModelMultipleChoiceField(
        label="提供的材料",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="对方只看得到勾选的材料和申请内容",
        error_messages={"invalid_choice": "只能提供本事项的材料，请从名单中选择。"},
    )
    days = forms.IntegerField(
        label="答复期限（工作日）",
        min_value=1,
        max_value=consulting.MOST_DAYS,
        initial=consulting.USUAL_DAYS,
        help_text="逾期未答复视为无意见；征询期间办件时限照常计算",
        error_messages={
            "required": "请填写答复期限。",
            "invalid": "请填写整数天数。",
            "min_value": "至少 1 个工作日。",
            "max_value": f"最多 {consulting.MOST_DAYS} 个工作日。",
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_to_ask(self.task)
        self.fields["department"].label_from_instance = lambda department: department.name
        self.fields["person"].queryset = colleagues_to_ask(self.task, self.by)
        self.fields["person"].label_from_instance = lambda user: user.name
        self.fields["materials"].queryset = materials_of(self.task, self.by)


class TakeBackForm(TaskActForm):
    consultation = forms.ModelChoiceField(
        label="撤回哪一件",
        queryset=None,
        empty_label="请选择",
        error_messages={
            "required": "请选择要撤回的征询。",
            "invalid_choice": "这件征询已经答复或结束，无需撤回。",
        },
    )
    reason = forms.CharField(label="原因", required=False, max_length=200)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.task.consultations.filter(status=ConsultationStatus.OPEN)
        self.fields["consultation"].queryset = waiting.select_related("department", "person")
        self.fields["consultation"].label_from_instance = lambda each: f"{each.asked}：{each.question[:40]}"
        self.choose_the_only("consultation")


ACTS = (
    TaskAct(
        key="consult",
        label="征询意见",
        icon="users",
        hint="向其他部门或同事问一个问题，对方在期限前答复一次。办件时限不因此停止；有待答复的征询时，本环节不能完成。",
        done="已发出征询，答复后会显示在任务中",
        form=ConsultForm,
        check=consulting.check_ask,
        serve=consulting.ask,
    ),
    TaskAct(
        key="take-back-question",
        label="撤回征询",
        icon="undo",
        hint="撤回后对方不再需要答复。",
        done="已撤回征询",
        form=TakeBackForm,
        check=consulting.check_cancel,
        serve=consulting.cancel,
    ),
)
