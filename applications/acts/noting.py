"""Writing in the margin of a material, and beside a case."""

from django import forms

from applications.acts.base import LONGEST, TaskAct, TaskActForm
from applications.models import Attachment
from applications.selectors.consulting import materials_of
from applications.selectors.noting import open_annotations
from applications.services import noting


class AnnotateForm(TaskActForm):
    material = forms.ModelChoiceField(
        label="材料",
        queryset=None,
        empty_label="请选择材料",
        error_messages={"required": "请选择材料。", "invalid_choice": "请选择本事项的材料。"},
    )
    attachment = forms.ModelChoiceField(
        label="文件",
        queryset=None,
        required=False,
        empty_label="整份材料",
        error_messages={"invalid_choice": "所选文件不属于这份材料，请重新选择。"},
    )
    page = forms.IntegerField(
        label="第几页",
        required=False,
        help_text="写页码的，先选文件",
        min_value=1,
        max_value=9999,
        error_messages={
            "invalid": "页码请填数字。",
            "min_value": "页码从 1 开始。",
            "max_value": "页码太大，请核对。",
        },
    )
    text = forms.CharField(
        label="批注",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="能看到这份材料的工作人员都能看到，申请人看不到",
        error_messages={"required": "请写明批注内容。"},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        materials = materials_of(self.task, self.by)
        self.fields["material"].queryset = materials
        files = Attachment.objects.filter(material__in=materials.values("pk"), removed_at=None)
        self.fields["attachment"].queryset = files.order_by("id")


class ResolveForm(TaskActForm):
    annotation = forms.ModelChoiceField(
        label="批注",
        queryset=None,
        empty_label="请选择",
        error_messages={"required": "请选择批注。", "invalid_choice": "这条批注已经了结，请刷新页面。"},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annotation"].queryset = open_annotations(self.task, self.by).select_related("material")
        self.fields["annotation"].label_from_instance = lambda each: f"{each.material.name}：{each.text[:40]}"
        self.choose_the_only("annotation")


class NoteForm(TaskActForm):
    text = forms.CharField(
        label="备注",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只有办理这个办件的工作人员能看到；写下后不能修改或删除",
        error_messages={"required": "请写明备注内容。"},
    )


ACTS = (
    TaskAct(
        key="annotate",
        label="批注材料",
        icon="pen",
        hint="在材料边上写一条批注，给同事看。",
        done="批注已保存",
        form=AnnotateForm,
        check=noting.check_write,
        serve=noting.annotate,
    ),
    TaskAct(
        key="resolve",
        label="了结批注",
        icon="check",
        hint="问题已经弄清的批注可以了结，内容仍保留。",
        done="批注已了结",
        form=ResolveForm,
        check=noting.check_resolve,
        serve=noting.resolve,
    ),
    TaskAct(
        key="note",
        label="内部备注",
        icon="list",
        hint="给办理这个办件的同事留一条备注。",
        done="备注已保存",
        form=NoteForm,
        check=noting.check_write,
        serve=noting.note,
    ),
)
