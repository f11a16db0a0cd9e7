"""Time limits: what is promised, what the law allows, and what the steps need."""

import re
from graphlib import CycleError, TopologicalSorter

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import (
    LAW,
    ends_before_decision,
    is_instant,
    is_licence,
    promises_at_once,
    rows,
    said,
)
from matters.checks.registry import Found, Group
from matters.checks.units import Limit, in_a_row, limit, perhaps_longer, surely_longer
from matters.enums import CaseType, LimitUnit, ReviewType, StepKind
from matters.situations import Answers, leaves, matches

limits = Group("办理时限")

_NAMED_BY_LAW = re.compile(r"听证|招标|拍卖|检验|检测|检疫|鉴定|专家评审")  # 行政许可法 §45
_DAYS = re.compile(r"[0-9一二三四五六七八九十](个?工作日|个?自然日|日|天)")
SHORT_UNITS = {LimitUnit.MINUTE, LimitUnit.HOUR}
LICENCE_DAYS, JOINT_LICENCE_DAYS = 20, 45


def _statutory(values: Values) -> Limit | None:
    """Return the statutory limit; 0 says that the law sets none."""
    return limit(values.get("statutory_value") or None, values.get("statutory_unit"))


def _promised(values: Values) -> Limit | None:
    return limit(values.get("promised_value"), values.get("promised_unit"))


@limits.rule(
    Severity.ERROR,
    "承诺时限长于法定时限",
    how="把承诺办结时限改到法定办结时限以内，或更正法定办结时限及其依据。",
    source="行政许可法 第42条；浙江省保障“最多跑一次”改革规定 第12条",
    blocks=True,
)
def promise_beyond_statutory(values: Values, context: Context) -> Found:
    law, promise = _statutory(values), _promised(values)
    if law and promise and surely_longer(promise, law):
        yield "promised_limit.value", f"承诺{promise.words}，法定{law.words}"


@limits.rule(
    Severity.HINT,
    "承诺与法定时限单位不同，无法确定长短",
    how="两个时限用同一单位；法律用自然日的，承诺也写自然日，或把承诺改到一定不超过法定的天数。",
    source="行政许可法 第82条；浙江省保障“最多跑一次”改革规定 第12条",
)
def limits_not_comparable(values: Values, context: Context) -> Found:
    law, promise = _statutory(values), _promised(values)
    if law and promise and perhaps_longer(promise, law):
        yield "promised_limit.unit", f"承诺{promise.words}，法定{law.words}，遇节假日可能超过法定"


@limits.rule(
    Severity.ERROR,
    "没有承诺时限",
    how="填写承诺办结时限；当场办结的，单位选“当场”并把办件类型改为即办件。",
    source="浙江省保障“最多跑一次”改革规定 第12条（没有法定时限的，应当确定并公布）",
    blocks=True,
)
def promise_missing(values: Values, context: Context) -> Found:
    none = values.get("promised_value") == 0 and values.get("promised_unit") != LimitUnit.INSTANT
    if none and values.get("case_type") and not is_instant(values):
        yield "promised_limit.value", "不是即办件，承诺办结时限却是 0"


@limits.rule(
    Severity.ERROR,
    "许可没有法定时限",
    how="填写法定办结时限；法律法规没有另定的，是受理之日起 20 个工作日。",
    source="行政许可法 第42条",
    blocks=True,
)
def licence_limit_missing(values: Values, context: Context) -> Found:
    none = values.get("statutory_value") == 0 and values.get("statutory_unit") != LimitUnit.INSTANT
    if is_licence(values) and none:
        yield "statutory_limit.value", "行政许可一定有法定时限，这里是 0"


@limits.rule(
    Severity.ERROR,
    "许可的法定时限超过一般规定而没有依据",
    how="在“法定时限说明”写明哪部法律法规第几条另定了时限；没有的，改为 20 个工作日（联合办理 45 个）。",
    source="行政许可法 第42条",
    blocks=True,
)
def licence_limit_unfounded(values: Values, context: Context) -> Found:
    law = _statutory(values)
    usual = JOINT_LICENCE_DAYS if values.get("joint_departments") else LICENCE_DAYS
    longest = Limit(usual, LimitUnit.WORKDAY)
    founded = LAW.search(said(values, "statutory_note"))
    if is_licence(values) and law and surely_longer(law, longest) and not founded:
        yield "statutory_limit.note", f"法定{law.words}，超过 {usual} 个工作日，没有写依据"


@limits.rule(
    Severity.ERROR,
    "承诺当场办结，类型却不是即办",
    how="办件类型选“即办件”、审查类型选“即审即办”；不能当场办结的，改正承诺办结时限。",
    source="浙江政务服务事项校验规则 1",
)
def instant_types(values: Values, context: Context) -> Found:
    if "promised_value" not in values or not promises_at_once(values):
        return
    if values.get("case_type") not in (None, CaseType.INSTANT):
        yield "case_type", "承诺当场办结，办件类型却不是即办件"
    if said(values, "review_type") not in ("", ReviewType.AT_ONCE):
        yield "review_type", "承诺当场办结，审查类型却不是即审即办"


@limits.rule(
    Severity.ERROR,
    "不是当场办结，类型却是即办",
    how="办件类型选“承诺件”、审查类型选“前审后批”；能当场办结的，承诺办结时限的单位选“当场”。",
    source="浙江政务服务事项校验规则 2",
)
def promised_types(values: Values, context: Context) -> Found:
    # A promise in minutes or hours is kept while the applicant waits, or it is not: either type can be right.
    if (
        "promised_value" not in values
        or promises_at_once(values)
        or values.get("promised_unit") in SHORT_UNITS
    ):
        return
    if values.get("case_type") not in (None, CaseType.PROMISED):
        yield "case_type", "承诺时限不是当场，办件类型却不是承诺件"
    if said(values, "review_type") not in ("", ReviewType.REVIEW_FIRST):
        yield "review_type", "承诺时限不是当场，审查类型却不是前审后批"


@limits.rule(
    Severity.ERROR,
    "各环节时限之和超过承诺时限",
    how="缩短环节时限，让可以同时进行的环节并行，或把承诺办结时限改到做得到的天数。",
    source="浙江省保障“最多跑一次”改革规定 第12条（承诺时限有约束力）",
)
def steps_beyond_promise(values: Values, context: Context) -> Found:
    promise, needed = _promised(values), _longest_path(values)
    if promise and needed and surely_longer(needed, promise):
        yield "flow", f"最长的一条路径要{needed.words}，承诺{promise.words}"


def _longest_path(values: Values) -> Limit | None:
    """Return what the counting steps need in the longest situation, side by side where they can be.

    None for a flow that goes round in circles.
    """
    steps = {step["key"]: step for step in ends_before_decision(values) if "key" in step}
    after = {key: [one for one in step.get("after") or [] if one in steps] for key, step in steps.items()}
    try:
        order = list(TopologicalSorter(after).static_order())
    except CycleError:
        return None
    needed = (_needed([steps[key] for key in order], after, chosen) for chosen in leaves(values))
    return max(filter(None, needed), key=lambda one: one.least, default=None)


def _needed(ordered: list[Values], after: dict[str, list[str]], chosen: Answers) -> Limit | None:
    """Return the longest path in one situation; a step that does not apply there is passed at once."""
    paths: dict[str, list[Limit]] = {}
    for step in ordered:
        counts = step.get("counts_time") and matches(step.get("when"), chosen)
        own = limit(step.get("days"), step.get("unit")) if counts else None
        longest = max((paths[one] for one in after[step["key"]]), key=_length, default=[])
        paths[step["key"]] = [*longest, *([own] if own else [])]
    return max((in_a_row(path) for path in paths.values() if path), key=lambda one: one.least, default=None)


def _length(path: list[Limit]) -> float:
    return in_a_row(path).least


@limits.rule(
    Severity.HINT,
    "环节没有时限",
    how="写明这个环节最多几天；部门任务的时钟按它走。",
    source="浙江省保障“最多跑一次”改革规定 第12条",
)
def step_without_days(values: Values, context: Context) -> Found:
    timed = {StepKind.REVIEW, StepKind.INSPECT, StepKind.CONSULT, StepKind.DECIDE}
    for place, step in rows(values, "flow"):
        if step.get("kind") in timed and step.get("days") is None and not promises_at_once(values):
            yield f"{place}.days", f"环节“{step.get('name', '')}”没有时限"


def suspends(procedure: Values) -> bool:
    """Return whether a special procedure stops the clock, by its mark or, where none is set, by its words."""
    counts = procedure.get("counts_time")
    words = f"{procedure.get('name', '')}{procedure.get('basis', '')}"
    return counts is False or (counts is None and any(said in words for said in ("不计", "不含在", "不算")))


def _takes_days(procedure: Values) -> bool:
    """Return whether a special procedure takes days and does not say that they are within the time limit."""
    takes = procedure.get("days") or _DAYS.search(procedure.get("name", ""))
    return procedure.get("counts_time") is None and bool(takes)


@limits.rule(
    Severity.ERROR,
    "即办件有暂停计时的特别程序",
    how="去掉特别程序，或把办件类型改为承诺件并公布承诺时限。",
    source="行政许可法 第34条、第45条",
    blocks=True,
)
def instant_but_suspended(values: Values, context: Context) -> Found:
    if not is_instant(values):
        return
    for place, one in rows(values, "special_procedures"):
        if suspends(one) or _takes_days(one):
            yield place, f"即办件当场办结，不能有“{one.get('name', '')}”"
    for place, step in rows(values, "flow"):
        if step.get("kind") == StepKind.SPECIAL and step.get("counts_time") is False:
            yield place, f"即办件当场办结，不能有暂停计时的环节“{step.get('name', '')}”"


@limits.rule(
    Severity.ERROR,
    "暂停计时没有法定依据",
    how="写明“法定依据”的法律法规和条款；没有依据的，改为计入办理时限。",
    source="行政许可法 第45条",
    blocks=True,
)
def suspension_unfounded(values: Values, context: Context) -> Found:
    for place, one in rows(values, "special_procedures"):
        named_by_law = is_licence(values) and _NAMED_BY_LAW.search(one.get("name", ""))
        if suspends(one) and not named_by_law and not (one.get("basis") or "").strip():
            yield f"{place}.basis", f"“{one.get('name', '')}”不计入办理时限，没有写依据"


@limits.rule(
    Severity.WARNING,
    "特别程序没有说明要多久、是否计时",
    how="填写所需时限，并选择是否计算在法定办结时限内；办理时要书面告知申请人。",
    source="行政许可法 第45条",
)
def special_procedure_incomplete(values: Values, context: Context) -> Found:
    for place, one in rows(values, "special_procedures"):
        if one.get("days") is None:
            yield f"{place}.days", f"“{one.get('name', '')}”没有写所需时限"
        if one.get("counts_time") is None:
            yield f"{place}.counts_time", f"“{one.get('name', '')}”没有说明是否计入办理时限"


@limits.rule(
    Severity.WARNING,
    "不计时的环节没有列入特别程序",
    how="在“特别程序”列出这个环节的名称、时限和依据，申请人才知道时钟为什么停。",
    source="行政许可法 第45条",
)
def uncounted_step_unlisted(values: Values, context: Context) -> Found:
    listed = "".join(one.get("name", "") for one in values.get("special_procedures") or [])
    for place, step in rows(values, "flow"):
        stops = step.get("counts_time") is False and step in ends_before_decision(values)
        if stops and step.get("name", "") not in listed:
            yield place, f"环节“{step.get('name', '')}”不计时，特别程序中没有它"
