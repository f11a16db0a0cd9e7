"""Situations and flow: questions that change something, steps that are somebody's."""

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import is_instant, is_licence, rows
from matters.checks.registry import Found, Group
from matters.enums import StepKind

process = Group("情形与流程")

# 受理, 办结 and 送达 are the portal's own for every matter; the flow holds what lies between them.
OWN_STAGES, STAGES = 3, 5


@process.rule(
    Severity.WARNING,
    "问了却没有用处的情形",
    how="让材料、环节或到场事由按这个问题区分；没有区分的，删去这个问题。",
    source="浙江省保障“最多跑一次”改革规定 第4条（办事指南应当准确）",
)
def situation_unused(values: Values, context: Context) -> Found:
    used: set[str] = set()
    for part in ("materials", "flow", "pre_review", "situations"):
        used.update(*(row.get("when") or {} for row in values.get(part) or []))
    used.update(*(row.get("situations") or {} for row in values.get("presence") or []))
    for place, question in rows(values, "situations"):
        if question.get("key") not in used:
            yield place, f"“{question.get('text', '')}”不影响任何材料、环节或到场"


@process.rule(
    Severity.WARNING,
    "许可的环节不足",
    how="把审核与审批分开：决定之前至少有一个审查、核查或会签环节。",
    source="浙江政务服务事项校验规则 10（受理、审核、审批、办结、送达）；行政许可法 第34条",
)
def licence_steps(values: Values, context: Context) -> Found:
    count = _steps_of_licence(values)
    if not is_instant(values) and 0 < count < STAGES - OWN_STAGES:
        yield "flow", f"受理与办结之间只有 {count} 个环节，审核和审批没有分开"


@process.rule(
    Severity.HINT,
    "当场许可的环节不足五个",
    how="当场先审核再决定的，把审核列为环节；确由一人当场决定的，可以不改。",
    source="浙江政务服务事项校验规则 10（受理、审核、审批、办结、送达）；行政许可法 第34条（当场决定）",
)
def instant_licence_steps(values: Values, context: Context) -> Found:
    count = _steps_of_licence(values)
    if is_instant(values) and 0 < count < STAGES - OWN_STAGES:
        yield "flow", f"连同受理、办结、送达只有 {count + OWN_STAGES} 个环节"


def _steps_of_licence(values: Values) -> int:
    """Return how many steps of a licence lie between acceptance and result; 0 for what is no licence."""
    after = (StepKind.PAYOUT, StepKind.POST_CHECK)
    steps = [one for one in values.get("flow") or [] if one.get("kind") not in after]
    return len(steps) if is_licence(values) else 0


@process.rule(
    Severity.WARNING,
    "参与办理的部门没有列为联办机构",
    how="在“联办机构”加上这个部门；办理部门填错的，改正环节。",
    source="行政许可法 第26条；国家政务服务事项实施清单要素（联办机构）",
)
def joint_department_unlisted(values: Values, context: Context) -> Found:
    listed = {values.get("department"), *(values.get("joint_departments") or [])}
    for place, step in rows(values, "flow"):
        if "department" in values and step.get("department") not in {*listed, None}:
            listed.add(step["department"])
            yield (
                f"{place}.department",
                f"环节“{step.get('name', '')}”由 {step['department']} 办理，不在联办机构",
            )
