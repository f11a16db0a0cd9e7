"""The publish checks: for every one of them a guide that passes and one that fails."""

import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from matters.catalogue.content import elements
from matters.checks import CHECKS, Context, Severity, blocking, check, fingerprint
from portal.settings import changes_of

BODY = "11330199003000743N"
TASK = f"{BODY}4100131001000"
FORM = {
    "name": "开店许可申请书",
    "key": "FORM",
    "material_type": 2,
    "form": 3,
    "originals": 1,
    "copies": 0,
    "source_channel": 10,
    "necessity": 1,
    "basis": "示例条例第8条",
    "blank_form": "form.pdf",
    "sample_form": "sample.pdf",
}
LICENCE = FORM | {
    "name": "营业执照",
    "key": "BL",
    "material_type": 1,
    "source_channel": 20,
    "issuer": "市场监督管理局",
    "shared_data": True,
    "shared_source": "省公共数据平台电子营业执照",
}
LEASE = FORM | {"name": "房屋租赁合同", "key": "LEASE", "material_type": 1}
STEPS = [
    {"key": "review", "name": "审查", "kind": "review", "department": "AAA", "days": 3},
    {"key": "decide", "name": "决定", "kind": "decide", "department": "AAA", "after": ["review"], "days": 2},
]
GOOD = {
    "code": "A-1",
    "department": "AAA",
    "name": "开店许可",
    "everyday_name": "开店",
    "catalog_code": "100131001000",
    "task_code": TASK,
    "item_type_code": "01",
    "power_source": 1,
    "body_nature": 1,
    "exercise_level": 4,
    "service_objects": [1, 2],
    "topic": "准营准办",
    "legal_basis": "示例条例第8条",
    "legal_bases": [{"law": "示例条例", "article": "第8条"}],
    "rights": "依法陈述和申辩",
    "duties": "如实提交材料",
    "reconsideration": {"department": "示例区人民政府"},
    "litigation": {"department": "示例区人民法院"},
    "statutory_limit": {"value": 20, "unit": "workday"},
    "promised_limit": {"value": 5, "unit": "workday"},
    "case_type": 2,
    "review_type": "前审后批",
    "handling_forms": [1, 2],
    "online_depth": [1, 2, 3],
    "max_trips": 1,
    "on_site_reason": "示例条例第9条：当面核对原件",
    "presence": [{"need": "original_check", "by": "anyone"}],
    "express_supported": True,
    "delivery_options": ["窗口领取", "邮政快递（政务专递）"],
    "acceptance_conditions": ["申请材料齐全、符合法定形式"],
    "quantity_limit": "无数量限制",
    "fee": "不收费",
    "result": {
        "name": "开店许可证",
        "type": "出证办结",
        "validity": "5年",
        "sample": "result.pdf",
        "certificate_type": "11100000MB0000",
    },
    "e_certificate": True,
    "hours": "周一至周五 9:00-17:00",
    "consulting": [{"way": "电话", "value": "0571-00001001"}],
    "complaints": [{"way": "电话", "value": "0571-00002001"}],
    "questions": [{"question": "外地人能办吗？", "answer": "能。"}],
    "materials": [FORM, LICENCE, LEASE],
    "flow": STEPS,
}
TEMPLATE = {
    "name": "开店许可",
    "exercise_level": 4,
    "statutory_limit": {"value": 20, "unit": "workday"},
    "promised_limit": {"value": 5, "unit": "workday"},
}
NO_PHONES = {"consulting": [], "complaints": []}
INSTANT = {
    "promised_limit": {"value": 0, "unit": "instant"},
    "case_type": 1,
    "review_type": "即审即办",
    "flow": [{"key": "decide", "name": "决定", "kind": "decide", "department": "AAA", "days": 0}],
}
AT_COUNTER = {"handling_forms": [1], "online_depth": [1]}
FEE = {"name": "工本费", "standard": "10元/本", "basis": "示例价格文件第3条"}
PUBLIC_SERVICE = {"item_type_code": "20", "public_service_category": "登记备案"}
QUESTION = {
    "key": "rent",
    "text": "房屋是租的吗？",
    "answers": [{"key": "yes", "label": "是"}, {"key": "no", "label": "否"}],
}
NOTICE = {"name": "公告", "days": 20, "unit": "day", "counts_time": False, "basis": "示例条例第10条"}
POST_CHECK = {"key": "after", "name": "核查", "kind": "post_check", "department": "AAA", "after": ["decide"]}


def materials(**changes: Any) -> dict:
    """Return the good materials with the lease changed."""
    return {"materials": [FORM, LICENCE, LEASE | changes]}


def form(**changes: Any) -> dict:
    return {"materials": [FORM | changes, LICENCE, LEASE]}


def steps(*more: dict, **changes: Any) -> dict:
    """Return the good flow with its first step changed, and more steps behind it."""
    return {"flow": [STEPS[0] | changes, STEPS[1], *more]}


def promised(value: int, unit: str, **more: Any) -> dict:
    return {"promised_limit": {"value": value, "unit": unit}, **more}


def statutory(value: int, unit: str = "workday", **more: Any) -> dict:
    return {"statutory_limit": {"value": value, "unit": unit, **more}}


def result(**changes: Any) -> dict:
    return {"result": GOOD["result"] | changes}


def remedy(**changes: Any) -> dict:
    return {"reconsideration": GOOD["reconsideration"] | changes}


@dataclass(frozen=True)
class Case:
    """What to change in the good guide so that it fails, where that shows, and a change that still passes."""

    fails: dict
    place: str
    passes: dict = field(default_factory=dict)
    failing: Context = field(default_factory=Context)
    passing: Context = field(default_factory=Context)


CASES = {
    # 办事指南要素
    "conditions_missing": Case({"acceptance_conditions": []}, "acceptance_conditions"),
    "materials_missing": Case({"materials": []}, "materials", {"materials": [FORM]}),
    "quantity_missing": Case(
        {"quantity_limit": " "}, "quantity_limit", {**PUBLIC_SERVICE, "quantity_limit": ""}
    ),
    "sample_form_missing": Case(
        form(sample_form=""), "materials[0].sample_form", form(sample_form="", generated=True)
    ),
    "blank_form_missing": Case(form(blank_form=""), "materials[0].blank_form", materials(blank_form="")),
    "basis_unpublished": Case({"legal_basis": "局长办公会会议纪要第3号"}, "legal_basis"),
    "licence_basis_rank": Case(
        {"legal_basis": "关于加强开店管理的通知", "legal_bases": []},
        "legal_basis",
        {"legal_basis": "关于加强开店管理的通知", "legal_bases": [{"law": "示例条例", "article": "第8条"}]},
    ),
    "basis_not_structured": Case({"legal_bases": [{"law": "示例条例"}]}, "legal_bases[0].article"),
    "national_element_missing": Case(
        {"power_source": None}, "power_source", {**PUBLIC_SERVICE, "power_source": None, "body_nature": None}
    ),
    "entrusting_department_missing": Case(
        {"body_nature": 3},
        "entrusting_department",
        {"body_nature": 3, "entrusting_department": "示例市人社局"},
    ),
    "public_service_category": Case(
        {"public_service_category": "登记备案"}, "public_service_category", PUBLIC_SERVICE
    ),
    "topic_audience": Case(
        {"topic": "出境入境", "service_objects": [2]}, "topic", {"topic": "注销", "service_objects": [1]}
    ),
    "vague_condition": Case(
        {"acceptance_conditions": ["年满18周岁", "符合其他条件"]},
        "acceptance_conditions[1]",
        {"acceptance_conditions": ["没有与其他人共用的执照"]},
    ),
    "licence_questions": Case({"questions": []}, "questions", {**PUBLIC_SERVICE, "questions": []}),
    "everyday_name_missing": Case({"everyday_name": "开店许可"}, "everyday_name"),
    "cancelled_before_effective": Case(
        {"effective_on": "2027-01-01", "cancel_on": "2027-01-01"},
        "cancel_on",
        {"effective_on": "2027-01-01", "cancel_on": "2027-01-02"},
    ),
    "rights_missing": Case({"duties": ""}, "duties", {**PUBLIC_SERVICE, "duties": ""}),
    # 办理时限
    "promise_beyond_statutory": Case(
        promised(21, "workday"), "promised_limit.value", promised(20, "workday")
    ),
    "limits_not_comparable": Case(
        {**promised(12, "workday"), **statutory(15, "day")},
        "promised_limit.unit",
        {**promised(3, "workday"), **statutory(20, "day")},
    ),
    "promise_missing": Case(
        promised(0, "workday"), "promised_limit.value", promised(0, "workday", case_type=1)
    ),
    "licence_limit_missing": Case(statutory(0), "statutory_limit.value", {**PUBLIC_SERVICE, **statutory(0)}),
    "licence_limit_unfounded": Case(
        statutory(60), "statutory_limit.note", statutory(60, note="示例条例第11条：60日")
    ),
    "instant_types": Case({**INSTANT, "case_type": 2}, "case_type", INSTANT),
    "promised_types": Case(
        {"review_type": "即审即办"},
        "review_type",
        {**INSTANT, "promised_limit": {"value": 10, "unit": "minute"}},
    ),
    "steps_beyond_promise": Case(
        steps(days=4),
        "flow",
        # Side by side two steps take no longer than one, and what follows the decision is not counted.
        {
            "flow": [
                *STEPS[:1],
                STEPS[0] | {"key": "ask", "kind": "consult"},
                STEPS[1] | {"after": ["review", "ask"]},
                POST_CHECK | {"days": 60},
            ]
        },
    ),
    "step_without_days": Case(
        steps(days=None),
        "flow[0].days",
        steps({"key": "pay", "name": "发放", "kind": "payout", "department": "AAA"}),
    ),
    "instant_but_suspended": Case(
        {**INSTANT, "special_procedures": [NOTICE]},
        "special_procedures[0]",
        {**INSTANT, "special_procedures": [NOTICE | {"counts_time": True}]},
    ),
    "suspension_unfounded": Case(
        {"special_procedures": ["公示7天（不计时）"]},
        "special_procedures[0].basis",
        {"special_procedures": ["产品检验（不计时）"]},
    ),
    "special_procedure_incomplete": Case(
        {"special_procedures": [NOTICE | {"days": None}]},
        "special_procedures[0].days",
        {"special_procedures": [NOTICE]},
    ),
    "uncounted_step_unlisted": Case(
        steps(name="公告", kind="special", counts_time=False),
        "flow[0]",
        {**steps(name="公告", kind="special", counts_time=False), "special_procedures": [NOTICE]},
    ),
    # 到场与渠道
    "trips_not_kept": Case(
        {"max_trips": 2},
        "max_trips",
        # Whoever files online or by mail and gets the result in a parcel need not come at all.
        {"max_trips": 0, "presence": [], "handling_forms": [2, 4]},
    ),
    "exception_unfounded": Case({"exception_listed": True}, "exception_basis"),
    "on_site_reason_missing": Case(
        {"on_site_reason": "无"}, "on_site_reason", {"on_site_reason": "无法在网上采集指纹"}
    ),
    "on_site_reason_superfluous": Case(
        {"max_trips": 0}, "on_site_reason", {"max_trips": 0, "on_site_reason": "无（上门送达）"}
    ),
    "zero_trips_channel": Case(
        {**AT_COUNTER, "max_trips": 0},
        "handling_forms",
        {**AT_COUNTER, "max_trips": 0, "handling_forms": [1, 4]},
    ),
    "fully_online_but_on_site": Case(
        {"online_depth": [1, 2, 3, 4, 5, 6]},
        "online_depth",
        {"online_depth": [1, 2, 3, 4, 5, 6], "max_trips": 0, "on_site_reason": "无"},
    ),
    "online_entry_missing": Case(AT_COUNTER, "handling_forms", {"handling_forms": [1, 3]}),
    "offline_entry_missing": Case({"handling_forms": [2, 3]}, "handling_forms", {"handling_forms": [2, 4]}),
    "paper_after_online": Case(
        materials(form=1), "materials[2].form", materials(form=1, name="营业执照正、副本（收回）")
    ),
    "online_depth_inconsistent": Case({"online_depth": [1]}, "online_depth", AT_COUNTER),
    "presence_reason_missing": Case(
        {"presence": [{"need": "identity", "by": "applicant"}]},
        "presence[0].reason",
        {"presence": [{"need": "identity", "by": "applicant", "reason": "护照法第5条"}]},
    ),
    "daily_cap_without_appointment": Case(
        {"appointments_a_day": 30},
        "appointments_a_day",
        {"appointments_a_day": 30, "appointment_supported": True, "appointment_rule": "提前1天"},
    ),
    "appointment_rule_missing": Case(
        {"appointment_supported": True},
        "appointment_rule",
        {"appointment_supported": True, "appointment_rule": "提前1天"},
    ),
    "cross_region_code_missing": Case(
        {"cross_region_scope": "全省通办"}, "cross_region_code", {"cross_region_scope": "不涉及"}
    ),
    "inspection_inconsistent": Case(
        {"on_site_inspection": True},
        "flow",
        {"on_site_inspection": True, **steps(kind="inspect")},
    ),
    # 申请材料
    "catch_all_material": Case(
        materials(name="法律法规规定的其他材料"), "materials[2].name", materials(name="其他组织登记证书")
    ),
    "vague_material": Case(
        materials(name="提取事由证明（购房合同、租房合同等）"),
        "materials[2].name",
        materials(name="二等功证书"),
    ),
    "proof_unfounded": Case(
        materials(name="学历证明", basis=""), "materials[2].basis", materials(name="房屋租赁合同", basis="")
    ),
    "material_unfounded": Case(materials(basis=""), "materials[2].basis"),
    "shared_elsewhere": Case(
        {},
        "materials[2].shared_data",
        failing=Context(shared_elsewhere={"LEASE": "B-1"}),
        passing=Context(shared_elsewhere={"BL": "B-1"}),
    ),
    "government_material_asked": Case(
        materials(source_channel=20, issuer="住建局"),
        "materials[2].shared_data",
        materials(source_channel=20, issuer="住建局", remark="系统未联通，预计年底共享"),
    ),
    "shared_source_missing": Case(
        materials(shared_data=True),
        "materials[2].shared_source",
        materials(shared_data=True, shared_source="住建局网签备案数据"),
    ),
    "grassroots_proof": Case(
        materials(name="婚姻状况证明", issuer="居委会"),
        "materials[2].issuer",
        materials(name="婚姻状况证明", issuer="民政局"),
    ),
    "needless_material": Case(
        materials(necessity=2), "materials[2].necessity", materials(necessity=2, condition="申请上门服务")
    ),
    "copies_missing": Case(materials(originals=0), "materials[2].originals", materials(originals=0, form=2)),
    "issuer_missing": Case(
        materials(source_channel=99), "materials[2].issuer", materials(source_channel=99, issuer="出租人")
    ),
    "intermediary_unlisted": Case(
        materials(name="水质检测报告", source_channel=99, issuer="检测机构"),
        "materials[2].source_channel",
        {
            **materials(name="水质检测报告", source_channel=99, issuer="检测机构"),
            "intermediary_services": [{"name": "水质检测", "basis": "示例条例第12条"}],
        },
    ),
    "condition_without_situation": Case(
        materials(condition="租用房屋"),
        "materials[2].when",
        {**materials(condition="租用房屋", when={"rent": ["yes"]}), "situations": [QUESTION]},
    ),
    # 容缺与告知承诺
    "tolerable_application_form": Case(
        form(tolerable_missing=True, necessity=3),
        "materials[0].tolerable_missing",
        materials(tolerable_missing=True, necessity=3, material_type=2),
    ),
    "everything_tolerable": Case(
        {"materials": [LEASE | {"tolerable_missing": True, "necessity": 3}]},
        "materials",
        materials(tolerable_missing=True, necessity=3),
    ),
    "tolerance_inconsistent": Case(
        materials(tolerable_missing=True),
        "materials[2].tolerable_missing",
        materials(tolerable_missing=True, necessity=3),
    ),
    "commitment_on_safety": Case(
        {"name": "公众聚集场所消防安全检查", "commitment_allowed": True, "commitment_terms": "承诺符合标准"},
        "commitment_terms",
        {
            "name": "公众聚集场所消防安全检查",
            "commitment_allowed": True,
            "commitment_terms": "依消防法第15条承诺",
        },
    ),
    "commitment_terms_missing": Case(
        {"commitment_allowed": True},
        "commitment_terms",
        {"commitment_allowed": True, "commitment_terms": "承诺属实"},
    ),
    "post_check_missing": Case(
        {"commitment_allowed": True}, "flow", {"commitment_allowed": True, **steps(POST_CHECK | {"days": 60})}
    ),
    "post_check_too_late": Case(
        steps(POST_CHECK | {"days": 61}),
        "flow[2].days",
        steps(POST_CHECK | {"days": 2, "unit_of_days": "month"}),
    ),
    # 情形与流程
    "situation_unused": Case(
        {"situations": [QUESTION]},
        "situations[0]",
        {"situations": [QUESTION], **materials(when={"rent": ["yes"]})},
    ),
    "licence_steps": Case({"flow": [STEPS[1] | {"after": []}]}, "flow", INSTANT),
    "instant_licence_steps": Case(INSTANT, "flow", {**INSTANT, "flow": STEPS}),
    "joint_department_unlisted": Case(
        steps(department="BBB"),
        "flow[0].department",
        {**steps(department="BBB"), "joint_departments": ["BBB"]},
    ),
    # 办理结果
    "result_kind": Case(result(type="出文办结"), "result.type", result(name="开店登记凭证", type="审批办结")),
    "result_sample": Case(
        result(sample=""), "result.sample", result(name="登记簿记载", type="审批办结", sample="")
    ),
    "delivery_missing": Case(
        {"delivery_options": []}, "delivery_options", {"delivery_options": ["电子送达"]}
    ),
    "validity_missing": Case(result(validity=""), "result.validity", result(type="审批办结", validity="")),
    "e_certificate_inconsistent": Case(
        {"online_depth": [1, 2, 7], "e_certificate": False}, "e_certificate", {"e_certificate": False}
    ),
    "certificate_type_missing": Case(
        result(certificate_type=""),
        "result.certificate_type",
        {"e_certificate": False, **result(certificate_type="")},
    ),
    # 收费与中介服务
    "fee_unfounded": Case(
        {"fee": "工本费10元/本"}, "fees", {"fee": "工本费10元/本", "fees": [FEE], "online_payment": True}
    ),
    "fee_standard_missing": Case(
        {"fee": "收费", "fees": [FEE | {"standard": ""}]}, "fees[0].standard", {"fee": "收费", "fees": [FEE]}
    ),
    "fee_contradiction": Case({"fees": [FEE]}, "fee", {"fee": "工本费", "fees": [FEE]}),
    "online_payment": Case({"online_payment": True}, "online_payment", {"fee": "免费"}),
    "reduction_unfounded": Case(
        {"fees": [FEE | {"reducible": True}]},
        "fees[0].reduction_basis",
        {"fees": [FEE | {"reducible": True, "reduction_basis": "示例价格文件第4条"}]},
    ),
    "intermediary_unfounded": Case(
        {"intermediary_services": ["测绘"]},
        "intermediary_services[0].basis",
        {"intermediary_services": ["可行性研究（非必须）"]},
    ),
    # 咨询、监督与救济
    "consult_phone_missing": Case(
        {"consulting": []}, "consulting", NO_PHONES, passing=Context(consult_phone="0571-00001001")
    ),
    "complaint_phone_missing": Case(
        {"complaints": [{"way": "信函", "value": "一号"}]},
        "complaints",
        NO_PHONES,
        passing=Context(complaint_phone="12345"),
    ),
    "phones_same": Case(
        {"complaints": [{"way": "电话", "value": "(0571) 00001001"}]},
        "complaints[0].value",
        NO_PHONES,
        passing=Context(consult_phone="0571-00001001", complaint_phone="0571-00002001"),
    ),
    "area_code_missing": Case(
        {"consulting": [{"way": "电话", "value": "00001001"[1:]}]},
        "consulting[0].value",
        {"consulting": [{"way": "热线", "value": "12345"}, {"way": "电话", "value": "0571-00001001转2"}]},
    ),
    "address_missing": Case(
        {"entered_hall": False}, "address", {"entered_hall": False, "address": "示例路1号1楼"}
    ),
    "hours_missing": Case({"hours": ""}, "hours", {"hours": ""}, passing=Context(hall_hours="周一至周五")),
    "remedy_missing": Case({"litigation": {}}, "litigation.department", {**PUBLIC_SERVICE, "litigation": {}}),
    # 编码与长度
    "code_pattern": Case({"task_code": "许可-00101-000"}, "task_code", {"task_code": ""}),
    "code_credit": Case(
        {},
        "task_code",
        failing=Context(credit_code="113301990030003720"),
        passing=Context(credit_code=BODY),
    ),
    "code_parts": Case({"exercise_level": 3}, "task_code", {"task_code": "123", "exercise_level": 3}),
    "handling_item_code": Case(
        {"handling_item_code": f"{BODY}410013100200001"},
        "handling_item_code",
        {"handling_item_code": f"{TASK}01"},
    ),
    "task_code_twice": Case(
        {}, "task_code", {"task_code": ""}, Context(same_task_code=("B-1",)), Context(same_task_code=("B-1",))
    ),
    "name_twice": Case({}, "name", failing=Context(same_name=("A-2",))),
    "too_long": Case(remedy(phone="0" * 19), "reconsideration.phone", remedy(phone="0" * 18)),
    # 所依模板
    "deviation_forbidden": Case(
        statutory(15),
        "statutory_limit.value",
        promised(3, "workday"),
        failing=Context(template=TEMPLATE),
        passing=Context(template=TEMPLATE),
    ),
    "deviation_unexplained": Case(
        {"exercise_level": 5},
        "deviations",
        {"exercise_level": 5, "deviations": [{"key": "exercise_level", "why": "权限已下放到镇"}]},
        failing=Context(template=TEMPLATE),
        passing=Context(template=TEMPLATE),
    ),
    "template_outdated": Case(
        {"template": "T", "template_version": 1},
        "template_version",
        {"template": "T", "template_version": 2},
        failing=Context(template=TEMPLATE, newest_template=2),
        passing=Context(template=TEMPLATE, newest_template=2),
    ),
    "template_unknown": Case(
        {"template": "T", "template_version": 9},
        "template",
        {"template": "T", "template_version": 1},
        passing=Context(template=TEMPLATE, newest_template=1),
    ),
}


def guide(changes: dict) -> dict:
    return elements(copy.deepcopy(GOOD | changes))


def found(changes: dict, context: Context, code: str) -> list:
    return [one for one in check(guide(changes), context) if one.code == code]


def test_every_check_has_a_case() -> None:
    assert set(CASES) == set(CHECKS)


def test_a_good_guide_has_no_findings() -> None:
    assert check(guide({})) == []


@pytest.mark.parametrize("code", CASES)
def test_check_fails(code: str) -> None:
    case = CASES[code]
    assert case.place in [one.place for one in found(case.fails, case.failing, code)]


@pytest.mark.parametrize("code", CASES)
def test_check_passes(code: str) -> None:
    case = CASES[code]
    assert found(case.passes, case.passing, code) == []


@pytest.mark.parametrize("code", CASES)
def test_check_says_what_is_wrong_how_to_mend_it_and_why(code: str) -> None:
    case = CASES[code]
    finding = found(case.fails, case.failing, code)[0]
    assert all([finding.what, finding.how, finding.source])
    assert finding.severity in Severity
    assert not finding.blocks or finding.severity == Severity.ERROR


@pytest.mark.parametrize("missing", GOOD)
def test_check_reads_a_draft_that_lacks_an_element(missing: str) -> None:
    assert isinstance(check(elements({key: value for key, value in GOOD.items() if key != missing})), list)


def test_check_reads_an_empty_draft() -> None:
    assert isinstance(check(elements({})), list)


@pytest.mark.parametrize(
    "part", ["materials", "flow", "fees", "special_procedures", "presence", "situations"]
)
def test_check_reads_rows_with_nothing_in_them(part: str) -> None:
    assert isinstance(check(elements(GOOD | {part: [{}]})), list)


def test_check_puts_what_blocks_first() -> None:
    findings = check(guide({"everyday_name": "", "acceptance_conditions": [], "hours": ""}))
    assert [one.code for one in findings] == [
        "conditions_missing",
        "hours_missing",
        "everyday_name_missing",
    ]
    assert [one.code for one in blocking(findings)] == ["conditions_missing"]


@pytest.mark.parametrize(
    "name",
    ["开店凭证", "开店公证", "开店许可证（副本）", "学历认证", "关于开店的批文"],
)
def test_result_kind_knows_words_that_only_end_like_a_certificate(name: str) -> None:
    kind = "出文办结" if name.endswith("批文") else "出证办结"
    assert found(result(name=name, type=kind), Context(), "result_kind") == []


@pytest.mark.parametrize(
    ("name", "is_refused"),
    [
        ("身份证明等", True),
        ("营业执照、租赁合同等（复印件）", True),
        ("章程、决议等。", True),
        ("医院等级证书", False),
        ("三级甲等", False),
        ("二等功证书", False),
        ("缴费凭证", False),
    ],
)
def test_catch_all_material_is_a_list_left_open_too(name: str, is_refused: bool) -> None:
    assert bool(found(materials(name=name), Context(), "catch_all_material")) is is_refused


@pytest.mark.parametrize(
    ("name", "objects", "is_odd"),
    [
        ("公司设立登记", [1], True),
        ("公司设立登记", [1, 2], False),
        ("公司设立登记", [2], False),
        ("个体工商户设立登记", [1], False),
    ],
)
def test_topic_audience_knows_who_founds_what(name: str, objects: list[int], is_odd: bool) -> None:
    said = {"topic": "设立变更", "name": name, "service_objects": objects}
    assert bool(found(said, Context(), "topic_audience")) is is_odd


@pytest.mark.parametrize("flow", [[STEPS[1] | {"after": []}], INSTANT["flow"]])
def test_licence_of_one_step_is_told_once(flow: list[dict]) -> None:
    at_once = INSTANT if flow == INSTANT["flow"] else {}
    codes = [one.code for one in check(guide({**at_once, "flow": flow}))]
    assert sum(code.endswith("licence_steps") for code in codes) == 1


def test_code_pattern_follows_the_settings(settings: Any) -> None:
    settings.CATALOGUE_CODES = {"task_code": "[0-9]{24}"}
    assert found({}, Context(), "code_pattern")
    assert not found({"task_code": "1" * 24}, Context(), "code_pattern")


def test_code_credit_wants_the_check_character() -> None:
    wrong = f"{BODY[:-1]}0{TASK[18:]}"
    assert [one.place for one in found({"task_code": wrong}, Context(), "code_credit")] == ["task_code"]


def test_too_long_follows_the_settings(settings: Any) -> None:
    settings.CATALOGUE_LENGTHS = {"materials.name": 5, "result.name": 0}
    places = [one.place for one in found({}, Context(), "too_long")]
    assert places == ["materials[0].name", "materials[2].name"]


@pytest.mark.parametrize(
    ("name", "is_refused"), [("推送税务10日无异议", True), ("公示七天", True), ("受委托银行划款", False)]
)
def test_instant_but_suspended_reads_days_in_words(name: str, is_refused: bool) -> None:
    found_here = found({**INSTANT, "special_procedures": [name]}, Context(), "instant_but_suspended")
    assert bool(found_here) is is_refused


def test_steps_beyond_promise_takes_the_longest_of_two_branches() -> None:
    other = STEPS[0] | {"key": "ask", "kind": "consult", "days": 4}
    flow = {"flow": [STEPS[0], other, STEPS[1] | {"after": ["review", "ask"]}]}
    assert "6个工作日" in found(flow, Context(), "steps_beyond_promise")[0].what


def test_steps_beyond_promise_does_not_add_up_steps_of_different_situations() -> None:
    question = {
        "key": "kind",
        "text": "首次还是换发？",
        "answers": [{"key": "first", "label": "首次"}, {"key": "renewal", "label": "换发"}],
    }
    first = STEPS[0] | {"days": 3, "when": {"kind": ["first"]}}
    renewal = STEPS[0] | {"key": "compare", "days": 2, "after": ["review"], "when": {"kind": ["renewal"]}}
    decide = STEPS[1] | {"after": ["compare"], "days": 1}
    flow = {"situations": [question], "flow": [first, renewal, decide]}
    assert found(flow, Context(), "steps_beyond_promise") == []
    both = {**flow, "flow": [first, {**renewal, "when": {}}, decide]}
    assert "6个工作日" in found(both, Context(), "steps_beyond_promise")[0].what


def test_fingerprint_changes_with_the_settings(settings: Any) -> None:
    before = fingerprint()
    settings.CATALOGUE_LENGTHS = {"name": 10}
    assert fingerprint() != before


def test_trips_not_kept_leaves_exceptions_of_the_province_alone() -> None:
    to_and_fro = {
        "delivery_options": ["窗口领取"],
        "express_supported": False,
        "e_certificate": False,
        "max_trips": 2,
    }
    assert found(to_and_fro, Context(), "trips_not_kept")
    assert not found(to_and_fro | {"exception_listed": True}, Context(), "trips_not_kept")


def test_settings_take_changes_of_the_tables(monkeypatch: Any) -> None:
    monkeypatch.setenv("CATALOGUE_CODES", '{"task_code": "[0-9]{24}"}')
    assert changes_of("CATALOGUE_CODES", str) == {"task_code": "[0-9]{24}"}


@pytest.mark.parametrize(
    ("kind", "said"), [(str, '{"task_code": "[0-9"}'), (str, "[1]"), (int, '{"name": "long"}'), (int, "{")]
)
def test_settings_refuse_what_cannot_be_used(monkeypatch: Any, kind: type, said: str) -> None:
    monkeypatch.setenv("CATALOGUE_TABLE", said)
    with pytest.raises(ImproperlyConfigured, match="CATALOGUE_TABLE"):
        changes_of("CATALOGUE_TABLE", kind)
