"""What the search page and the catalogue accept."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from matters.checks import GROUPS
from matters.enums import HandlingForm
from matters.models import Department
from matters.presenters.findings import GRADES
from matters.presenters.results import LAST_PAGE
from matters.selectors.questions import COMPANY, PERSON, Narrowing


class SearchForm(forms.Form):
    """The words and the chosen facets of a search; whatever cannot be understood is left out, never an error."""

    q = forms.CharField(label="搜索事项", required=False)
    department = forms.CharField(required=False)
    topic = forms.CharField(required=False)
    life_event = forms.CharField(required=False)
    who = forms.ChoiceField(choices=[(PERSON, "个人"), (COMPANY, "企业和其他组织")], required=False)
    channel = forms.TypedChoiceField(choices=HandlingForm.choices, coerce=int, required=False)
    instant = forms.ChoiceField(choices=[("1", "当场办结")], required=False)
    trips = forms.IntegerField(min_value=0, max_value=9, required=False)
    page = forms.IntegerField(min_value=1, max_value=LAST_PAGE, required=False)

    @property
    def query(self) -> str:
        """The words that were typed."""
        return self._said().get("q", "")

    @property
    def narrowing(self) -> Narrowing:
        """The facets that were chosen."""
        said = {name: value for name, value in self._said().items() if name not in ("q", "page")}
        if "instant" in said:
            said["instant"] = True
        return Narrowing(**said)

    @property
    def page_number(self) -> int:
        """Which page of the results is asked for; the first where nothing is said."""
        return self._said().get("page", 1)

    def _said(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class CatalogueFilterForm(forms.Form):
    """The filters of the catalogue; who keeps one department's matters is not asked for a department."""

    q = forms.CharField(label="编码或名称", required=False, max_length=100)
    department = forms.ModelChoiceField(
        Department.objects.none(), label="部门", to_field_name="code", required=False, empty_label="全部部门"
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(departments) > 1:
            self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        else:
            del self.fields["department"]


class FindingsFilterForm(CatalogueFilterForm):
    """The filters of what the publish checks found."""

    grade = forms.ChoiceField(label="程度", required=False)
    check = forms.ChoiceField(label="检查", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(key, word) for key, (word, _) in GRADES.items()]
        checks = [(group.title, [(one.code, one.title) for one in group.checks]) for group in GROUPS]
        self.fields["grade"].choices = [("", "全部程度"), *grades]  # type: ignore[attr-defined]
        self.fields["check"].choices = [("", "全部检查"), *checks]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked for; a filter that cannot be understood is none."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class VersionsForm(forms.Form):
    """Which two versions of a guide to put side by side, by number; the names of its fields are those of the API."""

    def __init__(self, *args: Any, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(number, f"第 {number} 版") for number in numbers]
        unknown = {"invalid_choice": "没有这一版，请从列表中选择。", "required": "请选择一个版本。"}
        for name, label in (("from", "版本"), ("to", "与哪一版比较")):
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, error_messages=unknown
            )
        self.initial = {"from": numbers[min(1, len(numbers) - 1)], "to": numbers[0]}

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "from" in said and said["from"] == said.get("to"):
            self.add_error("to", "请选择两个不同的版本。")
        return said

    @property
    def numbers(self) -> tuple[int, int]:
        """The two numbers that were chosen."""
        return self.cleaned_data["from"], self.cleaned_data["to"]


class CatalogueUploadForm(forms.Form):
    """A catalogue file to be tried out."""

    file = forms.FileField(
        label="目录文件",
        error_messages={
            "required": "请选择要导入的文件。",
            "empty": "文件是空的，请核对选择的是不是要导入的文件。",
        },
    )
    encoding = forms.ChoiceField(
        label="文字编码",
        choices=[("auto", "自动识别"), ("utf-8", "UTF-8"), ("gb18030", "GB18030（含 GBK）")],
        help_text="只用于 CSV 和 JSON；中文显示为乱码时再选。",
    )
    skip_faulty = forms.BooleanField(
        label="跳过有错误的事项，导入其余的",
        required=False,
        help_text="不选时，只要有一处错误就都不导入。",
    )


class TemplateFileForm(forms.Form):
    """A file of templates to be tried out or brought in."""

    file = forms.FileField(
        label="模板文件",
        error_messages={
            "required": "请选择要导入的文件。",
            "empty": "文件是空的，请核对选择的是不是要导入的文件。",
        },
    )


class CatalogueDownloadForm(forms.Form):
    """Which part of the catalogue is downloaded, and how it is written."""

    format = forms.ChoiceField(
        label="格式",
        choices=[
            ("xlsx", "Excel 工作簿（.xlsx）"),
            ("json", "JSON（无损，用于备份和系统间交换）"),
            ("zip", "CSV 压缩包（UTF-8）"),
            ("zip-gb18030", "CSV 压缩包（GB18030）"),
        ],
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label="部门", to_field_name="code", required=False, empty_label="全部部门"
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
