"""What may come later (容缺) and what may be promised instead (告知承诺)."""

import re

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import LAW, is_application_form, rows, said
from matters.checks.registry import Found, Group
from matters.checks.units import Limit, limit, surely_longer
from matters.enums import LimitUnit, Necessity, StepKind

tolerance = Group("容缺与告知承诺")

POST_CHECK = Limit(60, LimitUnit.WORKDAY)
_SAFETY = re.compile(
    r"食品|药品|疫苗|血液|医疗|医师|消防|危险|爆炸|民爆|枪支|剧毒|放射|核设施|燃气|特种设备|锅炉|矿山|安全生产|航空|金融|病原"
)


@tolerance.rule(
    Severity.ERROR,
    "申请书被列入容缺",
    how="取消申请书的“可容缺”；没有申请书就没有申请，不能先受理。",
    source="浙江省保障“最多跑一次”改革规定 第11条第2款（主要材料齐全）",
    blocks=True,
)
def tolerable_application_form(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if is_application_form(one) and _may_be_missing(one):
            yield f"{place}.tolerable_missing", f"“{one.get('name', '')}”是申请书，不能容缺"


@tolerance.rule(
    Severity.ERROR,
    "全部材料都可容缺",
    how="至少留一份主要材料不可容缺。",
    source="浙江省保障“最多跑一次”改革规定 第11条第2款（主要材料齐全）",
    blocks=True,
)
def everything_tolerable(values: Values, context: Context) -> Found:
    rows_of = values.get("materials") or []
    if rows_of and all(_may_be_missing(one) for one in rows_of):
        yield "materials", "每一份材料都可容缺，没有主要材料"


@tolerance.rule(
    Severity.ERROR,
    "容缺范围前后不一致",
    how="可容缺的材料，必要性选“容缺后补”；不可容缺的，两处都取消。",
    source="浙江省保障“最多跑一次”改革规定 第4条（公布容缺范围）、第11条第2款",
    blocks=True,
)
def tolerance_inconsistent(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if "tolerable_missing" not in one or "necessity" not in one:
            continue
        if one["tolerable_missing"] != (one["necessity"] == Necessity.DEFERRABLE):
            both = f"可容缺“{'是' if one['tolerable_missing'] else '否'}”，必要性“{Necessity(one['necessity']).label}”"
            yield f"{place}.tolerable_missing", f"“{one.get('name', '')}”{both}"


def _may_be_missing(material: Values) -> bool:
    return bool(material.get("tolerable_missing")) or material.get("necessity") == Necessity.DEFERRABLE


@tolerance.rule(
    Severity.ERROR,
    "涉及安全的事项允许告知承诺，没有依据",
    how="取消“可告知承诺”；法律法规明文允许的，在“告知承诺内容”写明依据的条款。",
    source="浙江省保障“最多跑一次”改革规定 第14条（直接涉及公共安全、生态安全、生命健康的除外）",
    blocks=True,
)
def commitment_on_safety(values: Values, context: Context) -> Found:
    risky = _SAFETY.search(said(values, "name"))
    if values.get("commitment_allowed") and risky and not LAW.search(said(values, "commitment_terms")):
        yield "commitment_terms", f"名称含“{risky[0]}”，涉及安全，允许告知承诺却没有写法律依据"


@tolerance.rule(
    Severity.ERROR,
    "可告知承诺却没有承诺内容",
    how="写明告知什么、承诺什么、不实的后果和核查办法。",
    source="浙江省保障“最多跑一次”改革规定 第14条；国办发〔2020〕42号",
)
def commitment_terms_missing(values: Values, context: Context) -> Found:
    if values.get("commitment_allowed") and not said(values, "commitment_terms"):
        yield "commitment_terms", "没有写告知承诺的内容"


@tolerance.rule(
    Severity.WARNING,
    "可告知承诺却没有承诺后核查",
    how="在流程末尾加“承诺后核查”环节，时限不超过 60 个工作日。",
    source="浙江省保障“最多跑一次”改革规定 第14条",
)
def post_check_missing(values: Values, context: Context) -> Found:
    kinds = {step.get("kind") for step in values.get("flow") or []}
    if values.get("commitment_allowed") and kinds and StepKind.POST_CHECK not in kinds:
        yield "flow", "允许告知承诺，流程中没有承诺后核查"


@tolerance.rule(
    Severity.ERROR,
    "承诺后核查超过 60 个工作日",
    how="把承诺后核查的时限改到 60 个工作日以内。",
    source="浙江省保障“最多跑一次”改革规定 第14条",
    blocks=True,
)
def post_check_too_late(values: Values, context: Context) -> Found:
    for place, step in rows(values, "flow"):
        taken = limit(step.get("days"), step.get("unit"))
        if step.get("kind") == StepKind.POST_CHECK and taken and surely_longer(taken, POST_CHECK):
            yield f"{place}.days", f"承诺后核查要{taken.words}"
