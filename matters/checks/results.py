"""What the applicant ends up with, and how it reaches them."""

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import plain_name, said, says_none
from matters.checks.registry import Found, Group
from matters.enums import OnlineDepth, ResultKind

results = Group("办理结果")

# The last character says what a result is, except in words that end alike and mean something else.
_ENDINGS = {"批复": ResultKind.RECORD, "证": ResultKind.CERTIFICATE, "文": ResultKind.DOCUMENT}
_OTHER_WORDS = (
    "凭证",
    "公证",
    "认证",
    "论证",
    "查证",
    "见证",
    "验证",
    "佐证",
    "保证",
    "论文",
    "外文",
    "条文",
)


@results.rule(
    Severity.WARNING,
    "结果名称与结果类型不一致",
    how="证照选“出证办结”，文书选“出文办结”，批复选“审批办结”；或改正结果名称。",
    source="浙江政务服务事项校验规则 3",
)
def result_kind(values: Values, context: Context) -> Found:
    name, kind = plain_name(said(values, "result_name")), values.get("result_kind")
    if not kind or name.endswith(_OTHER_WORDS):
        return
    wanted = next((wanted for ending, wanted in _ENDINGS.items() if name.endswith(ending)), kind)
    if wanted != kind:
        yield "result.type", f"“{said(values, 'result_name')}”应为{wanted.value}，这里是{kind}"


@results.rule(
    Severity.WARNING,
    "没有结果样本",
    how="上传空白或脱敏的结果样本，申请人才知道拿到的是什么。",
    source="浙江政务服务事项校验规则 11",
)
def result_sample(values: Values, context: Context) -> Found:
    # A registration or a payment leaves nothing to show; an approval in writing (批复) does.
    name = said(values, "result_name")
    on_paper = values.get("result_kind") != ResultKind.RECORD or plain_name(name).endswith("批复")
    if name and not says_none(name) and on_paper and not said(values, "result_sample"):
        yield "result.sample", f"“{name}”没有样本"


@results.rule(
    Severity.ERROR,
    "没有送达方式",
    how="至少选一种送达方式；能寄送或发电子证照的，申请人就不用来取。",
    source="行政许可法 第44条；浙江省保障“最多跑一次”改革规定 第2条（到取得结果为止）",
    blocks=True,
)
def delivery_missing(values: Values, context: Context) -> Found:
    if values.get("delivery_options") == []:
        yield "delivery_options", "没有写结果怎么交给申请人"


@results.rule(
    Severity.HINT,
    "证照没有写有效期",
    how="写明有效期；长期有效的写“长期”。",
    source="国家政务服务事项实施清单要素（结果有效期）；行政许可法 第50条",
)
def validity_missing(values: Values, context: Context) -> Found:
    if values.get("result_kind") == ResultKind.CERTIFICATE and not said(values, "result_validity"):
        yield "result.validity", f"“{said(values, 'result_name')}”没有写有效期"


@results.rule(
    Severity.WARNING,
    "电子证照与网上办理深度不一致",
    how="发电子证照的勾选“发电子证照”；不发的，网上办理深度去掉“互联网电子证照反馈”。",
    source="国务院关于在线政务服务的若干规定 第10条；GB/T 39046-2020（网上办理深度）",
)
def e_certificate_inconsistent(values: Values, context: Context) -> Found:
    depth = values.get("online_depth") or []
    if OnlineDepth.E_CERTIFICATE in depth and values.get("e_certificate") is False:
        yield "e_certificate", "网上办理深度到电子证照，却不发电子证照"


@results.rule(
    Severity.HINT,
    "电子证照没有类型代码",
    how="填写国家或省电子证照目录的证照类型代码，别的部门才能引用它。",
    source="GB/T 36902、GB/T 36903（电子证照目录信息、元数据）",
)
def certificate_type_missing(values: Values, context: Context) -> Found:
    is_certificate = values.get("result_kind") == ResultKind.CERTIFICATE
    if values.get("e_certificate") and is_certificate and not said(values, "result_certificate_type"):
        yield "result.certificate_type", f"“{said(values, 'result_name')}”没有证照类型代码"
