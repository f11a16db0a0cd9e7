"""The catalogue format: which fields each object has, of what kind, and which column each becomes.

Figures that can be computed from the rest (counts of materials, percentages) may stand in a file; they are
not read.
"""

from matters import enums
from matters.catalogue.fields import (
    Choice,
    Code,
    CreditCode,
    Field,
    Inner,
    Many,
    Objects,
    Text,
    Whole,
    YesNo,
    optional_list,
    text,
    yes_no,
)
from matters.models import Bundle, BundleDependency, Department, Material, MatterVersion, ServicePoint, Step

LEVEL = Whole(most=7, least=1)
TRIPS = Whole(most=99)
DEPARTMENT_CODE, MATTER_CODE, STEP_KEY = Code(16), Code(50), Code(40)
UNIT = Choice(enums.LimitUnit, "时限单位")

DEPARTMENTS = Objects(
    [
        Field("code", DEPARTMENT_CODE),
        text("name", Department, required=True),
        Field("uscc", CreditCode(), default=""),
        Field("level", LEVEL, default=4),
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
        Field("code", Code(16)),
        text("name", ServicePoint, required=True),
        Field("kind", Choice(enums.ServicePointKind, "网点类型")),
        text("address", ServicePoint, required=True),
        text("hours", ServicePoint, required=True),
        text("phone", ServicePoint),
    ]
)

MATERIALS = Objects(
    [
        text("name", Material, required=True),
        text("key", Material),
        Field("material_type", Choice(enums.MaterialType, "材料类型")),
        Field("form", Choice(enums.MaterialForm, "材料形式")),
        Field("originals", TRIPS),
        Field("copies", TRIPS),
        Field("source_channel", Choice(enums.SourceChannel, "来源渠道")),
        text("issuer", Material),
        Field("necessity", Choice(enums.Necessity, "材料必要性")),
        yes_no("tolerable_missing"),
        yes_no("shared_data"),
        text("condition", Material),
        text("filling_note", Material),
    ]
)

STEPS = Objects(
    [
        Field("key", STEP_KEY),
        text("name", Step, required=True),
        Field("kind", Choice(enums.StepKind, "环节种类")),
        Field("department", DEPARTMENT_CODE),
        optional_list("after", Many(STEP_KEY)),
        Field("days", Whole(), default=None),
        Field("unit_of_days", UNIT, "unit", default=enums.LimitUnit.WORKDAY.value),
        Field("staff_min", Whole(most=20, least=1), default=None),
        yes_no("counts_time", default=True),
        text("unit", Step, "performed_by"),
        Field("level", LEVEL, default=None),
        yes_no("commitment"),
        text("produces", Step),
        text("note", Step),
    ]
)

PRESENCE = Objects(
    [
        Field("need", Choice(enums.PresenceNeed, "到场事由")),
        Field("by", Choice(enums.PresenceBy, "到场人")),
        Field("when", Choice(enums.PresenceWhen, "到场时点"), default=enums.PresenceWhen.FILING.value),
        optional_list("waived_by", Many(Choice(enums.PresenceWaiver, "免到场方式"))),
        Field("reason", Text(200), default=""),
    ]
)


def _limit(name: str, *, note: bool) -> Inner:
    parts = [Field("value", Whole(), f"{name}_value"), Field("unit", UNIT, f"{name}_unit")]
    return Inner([*parts, Field("note", Text(), f"{name}_note", default="")] if note else parts)


RESULT = Inner(
    [
        text("name", MatterVersion, "result_name", required=True),
        Field("type", Choice(enums.ResultKind, "结果类型"), "result_kind"),
        text("validity", MatterVersion, "result_validity"),
        optional_list("satisfies", Many(Text(100, required=True)), "result_satisfies"),
    ]
)

MATTERS = Objects(
    [
        Field("code", MATTER_CODE),
        Field("department", DEPARTMENT_CODE),
        text("name", MatterVersion, required=True),
        text("everyday_name", MatterVersion),
        Field("item_type_code", Choice(enums.ItemType, "事项类型"), "item_type"),
        Field("exercise_level", LEVEL),
        text("topic", MatterVersion, required=True),
        Field("service_objects", Many(Choice(enums.ServiceObject, "服务对象"), required=True)),
        Field("case_type", Choice(enums.CaseType, "办件类型")),
        text("review_type", MatterVersion),
        Field("handling_forms", Many(Choice(enums.HandlingForm, "办理形式"), required=True)),
        optional_list("online_depth", Many(Whole(most=8, least=1))),
        text("cross_region_scope", MatterVersion),
        Field("statutory_limit", _limit("statutory", note=True)),
        Field("promised_limit", _limit("promised", note=False)),
        Field("max_trips", TRIPS),
        Field("trips_before_reform", TRIPS, default=0),
        text("on_site_reason", MatterVersion),
        optional_list("presence", PRESENCE),
        optional_list("correction_channels", Many(Choice(enums.HandlingForm, "补正渠道"))),
        Field("express_supported", YesNo()),
        yes_no("appointment_supported"),
        yes_no("online_payment"),
        yes_no("on_site_inspection"),
        yes_no("commitment_allowed"),
        yes_no("e_certificate"),
        text("fee", MatterVersion, required=True),
        optional_list("acceptance_conditions", Many(Text(500, required=True))),
        optional_list("special_procedures", Many(Text(500, required=True))),
        optional_list("joint_departments", Many(DEPARTMENT_CODE)),
        optional_list("intermediary_services", Many(Text(200, required=True))),
        text("legal_basis", MatterVersion, required=True),
        Field("result", RESULT),
        optional_list("delivery_options", Many(Text(40, required=True))),
        Field("materials", MATERIALS),
        Field("flow", STEPS),
        optional_list("pre_review", STEPS),
        text("confidence", MatterVersion),
        optional_list("source", Many(Text(40, required=True)), "sources"),
        text("note", MatterVersion),
    ],
    ignored=frozenset({"seeds"}),
)

MEMBERS = Objects([Field("matter", MATTER_CODE), yes_no("optional")])
DEPENDENCIES = Objects(
    [
        Field("first", MATTER_CODE),
        Field("then", MATTER_CODE),
        text("reason", BundleDependency, required=True),
    ]
)

BUNDLES = Objects(
    [
        Field("code", Code(50)),
        text("name", Bundle, required=True),
        text("kind", Bundle, required=True),
        Field("lead_department", DEPARTMENT_CODE),
        text("lead_rule", Bundle, required=True),
        Field("members", MEMBERS),
        optional_list("dependencies", DEPENDENCIES),
        Field("promised_workdays", Whole()),
        Field("trips_before", TRIPS),
        Field("trips_after", TRIPS),
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
    optional_list("departments", DEPARTMENTS),
    optional_list("service_points", SERVICE_POINTS),
    optional_list("matters", MATTERS),
    optional_list("bundles", BUNDLES),
]
ABOUT = frozenset({"meta", "sources"})
