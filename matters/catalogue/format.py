"""The catalogue format: which fields each object has, of what kind, and which column each becomes.

Figures that can be computed from the rest (counts of materials, percentages) may stand in a file; they are
not read.
"""

from matters import enums
from matters.catalogue import national as codes
from matters.catalogue.fields import (
    Field,
    Many,
    Objects,
    Shape,
    choice,
    note,
    optional_list,
    text,
    yes_no,
)
from matters.catalogue.kinds import (
    Address,
    Choice,
    Code,
    CreditCode,
    Day,
    Reference,
    Text,
    Whole,
    YesNo,
)
from matters.catalogue.parts import (
    DEPARTMENT_CODE,
    DEVIATIONS,
    FEES,
    INTERMEDIARIES,
    LEGAL_BASES,
    LEVEL,
    LIMIT,
    LINKS,
    MATERIALS,
    MATTER_CODE,
    PRESENCE,
    QUESTIONS,
    RESULT,
    SITUATIONS,
    SPECIAL_PROCEDURES,
    STEPS,
    TRIPS,
    limit_parts,
    remedy_parts,
)
from matters.models import (
    Bundle,
    BundleDependency,
    Department,
    MainItem,
    MatterVersion,
    ServicePoint,
)

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
    Field("reconsideration", remedy_parts("reconsideration", "行政复议"), default=None, label="行政复议"),
    Field("litigation", remedy_parts("litigation", "行政诉讼"), default=None, label="行政诉讼"),
]

TIME = [
    Field("statutory_limit", limit_parts("statutory", "法定", "anticipate", note=True), label="法定办结时限"),
    Field("promised_limit", limit_parts("promised", "承诺", "promise", note=True), label="承诺办结时限"),
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
    yes_no("may_simulate", label="可模拟审批"),
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
# Of a matter with a version in force, the one that waits for its day. Workbooks say the newest version alone.
TO_COME = optional_list("matters_to_come", MATTERS, label="待生效的事项")
SHAPE = Shape([*CATALOGUE, TO_COME], ignored=frozenset({"meta", "sources"}))
