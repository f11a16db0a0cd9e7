"""What the outlet, the courier desk and whoever verifies write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from core.enums import ApplicantKind
from core.models import Applicant
from delivery.enums import Relation
from matters.models import ServicePoint

RELATIONS = {
    ApplicantKind.NATURAL: (Relation.SELF, Relation.AGENT),
    ApplicantKind.LEGAL: (Relation.LEGAL_REPRESENTATIVE, Relation.AGENT),
}


class FindForm(forms.Form):
    find = forms.CharField(
        label="申报号、姓名或名称、证件号码、手机号",
        max_length=400,
        widget=forms.SearchInput(attrs={"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": "请扫码，或输入申报号、姓名、证件号码、手机号。"},
    )


class HandoverForm(forms.Form):
    """Who collects, and the signature: drawn, or the name typed by the collector."""

    relation = forms.ChoiceField(
        label="领取人是",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择领取人与申请人的关系。"},
    )
    collector_name = forms.CharField(label="领取人姓名", max_length=100)
    collector_id = forms.CharField(
        label="受托人身份证号码", required=False, max_length=30, help_text="受托人领取时必填，核对身份证原件"
    )
    service_point = forms.ModelChoiceField(
        label="出件网点", queryset=ServicePoint.objects.none(), empty_label=None
    )
    signature = forms.CharField(
        label="签名", required=False, widget=forms.HiddenInput(attrs={"id": "sign-signature-typed"})
    )
    signed_name = forms.CharField(label="键入姓名", required=False, max_length=100)

    def __init__(self, *args: Any, applicant: Applicant, places: Sequence[ServicePoint], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [  # type: ignore[attr-defined]
            (each.value, each.label) for each in RELATIONS[ApplicantKind(applicant.kind)]
        ]
        here = ServicePoint.objects.filter(pk__in=[place.pk for place in places])
        self.fields["service_point"].queryset = here  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["service_point"].widget = forms.HiddenInput()
            self.initial.setdefault("service_point", places[0].pk)

    def answers(self) -> dict[str, Any]:
        """Return what the service takes: a drawn signature goes before a typed name."""
        given = dict(self.cleaned_data)
        typed = given.pop("signed_name")
        given["signature"] = given["signature"] or typed
        given["place"] = given.pop("service_point")
        return given


class SendForm(forms.Form):
    """The parcels ticked on the courier desk."""

    parcel = forms.TypedMultipleChoiceField(
        label="专递", coerce=int, error_messages={"required": "请先勾选要交寄的专递。"}
    )

    def __init__(self, *args: Any, offered: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parcel"].choices = [(pk, str(pk)) for pk in offered]  # type: ignore[attr-defined]


class VerifyForm(forms.Form):
    code = forms.CharField(
        label="核验码",
        max_length=300,
        help_text="文书下方网址的最后一段，24 个字符，区分大小写；也可以粘贴整个网址",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": "请输入核验码，或扫描文书上的二维码。"},
    )


class CompareForm(forms.Form):
    file = forms.FileField(
        label="我手里的 PDF 文件", error_messages={"required": "请选择要比对的 PDF 文件。"}
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError("文件太大，不会是本系统出具的文书。")
        return file
