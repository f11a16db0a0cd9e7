"""Materials: a closed list, each with its basis, nothing that the government has already."""

import re

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import is_application_form, is_asked, plain_name, rows
from matters.checks.registry import Found, Group
from matters.enums import MaterialForm, Necessity, SourceChannel

materials = Group("申请材料")

_CATCH_ALL = re.compile(
    r"(其他|其它|有关|相关|必要)的?(证明)?(材料|资料|文件|证件|证明)|等(有关|相关)?(材料|资料|文件)"
)
_OPEN_END = re.compile(r"(?<![甲乙丙丁特高中初优一二三四])等[等。.，,；;、…]*$")
_VAGUE = re.compile(r"相应的?|相关的?|有关的?|等[^级]{0,6}(证明|凭证|证件)|等[）)]")
_PROOF = re.compile(r"证明(?!人)")
# Proofs that residents' committees need not give: 民发〔2020〕20号, the first list.
_GRASSROOTS = re.compile(
    r"亲属关系证明|居民身份信息证明|户口登记项目内容变更|养犬证明|婚姻状况证明|出生证明|健在证明|死亡证明"
    r"|疾病状况证明|残疾状况证明|婚育状况证明|居民就业状况证明|居民个人档案证明|居民财产证明|遗产继承权公证证明"
    r"|市场主体住所|居民住所证明|无犯罪记录证明|政治审查|证件遗失证明"
)
_COMMITTEES = re.compile(r"村(民)?委|居(民)?委|社区|村（社区）")
_INTERMEDIARY = re.compile(r"报告|评估|鉴定|测绘|检测|检验|论证|图审|勘测")


def _is_asked_proof(material: Values) -> bool:
    """Return whether a material is a proof (证明事项) that the applicant has to bring."""
    named = _PROOF.search(plain_name(material.get("name", "")))
    return bool(named) and is_asked(material) and not is_application_form(material)


def _is_catch_all(name: str) -> bool:
    """Return whether a name leaves open what is asked for: 其他材料, 等材料, or 等 at the end of a list."""
    return bool(_CATCH_ALL.search(name) or _OPEN_END.search(plain_name(name)))


@materials.rule(
    Severity.ERROR,
    "材料是兜底条款",
    how="换成具体的材料名称，按情形分成几条；说不出具体是什么的，删去。",
    source="行政许可法 第30条（全部材料目录）；国办发〔2018〕45号（消除“其他材料”等兜底条款）",
    blocks=True,
)
def catch_all_material(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if _is_catch_all(one.get("name", "")):
            yield f"{place}.name", f"“{one['name']}”没有说清是什么材料"


@materials.rule(
    Severity.WARNING,
    "材料名称不够具体",
    how="写出具体的证件或文书名称；不同情形要不同材料的，设为情形并逐一列出。",
    source="国办发〔2018〕45号（消除模糊条款）",
)
def vague_material(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        name = one.get("name", "")
        if _VAGUE.search(name) and not _is_catch_all(name):
            yield f"{place}.name", f"“{name}”不够具体"


@materials.rule(
    Severity.ERROR,
    "索要证明没有依据",
    how="在“要求提供材料的依据”写明法律、法规或国务院决定的条款；没有的，不得索要，改用承诺书或部门核查。",
    source="优化营商环境条例 第44条",
    blocks=True,
)
def proof_unfounded(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if _is_asked_proof(one) and not one.get("basis"):
            yield f"{place}.basis", f"向申请人索要“{one['name']}”，没有写依据"


@materials.rule(
    Severity.WARNING,
    "材料没有依据",
    how="在“要求提供材料的依据”写明法律法规名称和条款。",
    source="优化营商环境条例 第44条；国家政务服务事项实施清单要素（要求提供材料的依据）",
)
def material_unfounded(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if not one.get("basis") and not _is_asked_proof(one):
            yield f"{place}.basis", f"“{one.get('name', '')}”没有写要求提供的依据"


@materials.rule(
    Severity.ERROR,
    "要申请人提供别的事项能共享的材料",
    how="勾选“数据共享免提交”并写明数据来源；这里用不上共享数据的，改用另一个合并键。",
    source="浙江省保障“最多跑一次”改革规定 第7条；国务院关于在线政务服务的若干规定 第7条",
)
def shared_elsewhere(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        elsewhere = context.shared_elsewhere.get(one.get("key", ""))
        if is_asked(one) and elsewhere:
            yield f"{place}.shared_data", f"“{one.get('name', '')}”在事项 {elsewhere} 中由数据共享取得"


@materials.rule(
    Severity.HINT,
    "政府核发的材料还要申请人提供",
    how="能共享的勾选“数据共享免提交”；暂不能的，在备注写明原因。",
    source="浙江省保障“最多跑一次”改革规定 第7条；国务院关于在线政务服务的若干规定 第7条",
)
def government_material_asked(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        given = (
            one.get("source_channel") == SourceChannel.GOVERNMENT and one.get("form") != MaterialForm.PAPER
        )
        if given and is_asked(one) and not one.get("remark"):
            yield f"{place}.shared_data", f"“{one.get('name', '')}”是政府部门核发的"


@materials.rule(
    Severity.WARNING,
    "免提交的材料没有写数据来源",
    how="在“共享数据来源”写明由哪个部门的哪类数据或电子证照取得。",
    source="浙江省保障“最多跑一次”改革规定 第7条",
)
def shared_source_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if one.get("shared_data") and not one.get("shared_source"):
            yield f"{place}.shared_source", f"“{one.get('name', '')}”免提交，没有写数据从哪里来"


@materials.rule(
    Severity.WARNING,
    "不应由村（社区）出具的证明",
    how="改为部门核查、数据共享或申请人承诺。",
    source="民发〔2020〕20号（基层群众性自治组织出具证明工作的指导意见）",
)
def grassroots_proof(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        by_committee = _COMMITTEES.search(f"{one.get('issuer', '')}{one.get('name', '')}")
        if by_committee and _GRASSROOTS.search(one.get("name", "")):
            yield f"{place}.issuer", f"“{one['name']}”不应由村（社区）出具"


@materials.rule(
    Severity.WARNING,
    "清单里有非必要的材料",
    how="删去；只在某种情形才要的，必要性改为“必要”并设适用情形。",
    source="行政许可法 第31条（不得要求提交无关材料）",
)
def needless_material(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        always = not one.get("when") and not one.get("condition")
        if one.get("necessity") == Necessity.OPTIONAL and always and is_asked(one):
            yield f"{place}.necessity", f"“{one.get('name', '')}”是非必要材料"


@materials.rule(
    Severity.WARNING,
    "纸质材料没有写份数",
    how="填写原件份数或复印件份数；只收电子的，材料形式改为“电子”。",
    source="GB/T 39046-2020（原件份数、复印件份数）",
)
def copies_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        on_paper = one.get("form") in (MaterialForm.PAPER, MaterialForm.EITHER)
        if on_paper and is_asked(one) and not one.get("originals") and not one.get("copies"):
            yield f"{place}.originals", f"“{one.get('name', '')}”原件、复印件都是 0 份"


@materials.rule(
    Severity.WARNING,
    "核发的材料没有写出具机构",
    how="写明由哪个机关或机构出具，申请人才知道去哪里取得。",
    source="GB/T 39046-2020（出具机构）",
)
def issuer_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if one.get("source_channel") in (SourceChannel.GOVERNMENT, SourceChannel.OTHER) and not one.get(
            "issuer"
        ):
            yield f"{place}.issuer", f"“{one.get('name', '')}”没有写出具机构"


@materials.rule(
    Severity.WARNING,
    "要中介报告却没有列中介服务",
    how="在“中介服务”列出这项服务和设定依据；不需要中介的，来源渠道改为“申请人自备”。",
    source="浙江省保障“最多跑一次”改革规定 第27条；优化营商环境条例 第43条",
)
def intermediary_unlisted(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        bought = one.get("source_channel") == SourceChannel.OTHER and _INTERMEDIARY.search(
            one.get("name", "")
        )
        if bought and is_asked(one) and not values.get("intermediary_services"):
            yield f"{place}.source_channel", f"“{one['name']}”由第三方出具，没有列中介服务"


@materials.rule(
    Severity.HINT,
    "适用情形只写了文字",
    how="在“情形”设一个问题，并为这份材料选适用的答案；一次性告知单才能按申请人的情况精确到份。",
    source="行政许可法 第32条（一次告知全部内容）；浙江省保障“最多跑一次”改革规定 第4条",
)
def condition_without_situation(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if one.get("condition") and not one.get("when"):
            yield f"{place}.when", f"“{one.get('name', '')}”在“{one['condition']}”时需要，没有设成情形"
