"""What applicants type on the web."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from django import forms

from applications.enums import DeliveryMethod
from applications.models import Application, ApplicationMaterial, CorrectionItem
from applications.services.drafts import Answers
from core.codes import validate_mobile
from core.forms import refusals_as_errors
from matters.situations import labels

Situations = Mapping[str, Sequence[ApplicationMaterial]]


def answers_with(application: Application, **changes: Any) -> Answers:
    """Return what a draft says now, with some of it changed."""
    kept = {each.name: getattr(application, each.name) for each in fields(Answers)}
    return Answers(**{**kept, "conditions": tuple(application.conditions), **changes})


class MembersForm(forms.Form):
    """Which of a bundle's optional members are wanted."""

    chosen = forms.MultipleChoiceField(
        label="可以一起办的事项", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = choices


class SituationForm(forms.Form):
    """One question about the applicant's situation (情形); the answer is a key of its choices."""

    def __init__(self, *args: Any, question: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = question["key"]
        self.hints = {one["key"]: one.get("help", "") for one in question["answers"]}
        self.fields["answer"] = forms.ChoiceField(
            label=question["text"],
            help_text=question.get("help", ""),
            choices=list(labels(question).items()),
            widget=forms.RadioSelect,
            error_messages={"required": "请选择一项，再继续"},
        )

    def answers(self) -> dict[str, str]:
        return {self.key: self.cleaned_data["answer"]}


class FillForm(forms.Form):
    """What it is about; one box for each situation that decides which materials are needed."""

    subject = forms.CharField(
        label="办理对象",
        max_length=200,
        help_text="这件事是给谁、给什么办的，例如企业名称、房屋地址或孩子姓名",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    conditions = forms.MultipleChoiceField(
        label="您有下面这些情形吗？",
        required=False,
        help_text="有就勾选，都没有就不用选；只有勾选的情形才需要另交材料",
        widget=forms.CheckboxSelectMultiple,
    )
    detail = forms.CharField(
        label="补充说明",
        required=False,
        max_length=2000,
        help_text="想让审核人员知道的情况",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_simulated = forms.BooleanField(
        label="模拟审批：土地等前置条件尚未取得，先行审查",
        required=False,
        help_text="部门先按现有材料审查并出具模拟意见；模拟意见不是许可，补齐后转为正式决定，不用重新申请",
    )
    still_missing = forms.CharField(
        label="还缺哪些前置条件",
        required=False,
        max_length=2000,
        help_text="选了模拟审批才填，一行写一项，例如：土地出让合同尚未签订；取得后只补这里写的和指南要求的",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, application: Application, situations: Situations, **kwargs: Any) -> None:
        self.application, self.situations = application, situations
        met = [text for text, materials in situations.items() if self._holds(materials)]
        kwargs["initial"] = {
            "subject": application.subject,
            "detail": application.detail,
            "conditions": met,
            "is_simulated": application.is_simulated,
            "still_missing": application.still_missing,
        }
        super().__init__(*args, **kwargs)
        if not any(case.version.may_simulate for case in application.cases.all()):
            del self.fields["is_simulated"], self.fields["still_missing"]
        if situations:
            self.fields["conditions"].choices = [(text, text) for text in situations]
        else:
            del self.fields["conditions"]

    def _holds(self, materials: Collection[ApplicationMaterial]) -> bool:
        return any(material.key in self.application.conditions for material in materials)

    @property
    def hints(self) -> dict[str, str]:
        """For each situation the materials it asks for."""
        return {
            text: f"需另交：{'、'.join(material.name for material in materials)}"
            for text, materials in self.situations.items()
        }

    def answers(self) -> Answers:
        chosen = self.cleaned_data.get("conditions", [])
        keys = tuple(material.key for text in chosen for material in self.situations[text])
        return answers_with(
            self.application,
            subject=self.cleaned_data["subject"],
            detail=self.cleaned_data["detail"],
            conditions=keys,
            is_simulated=self.cleaned_data.get("is_simulated", False),
            still_missing=self.cleaned_data.get("still_missing", ""),
        )


class DeliveryForm(forms.Form):
    """How the results reach the applicant; where a parcel goes must be known when one is wanted."""

    use_required_attribute = False  # what a parcel needs is hidden, and sent empty, when none is wanted
    delivery_method = forms.ChoiceField(
        label="办好以后，结果怎么给您？", choices=DeliveryMethod.choices, widget=forms.RadioSelect
    )
    recipient_name = forms.CharField(
        label="收件人",
        max_length=100,
        error_messages={"required": "选择政务专递时请填写收件人"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    recipient_phone = forms.CharField(
        label="收件电话",
        max_length=20,
        error_messages={"required": "选择政务专递时请填写收件电话"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    recipient_address = forms.CharField(
        label="收件地址",
        max_length=200,
        error_messages={"required": "选择政务专递时请填写收件地址"},
        help_text="写到门牌号，例如：示例区人民路8号3幢201室",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs["initial"] = {name: getattr(application, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("delivery_method") != DeliveryMethod.COURIER:
            for name in ("recipient_name", "recipient_phone", "recipient_address"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Say what is wrong about the phone beside what else is missing; the service stops at the first."""
        given = self.cleaned_data
        if given.get("delivery_method") == DeliveryMethod.COURIER and "recipient_phone" in given:
            with refusals_as_errors(self):
                validate_mobile(given["recipient_phone"], field="recipient_phone")
        return given

    @property
    def hints(self) -> dict[str, str]:
        return {
            DeliveryMethod.WINDOW: "全部结果齐备后通知您，到统一出件窗口一次领齐，可委托他人",
            DeliveryMethod.COURIER: "全部结果装一个包裹，免费寄到家，一次都不用跑",
        }

    def answers(self) -> Answers:
        return answers_with(self.application, **self.cleaned_data)


class SubmitForm(forms.Form):
    """The applicant answers for what is true (行政许可法 §31)."""

    promise = forms.BooleanField(
        label="我已核对，并承诺所填内容和所交材料真实、有效",
        error_messages={"required": "请核对后勾选承诺，再提交申请"},
    )


class WithdrawForm(forms.Form):
    """Why an application is withdrawn; it stays on record."""

    reason = forms.CharField(
        label="撤回原因",
        max_length=400,
        help_text="例如：不打算开店了；资料准备好以后重新申请",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(forms.Form):
    """One answer for each item of the correction notice."""

    def __init__(self, *args: Any, items: Sequence[CorrectionItem], **kwargs: Any) -> None:
        kwargs["initial"] = {f"item-{item.pk}": item.answer for item in items}
        super().__init__(*args, **kwargs)
        for item in items:
            self.fields[f"item-{item.pk}"] = forms.CharField(
                label=f"“{item.what}”的补正说明",
                required=False,
                max_length=1000,
                help_text="已经上传新材料的，可以不写" if item.material_id else "请写明怎样补正",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def answers(self) -> dict[int, str]:
        return {int(name.removeprefix("item-")): text for name, text in self.cleaned_data.items()}


class SupplyForm(forms.Form):
    """What the applicant says to what they hand in after a simulated opinion."""

    note = forms.CharField(
        label="补齐说明",
        required=False,
        max_length=1000,
        help_text="想让审核人员知道的情况，可以不写",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProgressForm(forms.Form):
    """The two things printed on the receipt."""

    number = forms.CharField(
        label="申报号",
        max_length=32,
        help_text="收件凭证或短信上的一串数字和字母",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    query_code = forms.CharField(
        label="查询码",
        max_length=8,
        help_text="收件凭证上的6位字母和数字，不分大小写",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
