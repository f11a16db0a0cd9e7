"""What the pages of the publishing workflow ask. They ask; the services judge."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from matters.enums import EntryState, Feasibility, Reduction, Verdict
from matters.models import CatalogueEntry, Department, MatterTemplate
from matters.selectors.templates import newest_templates
from matters.services.entries.reviewing import Measure

LONGEST_TEXT = 4000


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=widget,
        error_messages={"invalid": "请按 2026-10-16 的样子填写日期"},
    )


def _long(label: str, help_text: str = "", rows: int = 3, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_TEXT, widget=widget, required=required
    )


class People(forms.CharField):
    """Names, one a line or parted by commas."""

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__(
            label=label, help_text=help_text, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def clean(self, value: Any) -> list[str]:
        """Return the names typed."""
        text = super().clean(value)
        for mark in "，、,；;":
            text = text.replace(mark, "\n")
        return [name.strip() for name in text.splitlines() if name.strip()]


class TemplateField(forms.ModelChoiceField):
    """One of the newest templates."""

    def __init__(self, **options: Any) -> None:
        super().__init__(newest_templates().defer("content"), empty_label="请选择", **options)

    @staticmethod
    def words(template: MatterTemplate) -> str:
        """Return what a template is called in a list."""
        return f"{template.name}（{template.title}，{template.code}）"

    def label_from_instance(self, obj: Any) -> str:
        return self.words(obj)


class TemplateFilterForm(forms.Form):
    """The filter of the list of templates."""

    q = forms.CharField(label="编码或名称", required=False, max_length=100)


class EntryFilterForm(forms.Form):
    """The filters of the list of entries."""

    q = forms.CharField(label="编码或名称", required=False, max_length=100)
    turn = forms.ChoiceField(label="轮到谁", choices=[("mine", "轮到我的"), ("", "全部")], required=False)
    state = forms.ChoiceField(label="阶段", choices=[("", "全部在办"), *EntryState.choices], required=False)


class ReviseForm(forms.Form):
    """Which of the viewer's matters is revised."""

    matter = forms.ChoiceField(label="修订哪个事项")

    def __init__(self, *args: Any, matters: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, f"{name}（{code}）") for code, name in matters]
        self.fields["matter"].choices = [("", "请选择"), *offered]  # type: ignore[attr-defined]


class NewForm(forms.Form):
    """A new matter of one of the viewer's departments."""

    code = forms.CharField(label="新事项的编码", help_text="英文字母、数字、短横和下划线", max_length=50)
    department = forms.ModelChoiceField(
        Department.objects.none(), label="新事项的实施部门", to_field_name="code"
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        if len(departments) == 1:
            self.fields["department"].initial = departments[0].code
            self.fields["department"].empty_label = None  # type: ignore[attr-defined]


class FromTemplateForm(NewForm):
    """A new matter that follows a template."""

    template = TemplateField(label="依哪个模板")
    field_order = ["template", "code", "department"]


class CopyForm(NewForm):
    """A new matter that begins with what another one says."""

    source = forms.CharField(label="照哪个事项", help_text="填它的编码，可以是别的部门的", max_length=50)
    field_order = ["source", "code", "department"]


class AdoptForm(forms.Form):
    """Which version of which template a draft follows."""

    template = TemplateField(label="依哪个模板")

    def __init__(self, *args: Any, offered: Iterable[MatterTemplate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, TemplateField.words(one)) for one in offered]
        self.fields["template"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = _long("理由", "写给以后查看的人：为什么这样做")


class SubmitForm(forms.Form):
    reason = _long("改了什么、为什么改", "审核的人和公众先看这一句")


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label="意见", choices=Verdict, widget=forms.RadioSelect)
    reason = _long("理由", "退回的，请一次写清要改的全部内容")


class RecheckForm(VerdictForm):
    verdict = forms.ChoiceField(
        label="意见",
        choices=[(Verdict.PASS, "锁定"), (Verdict.RETURN, "退回部门")],
        widget=forms.RadioSelect,
    )


class ConfirmForm(VerdictForm):
    verdict = forms.ChoiceField(
        label="意见",
        choices=[(Verdict.PASS, "确认"), (Verdict.RETURN, "收回修改")],
        widget=forms.RadioSelect,
    )


class MeetingForm(VerdictForm):
    held_on = _day("会议日期")
    participants = People("参会人员", "每行一人，写单位和姓名，至少 2 人")
    field_order = ["held_on", "participants", "verdict", "reason"]


class DeliberationForm(forms.Form):
    held_on = _day("会商日期")
    participants = People("参加人员", "每行一人，至少 3 人")
    minutes = _long("会商纪要", "议了什么、各方意见、结论", rows=5)
    verdict = forms.ChoiceField(
        label="结论",
        choices=[(Verdict.PASS, "同意"), (Verdict.RETURN, "不同意")],
        widget=forms.RadioSelect,
    )


class AnalysisForm(forms.Form):
    """The reverse analysis: a class, and for each kind of measure how many before and after."""

    feasibility = forms.ChoiceField(label="能否最多跑一次", choices=Feasibility, widget=forms.RadioSelect)
    obstacles = _long("难点与办法", "还差什么、打算怎么办", rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Reduction:
            for part, label in (("before", "改革前"), ("after", "改革后")):
                self.fields[f"{kind.value}_{part}"] = forms.IntegerField(
                    label=f"{kind.label}：{label}", min_value=0, max_value=9999, required=False
                )
            self.fields[f"{kind.value}_text"] = forms.CharField(
                label=f"{kind.label}：怎么做", max_length=400, required=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The measures as rows of bound fields: what, before, after, how."""
        return [
            {
                "label": kind.label,
                **{part: self[f"{kind.value}_{part}"] for part in ("before", "after", "text")},
            }
            for kind in Reduction
        ]

    @property
    def general(self) -> list[forms.BoundField]:
        return [self["feasibility"], self["obstacles"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for kind in Reduction:
            parts = {part: data.get(f"{kind.value}_{part}") for part in ("before", "after", "text")}
            given = [part for part, value in parts.items() if value not in (None, "")]
            if given and len(given) < 3:
                missing = next(part for part in parts if part not in given)
                self.add_error(f"{kind.value}_{missing}", f"“{kind.label}”要把改革前、改革后和做法都写上")
        return data

    def measures(self) -> list[Measure]:
        """Return the rows that were filled in."""
        data = self.cleaned_data
        return [
            Measure(
                kind.value,
                data[f"{kind.value}_before"],
                data[f"{kind.value}_after"],
                data[f"{kind.value}_text"],
            )
            for kind in Reduction
            if data.get(f"{kind.value}_text")
        ]


class BatchForm(forms.Form):
    name = forms.CharField(label="批次名称", help_text="例如：第四批事项清单", max_length=100)
    comment_from = _day("公示开始")
    comment_until = _day("公示截止", "至少 7 天，含首尾")
    publishes_on = _day("发布日期", "公示截止以后；到这一天自动发布")

    @staticmethod
    def suggested(today: date) -> dict[str, date]:
        """Return dates to begin with: from tomorrow, for ten days."""
        start = today + timedelta(days=1)
        return {
            "comment_from": start,
            "comment_until": start + timedelta(days=9),
            "publishes_on": start + timedelta(days=10),
        }


class OpenCommentForm(forms.Form):
    entries = forms.TypedMultipleChoiceField(
        label="纳入本批次的条目", coerce=int, widget=forms.CheckboxSelectMultiple
    )
    comment_until = _day("公示截止", "从今天开始公示，至少 7 天")
    publishes_on = _day("发布日期", "到这一天自动发布")

    def __init__(self, *args: Any, lockable: list[CatalogueEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (entry.pk, f"{entry.name}（{entry.code}，{entry.department.short_name}）") for entry in lockable
        ]
        self.fields["entries"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = _long("答复", "公开显示")


class CommentForm(forms.Form):
    """What the public may say of a batch or of one entry of it."""

    entry = forms.TypedChoiceField(label="对哪个事项", coerce=int, empty_value=None, required=False)
    text = _long("您的意见", "哪里不合理、少写了什么、怎样更方便", rows=4)
    author_name = forms.CharField(label="怎么称呼您", help_text="会公开显示，可以不用真名", max_length=100)
    contact = forms.CharField(
        label="手机号码",
        help_text="有答复时短信告诉您；不公开，工作人员也看不到",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel-national"}),
    )

    def __init__(self, *args: Any, entries: list[CatalogueEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "整个批次"), *((entry.pk, entry.name or entry.code) for entry in entries)]
        self.fields["entry"].choices = choices  # type: ignore[attr-defined]
