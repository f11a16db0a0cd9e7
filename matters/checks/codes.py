"""Codes and lengths, as configured: the standards themselves disagree about them."""

import re
from collections.abc import Iterator

from django.conf import settings

from core.codes import is_credit_code
from matters.catalogue.fields import Inner
from matters.catalogue.format import GUIDE
from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import said
from matters.checks.registry import Found, Group

codes = Group("编码与长度")

# The structure in use: credit code of the body (18), level (1), basic code (12), serial of the situation (2).
_TASK = re.compile(r"(?P<body>[0-9A-Z]{18})(?P<level>[1-7])(?P<item>[0-9]{12})(?P<serial>[0-9]{2})?")
TASK_CODES = ("task_code", "handling_item_code")
_INNER = {
    f"{outer.key}.{one.key}": one.name
    for _, fields in GUIDE.values()
    for outer in fields
    if isinstance(outer.kind, Inner)
    for one in outer.kind.fields
}


def _tasks(values: Values) -> Iterator[tuple[str, re.Match[str]]]:
    for name in TASK_CODES:
        if parts := _TASK.fullmatch(said(values, name)):
            yield name, parts


@codes.rule(
    Severity.WARNING,
    "编码不合规则",
    how="按本地的编码规则改正；规则在设置 CATALOGUE_CODES 中，可以改。",
    source="GB/T 39554.1-2020；GB/T 39046-2020（两个标准的位数不同，故可配置）",
)
def code_pattern(values: Values, context: Context) -> Found:
    for name, pattern in settings.CATALOGUE_CODES.items():
        code = said(values, name)
        if code and pattern and not re.fullmatch(pattern, code):
            yield name, f"“{code}”不符合规则 {pattern}"


@codes.rule(
    Severity.WARNING,
    "实施编码前 18 位不是实施主体的信用代码",
    how="前 18 位改为实施主体的统一社会信用代码；部门资料里的代码错了的，改正部门资料。",
    source="GB/T 39554.1-2020；GB 32100-2015",
)
def code_credit(values: Values, context: Context) -> Found:
    for name, parts in _tasks(values):
        if not is_credit_code(parts["body"]):
            yield name, f"前 18 位 {parts['body']} 不是正确的统一社会信用代码（校验码不符）"
        elif context.credit_code and parts["body"] != context.credit_code:
            yield name, f"前 18 位 {parts['body']} 不是本部门的代码 {context.credit_code}"


@codes.rule(
    Severity.WARNING,
    "实施编码与行使层级、基本编码不一致",
    how="第 19 位是行使层级，之后 12 位是基本编码；改正编码，或改正行使层级、基本编码。",
    source="GB/T 39554.1-2020",
)
def code_parts(values: Values, context: Context) -> Found:
    for name, parts in _tasks(values):
        if "exercise_level" in values and parts["level"] != str(values["exercise_level"]):
            yield name, f"第 19 位是 {parts['level']}，行使层级是 {values['exercise_level']}"
        if said(values, "catalog_code") not in ("", parts["item"]):
            yield name, f"基本编码部分是 {parts['item']}，基本编码是 {values['catalog_code']}"


@codes.rule(
    Severity.WARNING,
    "业务办理项编码不以实施编码开头",
    how="业务办理项编码是实施编码加两位序号。",
    source="GB/T 39554.1-2020",
)
def handling_item_code(values: Values, context: Context) -> Found:
    task, item = said(values, "task_code"), said(values, "handling_item_code")
    if task and item and not item.startswith(task):
        yield "handling_item_code", f"{item} 不以实施编码 {task} 开头"


@codes.rule(
    Severity.ERROR,
    "实施编码与别的事项重复",
    how="每个事项一个实施编码；同一事项的不同情形用业务办理项编码区分。",
    source="GB/T 39554.1-2020（编码唯一）",
)
def task_code_twice(values: Values, context: Context) -> Found:
    if said(values, "task_code") and context.same_task_code:
        yield "task_code", f"与事项 {'、'.join(context.same_task_code)} 相同"


@codes.rule(
    Severity.WARNING,
    "同一部门有同名事项",
    how="名称写出区别，或合并为一个事项、用情形区分。",
    source="国家政务服务事项基本目录（同一事项名称统一、不重复）",
)
def name_twice(values: Values, context: Context) -> Found:
    if context.same_name:
        yield "name", f"与本部门事项 {'、'.join(context.same_name)} 同名"


@codes.rule(
    Severity.WARNING,
    "文字超过标准长度",
    how="缩短文字；本地系统能收更长的，改设置 CATALOGUE_LENGTHS。",
    source="GB/T 39046-2020（名称 200、机构 100、地址 400、电话 18）",
)
def too_long(values: Values, context: Context) -> Found:
    for path, longest in settings.CATALOGUE_LENGTHS.items():
        for place, text in _texts(values, path):
            if longest and len(text) > longest:
                yield place, f"有 {len(text)} 个字，标准最多 {longest} 个"


def _texts(values: Values, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts at a path: `name`, `result.name`, or `materials.name` for every row of a part."""
    part, _, name = path.rpartition(".")
    if not part or path in _INNER:
        yield path, said(values, _INNER.get(path, path))
        return
    for index, row in enumerate(values.get(part) or []):
        yield f"{part}[{index}].{name}", said(row, name)
