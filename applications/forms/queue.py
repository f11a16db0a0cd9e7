"""What a reviewer and a decider write."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from applications.enums import DecisionOutcome, Secrecy, TaskOutcome
from applications.services.inspecting import MOST_PHOTOS

LONGEST = 4000


class ActForm(forms.Form):
    """An act without anything to fill in: it carries the refusal, if there is one."""


class RecordForm(forms.Form):
    finding = forms.CharField(
        label="我的记录",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明时间、地点、所见事实；同一人再次保存会替换上一次的内容",
        error_messages={"required": "请写明核查或审查记录。"},
    )


class PhotosInput(forms.FileInput):
    """Several pictures at once; a phone offers its camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """The pictures chosen, as a list; none is an empty list."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(PhotosField, self).clean(each) for each in data or []]


class VisitForm(RecordForm):
    """What an inspector records on site."""

    seen_at = forms.DateTimeField(
        label="到达现场时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "请填写您到达现场的时间。",
            "invalid": "时间看不懂，请按年、月、日、时、分填写。",
        },
    )
    place = forms.CharField(
        label="现场地点",
        max_length=200,
        help_text="写到门牌号",
        error_messages={"required": "请填写现场的地点。"},
    )
    photos = PhotosField(
        label="现场照片",
        required=False,
        widget=PhotosInput(
            attrs={"accept": "image/jpeg,image/png", "capture": "environment", "multiple": True}
        ),
        help_text=f"JPG 或 PNG，每人最多 {MOST_PHOTOS} 张；照片里的位置信息会去掉",
    )
    field_order = ["seen_at", "place", "finding", "photos"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["finding"].help_text = "所见事实；再次保存会替换上一次的内容，已传的照片保留"
        self.fields["finding"].label = "所见情况"


class CompleteForm(forms.Form):
    outcome = forms.ChoiceField(
        label="结论",
        choices=[(each.value, each.label) for each in (TaskOutcome.PASS, TaskOutcome.OBJECT)],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择“通过”或“不通过”。"},
    )
    opinion = forms.CharField(
        label="意见",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="后面环节的同事和决定人会看到",
        error_messages={"required": "请写明意见。"},
    )


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(
        label="决定",
        choices=DecisionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择“准予”或“不予”。"},
    )
    facts = forms.CharField(
        label="查明的事实",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不予时必须填写，会写进决定书",
    )
    reasons = forms.CharField(
        label="理由",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不予时必须填写，会写进决定书；准予时可写附带条件",
    )
    basis = forms.CharField(
        label="依据",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="留空则引用事项清单所列依据",
    )
    secrecy = forms.ChoiceField(
        label="许可公示",
        required=False,
        choices=[("", "公开：准予后7个工作日内公示"), *Secrecy.choices],
        help_text="准予的行政许可一律公示，个人姓名作掩码处理；涉密的选明情形",
    )
    secrecy_reason = forms.CharField(
        label="不予公开的原因",
        required=False,
        max_length=400,
        help_text="只在选了涉密情形时填写，留存备查，不对外显示",
    )

    def offer_denial_only(self) -> None:
        """Offer nothing but a denial, where a grant would be refused; what has been sent is still judged as it is."""
        denied = DecisionOutcome.DENIED
        self.fields["outcome"].widget.choices = [(denied.value, denied.label)]
        self.initial["outcome"] = denied.value
