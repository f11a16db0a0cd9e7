"""What a clerk types at the counter."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from applications.enums import DeliveryMethod
from applications.models import Application, ApplicationMaterial, Case
from applications.questions import questions_of
from applications.services.counter import Handed, Identity
from applications.services.drafts import Answers
from applications.services.intake import CaseRefusal
from core.codes import validate_mobile
from core.enums import ApplicantKind, IdType
from core.forms import refusals_as_errors
from core.services.applicants import checked_identity, clean_names
from matters.models import ServicePoint
from matters.situations import labels

SITUATION = "situation-"  # before the key of a question
LINES = forms.Textarea(attrs={"rows": 3})


def files_in(files: MultiValueDict) -> dict[int, list[UploadedFile]]:
    """Return the uploaded files by the material they are for (`file-<id>`)."""
    return {
        int(name.removeprefix("file-")): files.getlist(name)
        for name in files
        if name.removeprefix("file-").isdigit()
    }


class PlaceForm(forms.Form):
    """Where the clerk sits; asked only of one who has posts at several places."""

    place = forms.ChoiceField(label="办事网点")

    def __init__(self, *args: Any, places: Sequence[ServicePoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        self.fields["place"].choices = [(key, place.name) for key, place in self.places.items()]
        if len(places) == 1:
            del self.fields["place"]

    def chosen_place(self) -> ServicePoint:
        return self.places[self.cleaned_data.get("place") or next(iter(self.places))]


class NewForm(PlaceForm):
    """Who stands at the window and what they want."""

    kind = forms.ChoiceField(label="申请人类型", choices=ApplicantKind.choices, widget=forms.RadioSelect)
    id_type = forms.ChoiceField(label="证件类型", choices=IdType.choices)
    id_number = forms.CharField(label="证件号码", max_length=40)
    name = forms.CharField(label="姓名或单位名称", max_length=100)
    contact_name = forms.CharField(label="联系人", max_length=100, required=False)
    phone = forms.CharField(label="手机号码", max_length=20, required=False)
    address = forms.CharField(label="联系地址", max_length=200, required=False)
    what = forms.RegexField(
        r"^(matter|bundle):[\w-]+$",
        label="办理事项",
        error_messages={"invalid": "请从查找结果中选择要办理的事项或一件事。"},
    )
    q = forms.CharField(label="查找事项或一件事", max_length=100, required=False)

    def __init__(self, *args: Any, today: date, is_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.is_known = is_known  # somebody with this identity number is written down, with a phone
        off = {"autocomplete": "off"}
        for name in ("id_number", "name", "contact_name", "phone", "address"):
            self.fields[name].widget.attrs |= off
        self.fields["id_number"].widget.attrs |= {"inputmode": "latin", "spellcheck": "false"}
        self.fields["phone"].widget.attrs |= {"inputmode": "tel"}

    def clean(self) -> dict[str, Any]:
        """Say everything that is wrong about the person at once; the service, which judges, stops at the first."""
        given = self.cleaned_data
        kind, phone = given.get("kind", ""), given.get("phone", "")
        with refusals_as_errors(self):
            name = (
                given.get("name") or "（未填）"
            )  # a missing name has its error; the contact is looked at all the same
            clean_names(kind, name, given.get("contact_name", ""))
        if {"kind", "id_type", "id_number"} <= given.keys():
            with refusals_as_errors(self):
                checked_identity(kind, given["id_type"], given["id_number"], today=self.today)
        if phone or not (self.is_known or "id_number" in self.errors):
            with refusals_as_errors(self):
                validate_mobile(phone)
        return given

    def identity(self) -> Identity:
        given = self.cleaned_data
        return Identity(
            kind=given["kind"],
            name=given["name"],
            id_type=given["id_type"],
            id_number=given["id_number"],
            phone=given["phone"],
            address=given["address"],
            contact_name=given["contact_name"],
        )

    def chosen_members(self) -> list[str]:
        """The optional members ticked under the bundle that was chosen."""
        _, _, code = self.cleaned_data["what"].partition(":")
        return self.data.getlist(f"chosen-{code}")


class DraftForm(forms.Form):
    """What the applicant dictates, what they hand over, and that they have checked it."""

    subject = forms.CharField(label="办理对象", max_length=200, help_text="企业字号、房屋地址、孩子姓名等")
    detail = forms.CharField(label="补充说明", max_length=2000, required=False, widget=LINES)
    delivery_method = forms.ChoiceField(
        label="领取方式", choices=DeliveryMethod.choices, widget=forms.RadioSelect
    )
    recipient_name = forms.CharField(label="收件人", max_length=100, required=False)
    recipient_phone = forms.CharField(label="收件电话", max_length=20, required=False)
    recipient_address = forms.CharField(label="收件地址", max_length=200, required=False)
    conditions = forms.MultipleChoiceField(label="符合的情形", required=False)
    papers = forms.TypedMultipleChoiceField(label="收到纸质材料", required=False, coerce=int)
    confirmed = forms.BooleanField(label="申请人已核对并确认", required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        materials = application.materials.all()
        self.fields["conditions"].choices = [
            (each.key, each.condition) for each in materials if each.condition
        ]
        self.questions = questions_of(application.cases.all())
        for question in self.questions.open:
            self.fields[f"{SITUATION}{question['key']}"] = forms.ChoiceField(
                label=question["text"],
                help_text=question.get("help", ""),
                choices=list(labels(question).items()),
                required=False,
                initial=self.questions.answers.get(question["key"]),
                widget=forms.RadioSelect,
            )
        self.fields["papers"].choices = [(each.pk, each.name) for each in materials]
        for each in materials:
            name = f"file-{each.pk}"
            self.fields[name] = forms.Field(label=each.name, required=False, widget=forms.HiddenInput)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.fields["delivery_method"].widget.attrs["class"] = "autosave"

    @property
    def situations(self) -> list[forms.BoundField]:
        """The questions that the answers so far call for."""
        return [self[name] for name in self.fields if name.startswith(SITUATION)]

    def chosen_situations(self) -> dict[str, str]:
        """Return the answers given now, without those that were saved before."""
        given = {
            name.removeprefix(SITUATION): answer
            for name, answer in self.cleaned_data.items()
            if name.startswith(SITUATION) and answer
        }
        return {key: answer for key, answer in given.items() if self.questions.answers.get(key) != answer}

    def answers(self) -> Answers:
        given = self.cleaned_data
        return Answers(
            subject=given.get("subject", ""),
            detail=given.get("detail", ""),
            conditions=tuple(given.get("conditions", ())),
            delivery_method=given.get("delivery_method", DeliveryMethod.WINDOW),
            recipient_name=given.get("recipient_name", ""),
            recipient_phone=given.get("recipient_phone", ""),
            recipient_address=given.get("recipient_address", ""),
        )

    def handed(self) -> Handed:
        return Handed(
            papers=frozenset(self.cleaned_data.get("papers", ())),
            files=files_in(self.files),
            conditions=tuple(self.cleaned_data.get("conditions", ())),
        )


class AcceptForm(forms.Form):
    """Acceptance; in a bundle each matter can be refused alone, with the reason and the competent authority."""

    ELEMENT = "accept-form"  # the fields stand beside their matters, outside the form element

    def __init__(self, *args: Any, cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases if len(cases) > 1 else ()
        for case in self.cases:
            name = case.version.name
            self.fields[f"refuse-{case.pk}"] = forms.BooleanField(label=f"不予受理“{name}”", required=False)
            self.fields[f"reason-{case.pk}"] = forms.CharField(
                label=f"“{name}”不予受理的理由", max_length=400, required=False, widget=LINES
            )
            self.fields[f"authority-{case.pk}"] = forms.CharField(
                label=f"“{name}”应向何机关申请", max_length=200, required=False
            )

        for field in self.fields.values():
            field.widget.attrs["form"] = self.ELEMENT

    def fields_of(self, case: Case) -> dict[str, forms.BoundField]:
        return {part: self[f"{part}-{case.pk}"] for part in ("refuse", "reason", "authority")}

    def clean(self) -> dict[str, Any]:
        for case in self.cases:
            if not self.cleaned_data.get(f"refuse-{case.pk}"):
                continue
            for part, what in (("reason", "理由"), ("authority", "应向何机关申请")):
                if not self.cleaned_data.get(f"{part}-{case.pk}"):
                    self.add_error(f"{part}-{case.pk}", f"请写明{what}。")
        return self.cleaned_data

    def refusals(self) -> dict[int, CaseRefusal]:
        given = self.cleaned_data
        return {
            case.pk: CaseRefusal(given[f"reason-{case.pk}"], given[f"authority-{case.pk}"])
            for case in self.cases
            if given.get(f"refuse-{case.pk}")
        }


class RefuseForm(forms.Form):
    """Refusal to accept: the reason and where to apply are both required (行政许可法 §32(1))."""

    reason = forms.CharField(label="不予受理的理由", max_length=400, widget=forms.Textarea(attrs={"rows": 5}))
    competent_authority = forms.CharField(
        label="应向何机关申请",
        max_length=200,
        help_text="不属于本机关职权的写明主管机关；依法不需要许可的写“依法无需许可”",
    )


class WithdrawForm(forms.Form):
    """Withdrawal for the applicant who asks for it at the window."""

    reason = forms.CharField(label="撤回原因", max_length=400, help_text="按申请人的原话记录", widget=LINES)
    confirmed = forms.BooleanField(label="已核对申请人身份，确认本人（或受托人）要求撤回")


class AnswerForm(PlaceForm):
    """What the applicant brings to the window for a correction notice: paper, files or a sentence for each item."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(application.correction.items.all())
        for item in self.items:
            self.fields[f"item-{item.pk}"] = forms.CharField(
                label=f"“{item.what}”如何补正", max_length=1000, required=False, widget=LINES
            )
            if item.material_id:
                self.fields[f"paper-{item.material_id}"] = forms.BooleanField(
                    label="收到纸质材料", required=False
                )
                self.fields[f"file-{item.material_id}"] = forms.Field(
                    label=f"{item.what}（文件）", required=False, widget=forms.HiddenInput
                )

    def answers(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data.get(f"item-{item.pk}", "") for item in self.items}

    def handed(self) -> Handed:
        papers = {item.material_id for item in self.items if item.material_id}
        ticked = {pk for pk in papers if self.cleaned_data.get(f"paper-{pk}")}
        return Handed(papers=frozenset(ticked), files=files_in(self.files))


class SupplyForm(PlaceForm):
    """What the applicant brings to the window of what a simulated opinion lists: paper or files for each thing."""

    note = forms.CharField(label="补齐说明", max_length=1000, required=False, widget=LINES)

    def __init__(self, *args: Any, materials: Sequence[ApplicationMaterial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.materials = materials
        for each in materials:
            self.fields[f"paper-{each.pk}"] = forms.BooleanField(label="收到纸质材料", required=False)
            self.fields[f"file-{each.pk}"] = forms.Field(
                label=f"{each.name}（文件）", required=False, widget=forms.HiddenInput
            )

    def handed(self) -> Handed:
        ticked = {each.pk for each in self.materials if self.cleaned_data.get(f"paper-{each.pk}")}
        return Handed(papers=frozenset(ticked), files=files_in(self.files))


class RevealForm(forms.Form):
    """Why the full personal data must be read; the reading is put on record."""

    reason = forms.CharField(label="查看原因", max_length=200)
