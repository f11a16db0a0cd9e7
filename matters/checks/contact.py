"""Where to ask, where to complain, where to appeal, where to go."""

import re
from collections.abc import Iterator

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import POWERS, said
from matters.checks.registry import Found, Group
from matters.enums import HandlingForm

contact = Group("咨询、监督与救济")

_DIGITS = re.compile(r"[^0-9]")
_WITH_AREA = re.compile(r"(\+?86)?0[0-9]{9,11}")
_SHORT = re.compile(r"(0[0-9]{2,3})?(1[0-9]{2}|12[0-9]{3}|9[56][0-9]{3,6}|[48]00[0-9]{7}|1[3-9][0-9]{9})")
_EXTENSION = re.compile(r"\s*(转|分机|,|，|;|；|、|/|或).*$")


def _phones(values: Values, part: str) -> Iterator[tuple[str, str]]:
    """Yield the telephone numbers that a guide gives, with their places."""
    for index, link in enumerate(values.get(part) or []):
        if "电话" in link.get("way", "") or "热线" in link.get("way", ""):
            yield f"{part}[{index}].value", link.get("value", "")


def _number(phone: str) -> str:
    return _DIGITS.sub("", _EXTENSION.sub("", phone))


def _consulting(values: Values, context: Context) -> list[tuple[str, str]]:
    """Return the numbers to ask at: the guide's own or, where it gives none, the department's."""
    department = [("consulting", context.consult_phone)] if context.consult_phone else []
    return list(_phones(values, "consulting")) or department


def _complaints(values: Values, context: Context) -> list[tuple[str, str]]:
    department = [("complaints", context.complaint_phone)] if context.complaint_phone else []
    return list(_phones(values, "complaints")) or department


@contact.rule(
    Severity.ERROR,
    "没有咨询电话",
    how="在“咨询方式”加一个电话，或在部门资料填写咨询电话。",
    source="浙江政务服务事项校验规则 8；国家政务服务事项实施清单要素（咨询方式）",
)
def consult_phone_missing(values: Values, context: Context) -> Found:
    if not _consulting(values, context):
        yield "consulting", "事项和部门都没有咨询电话"


@contact.rule(
    Severity.ERROR,
    "没有监督投诉电话",
    how="在“监督投诉方式”加一个电话，或在部门资料填写监督投诉电话。",
    source="浙江省保障“最多跑一次”改革规定 第42条；浙江政务服务事项校验规则 8",
)
def complaint_phone_missing(values: Values, context: Context) -> Found:
    if not _complaints(values, context):
        yield "complaints", "事项和部门都没有监督投诉电话"


@contact.rule(
    Severity.ERROR,
    "咨询电话与投诉电话相同",
    how="投诉电话换成不由承办人接听的号码。",
    source="浙江政务服务事项校验规则 8",
)
def phones_same(values: Values, context: Context) -> Found:
    asked = {_number(phone) for _, phone in _consulting(values, context)}
    for place, phone in _complaints(values, context):
        if _number(phone) in asked:
            yield place, f"投诉电话 {phone} 就是咨询电话"


@contact.rule(
    Severity.WARNING,
    "电话没有区号",
    how="固定电话前加区号，如 0571-00001001；热线、手机和 400 电话不用加。",
    source="浙江政务服务事项校验规则 8",
)
def area_code_missing(values: Values, context: Context) -> Found:
    for place, phone in [*_consulting(values, context), *_complaints(values, context)]:
        number = _number(phone)
        if not _WITH_AREA.fullmatch(number) and not _SHORT.fullmatch(number):
            yield place, f"“{phone}”没有区号"


@contact.rule(
    Severity.ERROR,
    "没有办理地点",
    how="填写办理地点，或选择可受理网点。",
    source="国家政务服务事项实施清单要素（办理地点）",
)
def address_missing(values: Values, context: Context) -> Found:
    by_window = HandlingForm.WINDOW in (values.get("handling_forms") or [])
    # A matter that entered the hall is received at its windows, whose address the portal knows.
    known = said(values, "address") or values.get("service_points") or values.get("entered_hall")
    if by_window and not known:
        yield "address", "可到窗口办理，没有写在哪里"


@contact.rule(
    Severity.ERROR,
    "没有办理时间",
    how="填写办理时间，或选择可受理网点，或在部门资料填写办公时间。",
    source="国家政务服务事项实施清单要素（办理时间）",
)
def hours_missing(values: Values, context: Context) -> Found:
    by_window = HandlingForm.WINDOW in (values.get("handling_forms") or [])
    if by_window and not (said(values, "hours") or values.get("service_points") or context.hall_hours):
        yield "hours", "可到窗口办理，没有写什么时候"


@contact.rule(
    Severity.WARNING,
    "没有救济途径",
    how="写明向哪个机关申请行政复议、向哪个法院提起行政诉讼。",
    source="行政许可法 第38条第2款；国家政务服务事项实施清单要素（行政复议、行政诉讼）",
)
def remedy_missing(values: Values, context: Context) -> Found:
    for name, label in (("reconsideration", "行政复议机关"), ("litigation", "行政诉讼法院")):
        if values.get("item_type") in POWERS and not said(values, f"{name}_department"):
            yield f"{name}.department", f"没有写{label}"
