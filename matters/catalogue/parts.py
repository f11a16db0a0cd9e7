"""The parts of a guide: what its materials, steps, questions, fees and other rows are made of."""

from matters import enums
from matters.catalogue import national as codes
from matters.catalogue.fields import (
    Field,
    Inner,
    Many,
    Objects,
    Selector,
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
    Day,
    Element,
    Reference,
    Sibling,
    Text,
    Whole,
    YesNo,
)
from matters.models import (
    Material,
    MatterVersion,
    Step,
)

LEVEL = Whole(most=7, least=1)
TRIPS = Whole(most=99)
DEPARTMENT_CODE, MATTER_CODE, STEP_KEY = Reference(16, "departments"), Reference(50, "matters"), Code(40)
UNIT = Choice(enums.LimitUnit, "时限单位")

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
        choice("join", enums.JoinPolicy, "汇合方式", default=enums.JoinPolicy.ALL.value),
        Field("lead", Sibling(40), default="", label="主办环节"),
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
        choice("countersign", enums.Countersign, "负责人核签", default=enums.Countersign.NEVER.value),
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


def limit_parts(name: str, called: str, national: str, *, note: bool) -> Inner:
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


def remedy_parts(name: str, called: str) -> Inner:
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

DEVIATIONS = Objects(
    [
        Field("key", Element(300, required=True), label="要素"),
        Field("why", Text(400, required=True), label="理由"),
    ]
)
