"""Whether the guide says what the law wants published (行政许可法 §30, 国令716 §6)."""

import re

from matters.catalogue.parsing import Values
from matters.checks.findings import Context, Severity
from matters.checks.reading import (
    LAW,
    POWERS,
    is_application_form,
    is_licence,
    rows,
    said,
)
from matters.checks.registry import Found, Group
from matters.enums import BodyNature, ItemType, PowerSource, ServiceObject

guide = Group("办事指南要素")

_UNPUBLISHED = re.compile(r"内部(文件|规定|通知)|会议纪要|口头|未公开|不公开|领导批示")
_VAGUE_CONDITION = re.compile(r"其他(条件|情形|要求)|(有关|相关)(规定|要求|条件)")
_ONLY_NATURAL = {
    "生育收养",
    "户籍办理",
    "入伍服役",
    "就业创业",
    "职业资格",
    "婚姻登记",
    "优待抚恤",
    "出境入境",
    "离职退休",
    "死亡殡葬",
    "社会救助",
    "人才服务",
}
_FOUNDING = "设立变更"  # of bodies, and of the sole traders among natural persons
_SOLE_TRADER = re.compile(r"个体|个人")
_ONLY_LEGAL = {"资质认证", "年检年审", "投资审批", "融资信贷", "招标拍卖", "海关口岸", "商务贸易", "法人注销"}


@guide.rule(
    Severity.ERROR,
    "没有受理条件",
    how="在“受理条件”逐条写明；没有特别条件的，写“申请材料齐全、符合法定形式”。",
    source="行政许可法 第30条；国务院关于在线政务服务的若干规定 第6条",
    blocks=True,
)
def conditions_missing(values: Values, context: Context) -> Found:
    if not values.get("acceptance_conditions"):
        yield "acceptance_conditions", "没有写受理条件"


@guide.rule(
    Severity.ERROR,
    "没有申请材料",
    how="列出全部申请材料，至少有申请书；由系统生成的也列出并注明“系统可代为生成”。",
    source="行政许可法 第30条；国务院关于在线政务服务的若干规定 第6条；浙江省保障“最多跑一次”改革规定 第4条",
    blocks=True,
)
def materials_missing(values: Values, context: Context) -> Found:
    if values.get("materials") == []:
        yield "materials", "没有列出任何申请材料"


@guide.rule(
    Severity.ERROR,
    "许可没有说明数量限制",
    how="在“数量限制”写明数量和依据；没有限制的，写“无数量限制”。",
    source="行政许可法 第30条、第57条",
    blocks=True,
)
def quantity_missing(values: Values, context: Context) -> Found:
    if is_licence(values) and not said(values, "quantity_limit"):
        yield "quantity_limit", "没有说明有无数量限制"


@guide.rule(
    Severity.ERROR,
    "许可的申请书没有示范文本",
    how="为申请书上传“示例样表”；由系统生成的，勾选“系统可代为生成”。",
    source="行政许可法 第30条",
    blocks=True,
)
def sample_form_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        has_sample = one.get("sample_form") or one.get("generated")
        if is_licence(values) and is_application_form(one) and not has_sample:
            yield f"{place}.sample_form", f"“{one.get('name', '')}”没有示例样表"


@guide.rule(
    Severity.WARNING,
    "申请书没有空白表格",
    how="上传“空白表格”，格式文本免费提供；由系统生成的，勾选“系统可代为生成”。",
    source="行政许可法 第29条；GB/T 39046-2020",
)
def blank_form_missing(values: Values, context: Context) -> Found:
    for place, one in rows(values, "materials"):
        if is_application_form(one) and not (one.get("blank_form") or one.get("generated")):
            yield f"{place}.blank_form", f"“{one.get('name', '')}”没有空白表格"


@guide.rule(
    Severity.ERROR,
    "以未公布的文件为依据",
    how="改用已经公布的法律、法规、规章；没有的，这个事项不能实施。",
    source="行政许可法 第5条",
    blocks=True,
)
def basis_unpublished(values: Values, context: Context) -> Found:
    if _UNPUBLISHED.search(said(values, "legal_basis")):
        yield "legal_basis", f"设定依据“{said(values, 'legal_basis')}”不是公布的规定"
    for place, one in rows(values, "legal_bases"):
        if _UNPUBLISHED.search(one.get("law", "")):
            yield f"{place}.law", f"设定依据“{one['law']}”不是公布的规定"


@guide.rule(
    Severity.ERROR,
    "许可没有法律法规的依据",
    how="在“设定依据”写明设定许可的法律、行政法规、国务院决定、地方性法规或省级政府规章及条款。",
    source="行政许可法 第14条、第15条、第17条",
    blocks=True,
)
def licence_basis_rank(values: Values, context: Context) -> Found:
    laws = [said(values, "legal_basis"), *(one.get("law", "") for one in values.get("legal_bases") or [])]
    if is_licence(values) and "legal_basis" in values and not any(LAW.search(law) for law in laws):
        yield "legal_basis", f"“{laws[0]}”中没有法律、法规或规章"


@guide.rule(
    Severity.WARNING,
    "设定依据没有分条写明",
    how="在“设定依据条款”逐条填写法律法规名称、文号、条款号和条款内容。",
    source="国家政务服务事项实施清单要素（GB/T 39554-2020）",
)
def basis_not_structured(values: Values, context: Context) -> Found:
    if values.get("legal_bases") == []:
        yield "legal_bases", "没有逐条的设定依据"
    for place, one in rows(values, "legal_bases"):
        if not one.get("article"):
            yield f"{place}.article", f"“{one.get('law', '')}”没有写条款号"


@guide.rule(
    Severity.WARNING,
    "缺少国家清单的必填要素",
    how="补填这一项；国家政务服务平台汇聚时要求填写。",
    source="国家政务服务事项实施清单要素（GB/T 39554-2020）",
)
def national_element_missing(values: Values, context: Context) -> Found:
    wanted = {"catalog_code": "基本编码", "task_code": "实施编码"}
    if values.get("item_type") in POWERS:
        wanted |= {"power_source": "权力来源", "body_nature": "实施主体性质"}
    for name, label in wanted.items():
        if not values.get(name):
            yield name, f"没有填{label}"


@guide.rule(
    Severity.ERROR,
    "委托实施却没有写委托部门",
    how="在“委托部门”写明以谁的名义实施；不是委托的，改正权力来源和实施主体性质。",
    source="行政许可法 第24条",
    blocks=True,
)
def entrusting_department_missing(values: Values, context: Context) -> Found:
    sources = {PowerSource.ENTRUSTED_ABOVE, PowerSource.ENTRUSTED_SAME}
    entrusted = values.get("body_nature") == BodyNature.ENTRUSTED or values.get("power_source") in sources
    if entrusted and not said(values, "entrusting_department"):
        yield "entrusting_department", "受委托实施，但没有写委托部门"


@guide.rule(
    Severity.WARNING,
    "公共服务类别与事项类型不一致",
    how="公共服务事项选一个公共服务类别；行政权力事项不选。",
    source="“最多跑一次”公共服务事项九类划分",
)
def public_service_category(values: Values, context: Context) -> Found:
    if "item_type" not in values:
        return
    is_service = values["item_type"] == ItemType.PUBLIC_SERVICE
    if is_service and not values.get("public_service_category"):
        yield "public_service_category", "公共服务事项没有选类别"
    if not is_service and values.get("public_service_category"):
        yield "public_service_category", "行政权力事项不应有公共服务类别"


@guide.rule(
    Severity.WARNING,
    "服务对象与主题分类不一致",
    how="自然人事项用自然人的主题，法人事项用法人的主题；或改正服务对象。",
    source="浙江政务服务事项校验规则 9",
)
def topic_audience(values: Values, context: Context) -> Found:
    objects, topic = set(values.get("service_objects") or []), said(values, "topic")
    if not objects:
        return
    if topic in _ONLY_NATURAL and ServiceObject.NATURAL not in objects:
        yield "topic", f"“{topic}”是自然人的主题，服务对象中没有自然人"
    legal = topic in _ONLY_LEGAL or (topic == _FOUNDING and not _SOLE_TRADER.search(said(values, "name")))
    if legal and objects == {ServiceObject.NATURAL}:
        yield "topic", f"“{topic}”是法人的主题，服务对象只有自然人"


@guide.rule(
    Severity.WARNING,
    "受理条件有兜底条款",
    how="把“其他条件”“有关规定”换成能够逐条对照的具体条件，或删去。",
    source="国办发〔2018〕45号（消除模糊条款、兜底条款）",
)
def vague_condition(values: Values, context: Context) -> Found:
    for index, condition in enumerate(values.get("acceptance_conditions") or []):
        if _VAGUE_CONDITION.search(condition):
            yield f"acceptance_conditions[{index}]", f"受理条件“{condition}”不明确"


@guide.rule(
    Severity.WARNING,
    "许可没有常见问题",
    how="在“常见问题”至少写一条，写群众真正常问的。",
    source="浙江政务服务事项校验规则 10",
)
def licence_questions(values: Values, context: Context) -> Found:
    if is_licence(values) and not values.get("questions"):
        yield "questions", "行政许可至少要有一条常见问题"


@guide.rule(
    Severity.HINT,
    "没有日常用语",
    how="写上群众平时怎么叫这件事，如“注册公司”；搜索用得到。",
    source="国家政务服务事项实施清单要素（日常用语）",
)
def everyday_name_missing(values: Values, context: Context) -> Found:
    if said(values, "everyday_name") in ("", said(values, "name")):
        yield "everyday_name", "没有写群众平时的叫法"


@guide.rule(
    Severity.ERROR,
    "取消日期不晚于生效日期",
    how="改正计划生效日期或计划取消日期。",
    source="国家政务服务事项实施清单要素（计划生效日期、计划取消日期）",
)
def cancelled_before_effective(values: Values, context: Context) -> Found:
    starts, ends = values.get("effective_on"), values.get("cancel_on")
    if starts and ends and ends <= starts:
        yield "cancel_on", f"计划 {ends} 取消，不晚于 {starts} 生效"


@guide.rule(
    Severity.HINT,
    "没有写申请人的权利和义务",
    how="写明依法享有的权利和应履行的义务；没有特别的，写陈述申辩、复议诉讼等通用权利和如实提交材料的义务。",
    source="国家政务服务事项实施清单要素（权利义务）",
)
def rights_missing(values: Values, context: Context) -> Found:
    for name, label in (("rights", "权利"), ("duties", "义务")):
        if values.get("item_type") in POWERS and not said(values, name):
            yield name, f"没有写申请人的{label}"
