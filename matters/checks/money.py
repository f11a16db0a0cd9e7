"""Fees and intermediaries: nothing is charged or bought without a basis in law."""

import re

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import rows, said, says_none
from matters.checks.registry import Found, Group

money = Group("收费与中介服务")

_FREE = re.compile(r"(不收费|免费|免收|不收取|全免|零收费|否$)")
_VOLUNTARY = re.compile(r"非必须|非必要|自愿|可选|可自行")


def says_free(values: Values) -> bool:
    """Return whether the words about money say that nothing is charged at all."""
    words = said(values, "fee")
    return says_none(words) or bool(_FREE.match(words))


def charges(values: Values) -> bool:
    """Return whether something is charged: items of a fee, or words that do not begin with 不收费 or the like."""
    return bool(values.get("fees")) or ("fee" in values and not says_free(values))


@money.rule(
    Severity.ERROR,
    "收费没有依据",
    how="在“收费项目”列出每一项，写明法律、行政法规和价格文件的依据；没有依据的，改为不收费。",
    source="行政许可法 第58条、第59条；优化营商环境条例 第25条",
    blocks=True,
)
def fee_unfounded(values: Values, context: Context) -> Found:
    if charges(values) and values.get("fees") == []:
        yield "fees", f"收费“{said(values, 'fee')}”，没有列收费项目和依据"
    for place, one in rows(values, "fees"):
        if not one.get("basis"):
            yield f"{place}.basis", f"“{one.get('name', '')}”没有写收费依据"


@money.rule(
    Severity.ERROR,
    "收费没有标准",
    how="写明每一项收多少、按什么单位收。",
    source="行政许可法 第59条；浙江政务服务事项校验规则 7",
    blocks=True,
)
def fee_standard_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "fees"):
        if not one.get("standard"):
            yield f"{place}.standard", f"“{one.get('name', '')}”没有写收费标准"


@money.rule(
    Severity.ERROR,
    "收费说法前后不一致",
    how="确实收费的，改正“收费”的说法；不收的，删去收费项目。",
    source="行政许可法 第59条（公布的法定项目和标准）",
)
def fee_contradiction(values: Values, context: Context) -> Found:
    if values.get("fees") and says_free(values):
        yield "fee", f"写“{said(values, 'fee')}”，却列了 {len(values['fees'])} 个收费项目"


@money.rule(
    Severity.WARNING,
    "网上支付与是否收费不一致",
    how="收费的开通网上支付；不收费的取消网上支付。",
    source="浙江政务服务事项校验规则 7",
)
def online_payment(values: Values, context: Context) -> Found:
    if "online_payment" not in values or "fee" not in values:
        return
    if charges(values) and not values["online_payment"]:
        yield "online_payment", "收费，却不支持网上支付"
    if not charges(values) and values["online_payment"]:
        yield "online_payment", "不收费，却支持网上支付"


@money.rule(
    Severity.WARNING,
    "允许减免却没有减免依据",
    how="写明哪些人可以减免和依据的文件。",
    source="国家政务服务事项实施清单要素（减免依据）",
)
def reduction_unfounded(values: Values, context: Context) -> Found:
    for place, one in rows(values, "fees"):
        if one.get("reducible") and not one.get("reduction_basis"):
            yield f"{place}.reduction_basis", f"“{one.get('name', '')}”允许减免，没有写依据"


@money.rule(
    Severity.ERROR,
    "中介服务没有依据",
    how="写明法律、行政法规或国务院决定的设定依据；没有的，不得作为办理条件，请删去或在名称注明“非必须”。",
    source="浙江省保障“最多跑一次”改革规定 第27条；优化营商环境条例 第43条",
    blocks=True,
)
def intermediary_unfounded(values: Values, context: Context) -> Found:
    for place, one in rows(values, "intermediary_services"):
        voluntary = _VOLUNTARY.search(f"{one.get('name', '')}{one.get('content', '')}")
        if not one.get("basis") and not voluntary:
            yield f"{place}.basis", f"中介服务“{one.get('name', '')}”没有写设定依据"
