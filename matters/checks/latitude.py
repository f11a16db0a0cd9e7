"""How far a locality may depart from the template it adopted, element by element, and where that is laid down."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices

from matters.catalogue.differences import ADDED, Difference
from matters.catalogue.parsing import Values
from matters.checks.money import says_free
from matters.checks.units import Limit, limit, surely_longer
from matters.enums import CaseType, Necessity


class Latitude(TextChoices):
    LOCAL = "local", "由本地填写"  # a template says nothing of it
    FREE = "free", "可以不同"
    FAVOUR = "favour", "只可更便民"
    REASON = "reason", "可以不同，须说明理由"
    NEVER = "never", "不得不同"


# Whether a difference favours the applicant; None where that cannot be told.
Better = Callable[[Difference], bool | None]


@dataclass(frozen=True)
class Rule:
    """How far one element may differ, and why; `better` says which way favours the applicant."""

    latitude: Latitude
    source: str
    better: Better | None = None


UNIFORM = "国发〔2018〕27号（名称、编码、依据、类型“四级四同”）"
STANDARD = "国发〔2022〕5号（受理条件、服务对象、申请材料、法定时限、办理结果等要素统一）"
CONDITIONS = "行政许可法 第16条（不得增设违反上位法的条件）；国发〔2022〕5号"
PROMISE = "浙江省保障“最多跑一次”改革规定 第12条"
ONCE = "浙江省保障“最多跑一次”改革规定 第2条、第6条"
MATERIALS = "浙江省保障“最多跑一次”改革规定 第7条、第8条；优化营商环境条例 第44条"
EXCEPTIONS = "浙江省保障“最多跑一次”改革规定 第4条（例外事项目录由省公布）"
CHARGES = "行政许可法 第58条、第59条"
OWN = "实施机关自行公布（行政许可法 第30条）"


def _fewer(name: str) -> Better:
    """Return whether the number is smaller here than in the template."""

    def better(one: Difference) -> bool | None:
        theirs, ours = (side.get(name) for side in one.sides)
        return None if theirs is None or ours is None else ours < theirs

    return better


def _all_and_more(name: str) -> Better:
    """Return whether everything that the template offers is offered here too."""
    return lambda one: set(one.sides[0].get(name) or []) <= set(one.sides[1].get(name) or [])


def _is(name: str, wanted: object) -> Better:
    return lambda one: one.sides[1].get(name) == wanted


def _fewer_rows(one: Difference) -> bool:
    return one.change != ADDED


def _not_asked_for(one: Difference) -> bool:
    return one.sides[0].get("necessity") == Necessity.REQUIRED


def _sooner(one: Difference) -> bool | None:
    theirs, ours = (_promise(side) for side in one.sides)
    if theirs is None or ours is None:
        return None
    if surely_longer(theirs, ours):
        return True
    return False if surely_longer(ours, theirs) else None


def _promise(side: Values) -> Limit | None:
    return limit(side.get("promised_value"), side.get("promised_unit"))


def _cheaper(one: Difference) -> bool | None:
    theirs, ours = (says_free(side) for side in one.sides)
    return True if ours else False if theirs else None


def _rules(latitude: Latitude, source: str, *paths: str) -> dict[str, Rule]:
    return {path: Rule(latitude, source) for path in paths}


def _favour(source: str, **better: Better) -> dict[str, Rule]:
    return {path.replace("__", "."): Rule(Latitude.FAVOUR, source, one) for path, one in better.items()}


# By path (`Difference.path`); `materials` speaks of whole rows, `materials.*` of what stands in them.
LATITUDE: dict[str, Rule] = {
    # what a template leaves to each place
    **_rules(
        Latitude.LOCAL,
        OWN,
        *("code", "department", "main_item", "local_catalog_code", "task_code", "local_task_code"),
        *("handling_item_code", "body_nature", "entrusting_department", "handling_organisation"),
        *("joint_departments", "effective_on", "cancel_on", "deliberation_required", "reconsideration"),
        *("litigation", "online_url", "mobile_url", "service_points", "flow", "pre_review", "address"),
        *("hours", "directions", "consulting", "complaints", "confidence", "source", "note"),
        *("template", "template_version", "deviations"),
    ),
    **_rules(
        Latitude.FREE,
        OWN,
        *("everyday_name", "topic", "life_events", "review_type", "trips_before_reform", "on_site_reason"),
        *(
            "may_simulate",
            "entered_hall",
            "cross_region_scope",
            "appointment_supported",
            "appointments_a_day",
        ),
        *("appointment_rule", "self_service", "online_payment", "result.sample", "promised_limit.note"),
        *("questions", "materials.*"),
    ),
    **_rules(
        Latitude.NEVER,
        UNIFORM,
        *("name", "catalog_code", "item_type_code", "public_service_category", "legal_basis", "legal_bases"),
    ),
    **_rules(
        Latitude.NEVER,
        STANDARD,
        *("service_objects", "statutory_limit", "result.name", "result.type", "result.validity"),
        *("result.certificate_type", "materials.name", "materials.material_type"),
    ),
    **_rules(Latitude.NEVER, CONDITIONS, "acceptance_conditions", "quantity_limit"),
    **_rules(Latitude.NEVER, EXCEPTIONS, "exception_listed", "exception_basis"),
    **_rules(
        Latitude.REASON,
        STANDARD,
        *("power_source", "exercise_level", "authority_split", "exercise_content", "rights", "duties"),
        *("special_procedures", "presence.*", "on_site_inspection", "commitment_allowed", "commitment_terms"),
        *("fee_reduction", "fees.*", "intermediary_services.*", "result.satisfies", "situations"),
        *("materials.form", "materials.source_channel", "materials.issue_time", "materials.condition"),
        *("materials.when", "materials.basis", "materials.acceptance_standard"),
    ),
    **_favour(PROMISE, promised_limit__value=_sooner, promised_limit__unit=_sooner),
    **_favour(PROMISE, case_type=_is("case_type", CaseType.INSTANT)),
    **_favour(ONCE, max_trips=_fewer("max_trips"), presence=_fewer_rows),
    **_favour(
        ONCE,
        handling_forms=_all_and_more("handling_forms"),
        online_depth=_all_and_more("online_depth"),
        correction_channels=_all_and_more("correction_channels"),
        delivery_options=_all_and_more("delivery_options"),
        cross_region_code=_fewer("cross_region_code"),
        express_supported=_is("express_supported", True),
        materials_by_mail=_is("materials_by_mail", True),
        result_by_mail=_is("result_by_mail", True),
        e_certificate=_is("e_certificate", True),
    ),
    **_favour(
        MATERIALS,
        materials=_fewer_rows,
        materials__originals=_fewer("originals"),
        materials__copies=_fewer("copies"),
        materials__necessity=_not_asked_for,
        materials__tolerable_missing=_is("tolerable_missing", True),
        materials__shared_data=_is("shared_data", True),
        materials__generated=_is("generated", True),
        materials__signature_required=_is("signature_required", False),
    ),
    **_favour(CHARGES, fee=_cheaper, fees=_fewer_rows, intermediary_services=_fewer_rows),
}


def rule_of(path: str) -> Rule:
    """Return the rule for an element, which may be that of the list or object in which it stands."""
    if path in LATITUDE:
        return LATITUDE[path]
    around = path.rpartition(".")[0]
    return LATITUDE.get(f"{around}.*") or rule_of(around)


def is_local(key: str) -> bool:
    """Return whether an element of a guide is left to each place: no template speaks of it."""
    return key in LATITUDE and LATITUDE[key].latitude == Latitude.LOCAL
