"""The catalogue format: which fields each object has, of what kind, and which column each becomes.

Figures that can be computed from the rest (counts of materials, percentages) may stand in a file; they are
not read.
"""

from matters import enums
from matters.catalogue import national as codes
from matters.catalogue.fields import (
    Field,
    Inner,
    Many,
    Objects,
    Selector,
    Shape,
    choice,
    note,
    optional_list,
    selector,
    text,
    yes_no,
)
from matters.catalogue.kinds import (
    Address,
    Choice,
    Code,
    CreditCode,
    Day,
    Element,
    Reference,
    Text,
    Whole,
    YesNo,
)
from matters.models import (
    Bundle,
    BundleDependency,
    Department,
    MainItem,
    Material,
    MatterVersion,
    ServicePoint,
    Step,
)

LEVEL = Whole(most=7, least=1)
TRIPS = Whole(most=99)
DEPARTMENT_CODE, MATTER_CODE, STEP_KEY = Reference(16, "departments"), Reference(50, "matters"), Code(40)
UNIT = Choice(enums.LimitUnit, "时限单位")

DEPARTMENTS = Objects(
    [
        Field("code", Code(16), label="部门代码"),
        text("name", Department, required=True),
        Field("uscc", CreditCode(), default="", label="统一社会信用代码"),
        Field("level", LEVEL, default=4, label="行使层级"),
        text("region_code", Department, required=True),
        text("consult_phone", Department),
        text("complaint_phone", Department),
        text("hall_hours", Department),
        text("note", Department),
    ],
    ignored=frozenset({"name_en", "uscc_synthetic"}),
)

SERVICE_POINTS = Objects(
    [
        Field("code", Code(16), label="网点代码"),
        text("name", ServicePoint, required=True),
        Field("kind", Choice(enums.ServicePointKind, "网点类型"), label="网点类型"),
        text("address", ServicePoint, required=True),
        text("hours", ServicePoint, required=True),
        text("phone", ServicePoint),
    ]
)

LIMIT = Whole(most=9999)
QUESTION_KEY = Code(40)

SITUATIONS = Objects(
    [
        Field("key", QUESTION_KEY, label="问题键"),
        Field("text", Text(200, required=True), label="问题"),
        note("help", "说明"),
        selector(),
        Field(
            "answers",
            Objects(
                [
                    Field("key", QUESTION_KEY, label="答案键"),
                    Field("label", Text(100, required=True), label="答案"),
                    note("help", "说明"),
                ]
            ),
            label="答案",
        ),
    ]
)

MATERIALS = Objects(
    [
        text("name", Material, required=True, label="材料名称", national="material_name"),
        text("key", Material, label="合并键"),
        Field(
            "material_type",
            Choice(enums.MaterialType, "材料类型"),
            label="材料类型",
            national="material_type",
        ),
        Field("form", Choice(enums.MaterialForm, "材料形式"), label="材料形式", national="material_format"),
        Field("originals", TRIPS, label="原件份数", national="original_num"),
        Field("copies", TRIPS, label="复印件份数", national="copy_num"),
        note("page_format", "纸质材料规格", "page_format", longest=50),
        Field(
            "source_channel",
            Choice(enums.SourceChannel, "来源渠道"),
            label="来源渠道",
            national="source_type",
        ),
        note("source_explain", "来源渠道说明", "source_explain"),
        text("issuer", Material, label="出具机构", national="issuing_body"),
        note("issue_time", "出具时间要求", "issue_time"),
        note("how_to_get", "取得办法", "get_explain"),
        note("where_to_get", "取得地点", "get_address"),
        note("usage", "使用说明", "use_explain"),
        Field("necessity", Choice(enums.Necessity, "材料必要性"), label="材料必要性", national="is_need"),
        yes_no("tolerable_missing", label="可容缺", national="is_tolerable"),
        yes_no("shared_data", label="数据共享免提交", national="is_shared"),
        note("shared_source", "共享数据来源", "shared_source", longest=100),
        yes_no("generated", label="系统可代为生成", national="is_generated"),
        yes_no("signature_required", label="须签字盖章", national="is_sign"),
        text("condition", Material, label="何种情形需要", national="condition"),
        selector(),
        note("basis", "要求提供材料的依据", "by_law"),
        note("acceptance_standard", "受理标准", "accept_stand"),
        text("filling_note", Material, label="填报须知", national="fill_explain"),
        note("blank_form", "空白表格", "form_guid", longest=100),
        note("sample_form", "示例样表", "example_guid", longest=100),
        Field("max_size_mib", Whole(most=100, least=1), default=None, label="单个文件上限（MiB）"),
        optional_list("accepted_types", Many(Text(10, required=True)), label="可上传的文件类型"),
        note("remark", "备注", "remark"),
    ]
)

STEPS = Objects(
    [
        Field("key", STEP_KEY, label="环节键"),
        text("name", Step, required=True, label="环节名称"),
        Field("kind", Choice(enums.StepKind, "环节种类"), label="环节种类"),
        Field("department", DEPARTMENT_CODE, label="办理部门"),
        optional_list("after", Many(STEP_KEY), label="前置环节"),
        Field("days", Whole(), default=None, label="时限"),
        Field(
            "unit_of_days",
            UNIT,
            "unit",
            default=enums.LimitUnit.WORKDAY.value,
            label="时限单位",
            codes=codes.UNITS,
        ),
        Field("staff_min", Whole(most=20, least=1), default=None, label="最少人数"),
        yes_no("counts_time", default=True, label="计入办理时限"),
        text("unit", Step, "performed_by", label="承办单位"),
        Field("level", LEVEL, default=None, label="层级"),
        yes_no("commitment", label="告知承诺"),
        selector(),
        text("produces", Step, label="产出"),
        text("note", Step, label="说明"),
    ]
)

PRESENCE = Objects(
    [
        Field("need", Choice(enums.PresenceNeed, "到场事由"), label="到场事由"),
        Field("by", Choice(enums.PresenceBy, "到场人"), label="到场人"),
        Field(
            "when",
            Choice(enums.PresenceWhen, "到场时点"),
            default=enums.PresenceWhen.FILING.value,
            label="到场时点",
        ),
        optional_list("waived_by", Many(Choice(enums.PresenceWaiver, "免到场方式")), label="免到场方式"),
        Field("situations", Selector(), default=dict, label="适用情形"),
        Field("reason", Text(200), default="", label="原因"),
    ]
)

LEGAL_BASES = Objects(
    [
        Field("law", Text(200, required=True), label="法律法规名称", national="law_name"),
        note("number", "依据文号", "law_number", longest=100),
        note("article", "条款号", "law_article", longest=100),
        note("issuer", "颁布机关", "law_issuer", longest=100),
        Field("effective_on", Day(), default="", label="实施日期", national="law_date"),
        note("text", "条款内容", "law_text"),
    ],
    plain="law",
)

SPECIAL_PROCEDURES = Objects(
    [
        Field("name", Text(200, required=True), label="环节名称", national="special_name"),
        Field("days", LIMIT, default=None, label="所需时限", national="special_days"),
        Field(
            "unit",
            UNIT,
            default=enums.LimitUnit.WORKDAY.value,
            label="时限单位",
            also=("所需时限单位",),
            codes=codes.UNITS,
        ),
        note("basis", "法定依据", "special_basis"),
        Field("counts_time", YesNo(), default=None, label="是否计算在法定办结时限内"),
        note("fee_basis", "收费依据", "special_fee_basis"),
    ],
    plain="name",
)

FEES = Objects(
    [
        Field("name", Text(200, required=True), label="收费项目", national="fee_name"),
        note("standard", "收费标准", "fee_stand"),
        note("basis", "收费依据", "by_law"),
        yes_no("reducible", label="允许减免", national="is_desc"),
        note("reduction_basis", "减免依据", "desc_explain"),
        note("remark", "备注", "remark"),
    ],
    plain="name",
)

INTERMEDIARIES = Objects(
    [
        Field("name", Text(200, required=True), label="中介服务名称", national="intermediary_name"),
        note("content", "服务内容", "intermediary_content"),
        note("basis", "设定依据", "intermediary_basis"),
    ],
    plain="name",
)

QUESTIONS = Objects(
    [
        Field("question", Text(200, required=True), label="问题", national="question"),
        Field("answer", Text(required=True), label="解答", national="answer"),
    ]
)

LINKS = Objects(
    [
        Field("way", Text(20, required=True), label="方式"),
        Field("value", Text(200, required=True), label="号码或地址"),
    ]
)


def _limit(name: str, called: str, national: str, *, note: bool) -> Inner:
    whole = f"{called}办结时限"  # which may stand over 数值 and 单位
    parts = [
        Field(
            "value",
            Whole(),
            f"{name}_value",
            label=whole,
            national=f"{national}_day",
            also=(f"{whole}数值",),
        ),
        Field(
            "unit",
            UNIT,
            f"{name}_unit",
            label=f"{called}时限单位",
            national=f"{national}_type",
            also=(f"{whole}单位",),
            codes=codes.UNITS,
        ),
    ]
    said = Field(
        "note",
        Text(),
        f"{name}_note",
        default="",
        label=f"{called}时限说明",
        national=f"{national}_explain",
    )
    return Inner([*parts, said] if note else parts)


def _remedy(name: str, called: str) -> Inner:
    """Where to turn against a decision: 行政复议 or 行政诉讼."""
    parts = {"department": "部门", "address": "地址", "phone": "电话", "url": "网址"}
    return Inner(
        [
            Field(
                key,
                Address() if key == "url" else Text(200),
                f"{name}_{key}",
                default="",
                label=f"{called}{said}",
            )
            for key, said in parts.items()
        ]
    )


RESULT = Inner(
    [
        text(
            "name",
            MatterVersion,
            "result_name",
            required=True,
            label="结果名称",
            national="result_name",
        ),
        Field(
            "type",
            Choice(enums.ResultKind, "结果类型"),
            "result_kind",
            label="结果类型",
            national="result_type",
            codes=codes.RESULTS,
        ),
        text("validity", MatterVersion, "result_validity", label="结果有效期", national="result_validity"),
        Field(
            "certificate_type",
            Text(50),
            "result_certificate_type",
            default="",
            label="证照类型代码",
            national="certificate_code",
        ),
        Field("sample", Text(100), "result_sample", default="", label="结果样本", national="result_guid"),
        optional_list("satisfies", Many(Text(100, required=True)), "result_satisfies", label="结果可作材料"),
    ]
)

BASIC = [
    Field("code", Code(50), label="事项编码", national="matter_code"),
    Field("department", DEPARTMENT_CODE, label="实施部门", national="dept_code"),
    text("name", MatterVersion, required=True, label="事项名称", national="task_name"),
    text("everyday_name", MatterVersion, label="日常用语", national="everyday_name"),
    Field("main_item", Reference(50, "main_items"), default="", label="所属大项", national="main_item"),
    note("catalog_code", "基本编码", "catalog_code", longest=50),
    note("local_catalog_code", "地方基本编码", "local_catalog_code", longest=50),
    note("task_code", "实施编码", "task_code", longest=50),
    note("local_task_code", "地方实施编码", "local_task_code", longest=50),
    note("handling_item_code", "业务办理项编码", "task_handle_item", longest=50),
    Field(
        "item_type_code",
        Choice(enums.ItemType, "事项类型"),
        "item_type",
        label="事项类型",
        national="task_type",
    ),
    choice("public_service_category", enums.PublicServiceCategory, "公共服务类别", default=""),
    choice("power_source", enums.PowerSource, "权力来源", "power_source", default=None),
    Field(
        "exercise_level",
        Choice(enums.ExerciseLevel, "行使层级"),
        label="行使层级",
        national="use_level",
    ),
    note("authority_split", "权限划分", "authority_split"),
    note("exercise_content", "行使内容", "use_content"),
    choice("body_nature", enums.BodyNature, "实施主体性质", "dept_type", default=None),
    note("entrusting_department", "委托部门", "entrust_name", longest=100),
    note("handling_organisation", "承办机构", "handling_org", longest=100),
    optional_list("joint_departments", Many(DEPARTMENT_CODE), label="联办机构", national="other_dept"),
    text("topic", MatterVersion, required=True, label="主题分类", national="topic_type"),
    optional_list("life_events", Many(Text(20, required=True)), label="人生事件"),
    Field(
        "service_objects",
        Many(Choice(enums.ServiceObject, "服务对象"), required=True),
        label="服务对象",
        national="server_type",
    ),
    Field("effective_on", Day(), default=None, label="计划生效日期", national="plan_effective_date"),
    Field("cancel_on", Day(), default=None, label="计划取消日期", national="plan_cancel_date"),
    yes_no("deliberation_required", label="特殊事项（须集体会商）"),
]

LEGAL = [
    text("legal_basis", MatterVersion, required=True, label="设定依据", national="by_law"),
    optional_list("legal_bases", LEGAL_BASES, label="设定依据条款"),
    note("rights", "依法享有的权利", "rights"),
    note("duties", "依法履行的义务", "duties"),
    Field("reconsideration", _remedy("reconsideration", "行政复议"), default=None, label="行政复议"),
    Field("litigation", _remedy("litigation", "行政诉讼"), default=None, label="行政诉讼"),
]

TIME = [
    Field("statutory_limit", _limit("statutory", "法定", "anticipate", note=True), label="法定办结时限"),
    Field("promised_limit", _limit("promised", "承诺", "promise", note=True), label="承诺办结时限"),
    Field("case_type", Choice(enums.CaseType, "办件类型"), label="办件类型", national="project_type"),
    text("review_type", MatterVersion, label="审查类型", national="review_type"),
    optional_list("special_procedures", SPECIAL_PROCEDURES, label="特别程序", national="special_procedure"),
]

HOW = [
    Field(
        "handling_forms",
        Many(Choice(enums.HandlingForm, "办理形式"), required=True),
        label="办理形式",
        national="handle_type",
    ),
    optional_list(
        "online_depth",
        Many(Choice(enums.OnlineDepth, "网上办理深度")),
        label="网上办理深度",
        national="online_handle_depth",
    ),
    Field("online_url", Address(), default="", label="网上办理地址", national="online_url"),
    Field("mobile_url", Address(), default="", label="移动端办理地址", national="mobile_url"),
    Field("max_trips", TRIPS, label="到办事现场次数", national="limit_scene_num"),
    Field("trips_before_reform", TRIPS, default=0, label="改革前次数"),
    text("on_site_reason", MatterVersion, label="必须现场办理原因", national="limit_scene_explain"),
    yes_no("exception_listed", label="在例外事项目录"),
    note("exception_basis", "例外事项目录文号"),
    optional_list("presence", PRESENCE, label="到场事由"),
    optional_list("correction_channels", Many(Choice(enums.HandlingForm, "补正渠道")), label="补正渠道"),
    yes_no("entered_hall", default=True, label="进驻政务大厅", national="is_entry_center"),
    text("cross_region_scope", MatterVersion, label="通办范围", national="handle_area", codes=codes.SCOPES),
    choice("cross_region_code", enums.CrossRegionScope, "通办范围代码", default=None),
    optional_list("service_points", Many(Reference(16, "service_points")), label="可受理网点"),
    yes_no("appointment_supported", label="支持预约", national="is_schedule"),
    Field("appointments_a_day", LIMIT, default=None, label="每天可预约量", national="schedule_num"),
    note("appointment_rule", "预约规则", "schedule_rule"),
    yes_no("self_service", label="支持自助终端", national="is_service_terminals"),
    Field("express_supported", YesNo(), label="支持物流快递", national="is_express"),
    Field("materials_by_mail", YesNo(), default=None, label="申报材料邮寄", national="is_mail_material"),
    Field("result_by_mail", YesNo(), default=None, label="结果邮寄", national="is_mail_result"),
    yes_no("on_site_inspection", label="需现场核查"),
    yes_no("commitment_allowed", label="可告知承诺", national="is_promise"),
    note("commitment_terms", "告知承诺内容", "promise_content"),
    optional_list(
        "acceptance_conditions",
        Many(Text(500, required=True)),
        label="受理条件",
        national="accept_condition",
    ),
    note("quantity_limit", "数量限制", "limit_explain"),
    optional_list(
        "intermediary_services", INTERMEDIARIES, label="中介服务", national="is_exist_intermediary"
    ),
    optional_list("delivery_options", Many(Text(40, required=True)), label="送达方式"),
]

MONEY = [
    text("fee", MatterVersion, required=True, label="收费", national="is_fee", codes=codes.IS_FEE),
    optional_list("fees", FEES, label="收费项目", national="fee"),
    yes_no("online_payment", label="支持网上支付", national="is_pay_online"),
    note("fee_reduction", "税费减免", "fee_reduction"),
]

OUTCOME = [
    Field("result", RESULT, label="办理结果"),
    yes_no("e_certificate", label="发电子证照"),
]

CONTACT = [
    note("address", "办理地点", "transact_addr"),
    note("hours", "办理时间", "transact_time"),
    note("directions", "交通指引", "traffic"),
    optional_list("consulting", LINKS, label="咨询方式", national="link_way"),
    optional_list("complaints", LINKS, label="监督投诉方式", national="supervise_way"),
    optional_list("questions", QUESTIONS, label="常见问题", national="faq"),
]

PROCESS = [
    optional_list("situations", SITUATIONS, label="情形"),
    Field("materials", MATERIALS, label="申请材料"),
    Field("flow", STEPS, label="办理流程"),
    optional_list("pre_review", STEPS, label="受理前预审环节"),
]

ORIGIN = [
    text("confidence", MatterVersion, label="数据可信度"),
    optional_list("source", Many(Text(40, required=True)), "sources", label="来源"),
    text("note", MatterVersion, label="备注"),
]

# Why a guide says something else than its template: `key` is the element as `differences` name it.
DEVIATIONS = Objects(
    [
        Field("key", Element(300, required=True), label="要素"),
        Field("why", Text(400, required=True), label="理由"),
    ]
)

TEMPLATE = [
    Field("template", Code(50), default="", label="所依模板"),
    Field("template_version", Whole(least=1), default=None, label="所依模板版本"),
    optional_list("deviations", DEVIATIONS, label="与模板不同的理由"),
]

# The sections in which people read and edit a guide, in their order.
GUIDE = {
    "basic": ("基本信息", BASIC),
    "time": ("办理时限", TIME),
    "how": ("怎么办", HOW),
    "process": ("情形、材料与流程", PROCESS),
    "result": ("办理结果", OUTCOME),
    "money": ("收费", MONEY),
    "legal": ("依据与救济", LEGAL),
    "contact": ("地点与联系", CONTACT),
    "origin": ("来源与备注", ORIGIN),
    "template": ("所依模板", TEMPLATE),
}
MATTERS = Objects(
    [one for _, fields in GUIDE.values() for one in fields],
    ignored=frozenset({"seeds"}),
)

MAIN_ITEMS = Objects(
    [
        Field("code", Code(50), label="大项编码"),
        text("name", MainItem, required=True, label="大项名称"),
        Field("department", DEPARTMENT_CODE, label="实施部门"),
    ]
)

MEMBERS = Objects([Field("matter", MATTER_CODE, label="成员事项"), yes_no("optional", label="可选")])
DEPENDENCIES = Objects(
    [
        Field("first", MATTER_CODE, label="先办事项"),
        Field("then", MATTER_CODE, label="后办事项"),
        text("reason", BundleDependency, required=True),
    ]
)

BUNDLES = Objects(
    [
        Field("code", Code(50), label="一件事编码"),
        text("name", Bundle, required=True, label="一件事名称"),
        text("kind", Bundle, required=True),
        Field("lead_department", DEPARTMENT_CODE, label="牵头部门"),
        Field("industry_department", DEPARTMENT_CODE, default="", label="行业主管部门"),
        text("lead_rule", Bundle, required=True),
        Field("members", MEMBERS, label="一件事成员"),
        optional_list("dependencies", DEPENDENCIES, label="先后关系"),
        Field("promised_workdays", Whole(), label="承诺工作日"),
        Field("trips_before", TRIPS, label="改革前次数"),
        Field("trips_after", TRIPS, label="改革后次数"),
        text("single_outlet", Bundle, "outlet"),
        text("note", Bundle),
    ],
    ignored=frozenset(
        {
            "confidence",
            "materials_actually_asked",
            "materials_after_dedup",
            "materials_before",
            "reduction_pct_dedup",
            "reduction_pct_dedup_and_sharing",
            "results",
            "seeds",
            "source",
            "unified_material_keys",
        }
    ),
)

CATALOGUE = [
    optional_list("departments", DEPARTMENTS, label="部门"),
    optional_list("service_points", SERVICE_POINTS, label="网点"),
    optional_list("main_items", MAIN_ITEMS, label="大项"),
    optional_list("matters", MATTERS, label="事项"),
    optional_list("bundles", BUNDLES, label="一件事"),
]
SHAPE = Shape(CATALOGUE, ignored=frozenset({"meta", "sources"}))
