"""Visits to a counter, channels and appointments: what 最多跑一次 rests on."""

import re

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import is_online, rows, said, says_none
from matters.checks.registry import Found, Group
from matters.enums import (
    CrossRegionScope,
    HandlingForm,
    MaterialForm,
    OnlineDepth,
    PresenceBy,
    PresenceNeed,
    StepKind,
)
from matters.trips import refusals

visits = Group("到场与渠道")

_DAILY_CAP = re.compile(r"每[日天].{0,6}(限|最多|不超过)|限号")
_HANDED_BACK = re.compile(r"收回|交回|缴回|缴销|原件|旧")
FULLY_ONLINE = {OnlineDepth.FEEDBACK, OnlineDepth.E_CERTIFICATE}


@visits.rule(
    Severity.ERROR,
    "公布的到现场次数做不到",
    how="按推算改正到现场次数，或改进流程（增加免到场方式、开通结果寄送）；确属省例外事项的，写明目录文号。",
    source="浙江省保障“最多跑一次”改革规定 第2条、第4条第4款、第43条第1项",
    blocks=True,
)
def trips_not_kept(values: Values, context: Context) -> Found:
    for objection in refusals(values):
        yield objection.field, objection.text


@visits.rule(
    Severity.ERROR,
    "例外事项没有写目录文号",
    how="写明省例外事项目录的文号和序号；不在目录的，任何单位不得自行增加，请取消勾选。",
    source="浙江省保障“最多跑一次”改革规定 第4条第4款、第43条",
    blocks=True,
)
def exception_unfounded(values: Values, context: Context) -> Found:
    if values.get("exception_listed") and not said(values, "exception_basis"):
        yield "exception_basis", "说在例外事项目录，没有写文号"


@visits.rule(
    Severity.ERROR,
    "要到现场却没有说明原因",
    how="在“必须现场办理原因”写明依据和为什么不能网办、寄送。",
    source="浙江政务服务事项校验规则 4",
)
def on_site_reason_missing(values: Values, context: Context) -> Found:
    reason = said(values, "on_site_reason")
    if (values.get("max_trips") or 0) > 0 and (not reason or says_none(reason)):
        yield "on_site_reason", f"要到现场 {values['max_trips']} 次，没有写原因"


@visits.rule(
    Severity.WARNING,
    "不用到现场却写了现场办理原因",
    how="到现场次数为 0 的，原因写“无”；确需到场的，改正次数。",
    source="浙江政务服务事项校验规则 4",
)
def on_site_reason_superfluous(values: Values, context: Context) -> Found:
    reason = said(values, "on_site_reason")
    if values.get("max_trips") == 0 and reason and not says_none(reason):
        yield "on_site_reason", f"到现场次数是 0，原因却写“{reason}”"


@visits.rule(
    Severity.ERROR,
    "零次跑却没有网办也没有邮寄",
    how="办理形式增加网上办理或快递申请；做不到的，改正到现场次数。",
    source="浙江政务服务事项校验规则 5",
)
def zero_trips_channel(values: Values, context: Context) -> Found:
    forms = set(values.get("handling_forms") or [])
    away = is_online(values) or bool({HandlingForm.MAIL, HandlingForm.OTHER} & forms)
    if values.get("max_trips") == 0 and forms and not away:
        yield "handling_forms", "到现场 0 次，但只能到窗口办理"


@visits.rule(
    Severity.WARNING,
    "全程网办却还要到现场",
    how="全程网办的，到现场次数应为 0；必须到场的，网上办理深度去掉做不到的几级。",
    source="浙江政务服务事项校验规则 6（Ⅳ级全程网办）",
)
def fully_online_but_on_site(values: Values, context: Context) -> Found:
    depth = set(values.get("online_depth") or [])
    fully = OnlineDepth.HANDLE in depth and depth & FULLY_ONLINE
    if is_online(values) and fully and (values.get("max_trips") or 0) > 0:
        yield "online_depth", f"网上能办到出结果，却公布要到现场 {values['max_trips']} 次"


@visits.rule(
    Severity.ERROR,
    "没有网上办理入口",
    how="办理形式增加“电脑端网上办理”或“移动端网上申请”。",
    source="浙江省保障“最多跑一次”改革规定 第6条",
    blocks=True,
)
def online_entry_missing(values: Values, context: Context) -> Found:
    if values.get("handling_forms") and not is_online(values):
        yield "handling_forms", "不能网上申请"


@visits.rule(
    Severity.ERROR,
    "只能网上办理，没有线下渠道",
    how="办理形式增加“窗口办理”；不得限定申请人只能网上办。",
    source="浙江省保障“最多跑一次”改革规定 第6条；优化营商环境条例 第37条",
    blocks=True,
)
def offline_entry_missing(values: Values, context: Context) -> Found:
    forms = set(values.get("handling_forms") or [])
    if forms and not forms & {HandlingForm.WINDOW, HandlingForm.MAIL, HandlingForm.OTHER}:
        yield "handling_forms", "只有网上渠道，不会上网的人办不了"


@visits.rule(
    Severity.ERROR,
    "网上申请后还要纸质材料",
    how="材料形式改为“纸质或电子”或“电子”；要交回的旧证，在材料名称写明“收回”，并列为领取时的到场事由。",
    source="浙江省保障“最多跑一次”改革规定 第6条（网上提交的不得再要求纸质）",
    blocks=True,
)
def paper_after_online(values: Values, context: Context) -> Found:
    returned = any(one.get("need") == PresenceNeed.SURRENDER for one in values.get("presence") or [])
    for place, one in rows(values, "materials"):
        paper = one.get("form") == MaterialForm.PAPER and not one.get("shared_data")
        handed_back = returned or _HANDED_BACK.search(one.get("name", ""))
        if is_online(values) and paper and not handed_back:
            yield f"{place}.form", f"可网上申请，“{one.get('name', '')}”却只收纸质"


@visits.rule(
    Severity.WARNING,
    "网上办理深度与办理形式不一致",
    how="能网上申请的，深度至少到“互联网收件”；不能的，深度只到“互联网咨询”。",
    source="浙江省保障“最多跑一次”改革规定 第6条",
)
def online_depth_inconsistent(values: Values, context: Context) -> Found:
    depth = set(values.get("online_depth") or []) - {OnlineDepth.CONSULT, OnlineDepth.OTHER}
    if is_online(values) and not depth:
        yield "online_depth", "可网上申请，深度却没有“互联网收件”以上"
    if values.get("handling_forms") and not is_online(values) and depth:
        yield "online_depth", "不能网上申请，深度却在“互联网收件”以上"


@visits.rule(
    Severity.WARNING,
    "到场事由没有原因",
    how="写明谁规定的、为什么要到场；本人必须到场的要有法律依据。",
    source="行政许可法 第29条",
)
def presence_reason_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "presence"):
        if one.get("by") == PresenceBy.APPLICANT and not one.get("reason"):
            yield f"{place}.reason", "须本人到场，没有写原因"


@visits.rule(
    Severity.ERROR,
    "不支持预约却限制每天办理量",
    how="开通预约，或去掉每天限量；没有预约服务的不得限号。",
    source="浙江省保障“最多跑一次”改革规定 第12条",
    blocks=True,
)
def daily_cap_without_appointment(values: Values, context: Context) -> Found:
    if values.get("appointment_supported"):
        return
    if values.get("appointments_a_day") is not None:
        yield "appointments_a_day", f"每天限 {values['appointments_a_day']} 件，却不支持预约"
    if _DAILY_CAP.search(said(values, "quantity_limit")):
        yield "quantity_limit", f"“{said(values, 'quantity_limit')}”是每天限量，却不支持预约"


@visits.rule(
    Severity.HINT,
    "支持预约却没有预约规则",
    how="写明怎么预约、提前几天、过号怎么办。",
    source="国家政务服务事项实施清单要素（预约规则）",
)
def appointment_rule_missing(values: Values, context: Context) -> Found:
    if values.get("appointment_supported") and not said(values, "appointment_rule"):
        yield "appointment_rule", "没有写预约规则"


@visits.rule(
    Severity.HINT,
    "通办范围没有代码",
    how="选择通办范围代码，跨地区系统靠它识别。",
    source="GB/T 39046-2020（通办范围）",
)
def cross_region_code_missing(values: Values, context: Context) -> Found:
    scope = said(values, "cross_region_scope")
    if scope and not says_none(scope) and values.get("cross_region_code") not in CrossRegionScope.values:
        yield "cross_region_code", f"通办范围写“{scope}”，没有选代码"


@visits.rule(
    Severity.WARNING,
    "现场核查与流程不一致",
    how="需要现场核查的，流程或预审中要有“现场核查”环节；不需要的，去掉这个环节。",
    source="浙江省保障“最多跑一次”改革规定 第36条；行政许可法 第34条",
)
def inspection_inconsistent(values: Values, context: Context) -> Found:
    steps = [*(values.get("flow") or []), *(values.get("pre_review") or [])]
    inspected = any(step.get("kind") == StepKind.INSPECT for step in steps)
    if "on_site_inspection" not in values or not steps:
        return
    if values["on_site_inspection"] and not inspected:
        yield "flow", "需现场核查，流程和预审中却没有现场核查环节"
    if inspected and not values["on_site_inspection"]:
        yield "on_site_inspection", "流程中有现场核查，却没有写需现场核查"
