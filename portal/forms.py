"""Forms of accounts and of staff posts. They ask; the services judge."""

from typing import Any

from django import forms

from core import clock
from core.clock import local_date
from core.codes import validate_mobile
from core.enums import ApplicantKind, CodePurpose, IdType
from core.forms import refusals_as_errors
from core.models import User
from core.services.accounts import check_new_password
from core.services.applicants import checked_identity, clean_names
from matters.enums import Role
from matters.models import Department, ServicePoint

RULE_FOR_PASSWORDS = "至少10位，不能全是数字，也不要用姓名或常见密码。"
PERSONAL_ID_TYPES = [(value, label) for value, label in IdType.choices if value != IdType.USCC]


def new_password(label: str = "密码") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, help_text=RULE_FOR_PASSWORDS, strip=False, max_length=128, widget=widget
    )


def repeated_password() -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label="确认密码", help_text="再输入一次，防止输错", strip=False, max_length=128, widget=widget
    )


def mobile() -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel-national"})
    return forms.CharField(label="手机号码", max_length=20, widget=widget)


def sms_code() -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})
    return forms.CharField(label="短信验证码", max_length=10, widget=widget)


class RepeatsPassword(forms.Form):
    """A form whose new password is typed twice. It says all that is wrong at once; services stop at the first."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        password, again = data.get("password"), data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", "两次输入的密码不一致，请重新输入。")
        if password:
            with refusals_as_errors(self):
                check_new_password(password, User(name=data.get("name", "")))
        if data.get("phone"):
            with refusals_as_errors(self):
                validate_mobile(data["phone"])
        return data


class SignInForm(forms.Form):
    name = forms.CharField(
        label="用户名、手机号码或证件号码",
        help_text="企业可以用统一社会信用代码登录",
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RegisterForm(RepeatsPassword):
    """Registration of a person or an organisation; which fields count depends on `kind`."""

    kind = forms.ChoiceField(
        label="您是", choices=ApplicantKind, initial=ApplicantKind.NATURAL, widget=forms.RadioSelect
    )
    name = forms.CharField(label="姓名或单位名称", help_text="与身份证件或营业执照上的一致", max_length=100)
    id_type = forms.ChoiceField(label="证件类型", choices=PERSONAL_ID_TYPES)
    id_number = forms.CharField(
        label="证件号码",
        help_text="企业和其他组织填18位统一社会信用代码",
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    contact_name = forms.CharField(
        label="联系人姓名", help_text="办理进度会通知到联系人", required=False, max_length=100
    )
    phone = mobile()
    code = sms_code()
    password = new_password()
    password_again = repeated_password()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == ApplicantKind.LEGAL:
            data["id_type"] = IdType.USCC
        else:
            data["contact_name"] = ""
        self._judge_person(data)
        return data

    def _judge_person(self, data: dict[str, Any]) -> None:
        kind = data.get("kind", "")
        name = data.get("name") or str(self.fields["name"].label)  # a missing name has its error already
        with refusals_as_errors(self):
            clean_names(kind, name, data.get("contact_name", ""))
        if {"kind", "id_type", "id_number"} <= data.keys():
            today = local_date(clock.now())
            with refusals_as_errors(self):
                checked_identity(kind, data["id_type"], data["id_number"], today=today)


class ResetPasswordForm(RepeatsPassword):
    id_number = forms.CharField(
        label="证件号码",
        help_text="注册时填的身份证件号码；企业填统一社会信用代码",
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    phone = mobile()
    code = sms_code()
    password = new_password("新密码")
    password_again = repeated_password()


class ChangePasswordForm(RepeatsPassword):
    current = forms.CharField(
        label="当前密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = new_password("新密码")
    password_again = repeated_password()


class PhoneForm(forms.Form):
    """A phone that asks for a one-time code."""

    phone = mobile()
    purpose = forms.ChoiceField(choices=CodePurpose)


class PostFilterForm(forms.Form):
    """The filters of the list of staff posts."""

    q = forms.CharField(label="姓名或用户名", required=False, max_length=100)
    department = forms.ModelChoiceField(
        Department.objects.none(), label="部门", to_field_name="code", required=False, empty_label="全部部门"
    )
    role = forms.ChoiceField(label="岗位", choices=[("", "全部岗位"), *Role.choices], required=False)
    ended = forms.ChoiceField(
        label="在岗情况", choices=[("", "只看在岗"), ("1", "包括已离岗")], required=False
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class StaffAccountForm(forms.Form):
    """A new account of a member of staff."""

    name = forms.CharField(label="姓名", max_length=100)
    username = forms.CharField(
        label="用户名",
        help_text="字母开头，3至64位字母、数字、点、横线或下划线",
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="初始密码",
        help_text=RULE_FOR_PASSWORDS + "请当面告知本人，并请其登录后修改。",
        strip=False,
        max_length=128,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class GivePostForm(forms.Form):
    """One post for a member of staff who has an account."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="人员", to_field_name="username", empty_label="请选择"
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label="部门", to_field_name="code", empty_label="请选择"
    )
    role = forms.ChoiceField(label="岗位", choices=[("", "请选择"), *Role.choices])
    service_point = forms.ModelChoiceField(
        ServicePoint.objects.none(),
        label="服务网点",
        help_text="综合窗口、统一出件、政务专递岗位必须选择",
        to_field_name="code",
        required=False,
        empty_label="不在窗口",
    )

    def __init__(self, *args: Any, people: Any, departments: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("user", people), ("department", departments), ("service_point", places)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["user"].label_from_instance = lambda user: f"{user.name}（{user.username}）"  # type: ignore[attr-defined]


MOST_BYTES = 64 * 1024


class CalendarForm(forms.Form):
    """A year's notice of days off and make-up days, pasted or as a file; `seen` is the digest of what was previewed."""

    year = forms.IntegerField(label="年份", min_value=2004, max_value=2199)
    text = forms.CharField(
        label="放假和调休",
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        help_text="一行一天：日期,休或班,说明。例如 2027-01-01,休,元旦；没写到的日子按星期",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="或上传文件",
        required=False,
        help_text="同样格式的文本文件（.csv、.txt），上传了就以文件为准",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/plain,text/csv"}),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def clean_file(self) -> str:
        """Return what stands in the file: UTF-8, or GB18030 as spreadsheets write it."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MOST_BYTES:
            raise forms.ValidationError("文件太大，一年的放假安排不超过 64 KB。")
        content = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return str(content.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError("文件不是文本，请另存为 UTF-8 的 .csv 或 .txt。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["text"] = data.pop("file", "") or data.get("text", "")
        if not data["text"].strip() and not self.errors:
            self.add_error("text", "请粘贴放假安排，或者上传文件。")
        return data
