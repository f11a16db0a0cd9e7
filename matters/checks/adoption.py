"""What a guide says otherwise than the template it adopted (省级部门指导目录 → 市县认领)."""

from collections.abc import Iterator

from matters.catalogue.differences import REMOVED
from matters.catalogue.parsing import Values
from matters.checks.deviations import Deviation, Standing, deviations
from matters.checks.findings import Context, Severity
from matters.checks.latitude import STANDARD, UNIFORM
from matters.checks.registry import Found, Group

adoption = Group("所依模板")


def _those(values: Values, context: Context, standing: Standing) -> Iterator[Deviation]:
    found = deviations(context.template, values) if context.template else []
    return (one for one in found if one.standing == standing)


@adoption.rule(
    Severity.ERROR,
    "与模板不同，而这一处不得不同",
    how="改成模板的内容；确需不同的，请省级部门修改模板。",
    source=f"{UNIFORM}；{STANDARD}；行政许可法 第16条",
    blocks=True,
)
def deviation_forbidden(values: Values, context: Context) -> Found:
    for one in _those(values, context, Standing.FORBIDDEN):
        found = one.difference
        place = found.path.split(".")[0] if found.change == REMOVED else found.place
        said = f"{found.label}：模板“{one.template_says or '无'}”，本地“{one.guide_says or '无'}”"
        yield place, f"{said}（{one.rule.latitude.label}）"


@adoption.rule(
    Severity.ERROR,
    "与模板不同，没有说明理由",
    how="在“所依模板”写明为什么不同，或改成模板的内容。",
    source=STANDARD,
)
def deviation_unexplained(values: Values, context: Context) -> Found:
    for one in _those(values, context, Standing.UNEXPLAINED):
        yield "deviations", f"{one.difference.label}没有写明与模板不同的理由"


@adoption.rule(
    Severity.WARNING,
    "所依模板已有新版",
    how="起草时在“所依模板”采用新版；本地不同之处会保留，冲突的逐处选择。",
    source=STANDARD,
)
def template_outdated(values: Values, context: Context) -> Found:
    number = values.get("template_version") or 0
    if context.template and context.newest_template > number:
        yield "template_version", f"依据第 {number} 版，已有第 {context.newest_template} 版"


@adoption.rule(
    Severity.WARNING,
    "所依模板没有导入",
    how="请事项管理导入这一版模板，或改依目录里已有的版本。",
    source=STANDARD,
)
def template_unknown(values: Values, context: Context) -> Found:
    code, number = values.get("template"), values.get("template_version")
    if code and context.template is None:
        yield "template", f"目录里没有模板“{code}”第 {number or '?'} 版，比不出有哪些不同"
