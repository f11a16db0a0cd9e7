"""How the checks read a guide: parts that a draft may lack, words that say “none”, what kind of thing a material is."""

import re
from collections.abc import Iterator

from matters.catalogue.parsing import Values
from matters.enums import CaseType, HandlingForm, ItemType, LimitUnit, MaterialType, StepKind

ONLINE = {HandlingForm.WEB, HandlingForm.MOBILE}
POWERS = set(ItemType.values) - {ItemType.PUBLIC_SERVICE}
LAW = re.compile(r"法|条例|规定|办法|规章|细则|决定|国令|法释|准则")

_NONE = re.compile(r"(无|没有|不需要?|无需|不涉及|/|-)$|(无|无需|不需要?|没有)(?!法|障碍|锡|为)")
_FORM = re.compile(r"申请(书|表)|(登记|申领|申报|备案|审批|审核|确认|信息)(表|书)$|申请审核表|登记（备案）")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")


def rows(values: Values, part: str) -> Iterator[tuple[str, Values]]:
    """Yield each row of a part with its place, e.g. `materials[2]`."""
    for index, row in enumerate(values.get(part) or []):
        yield f"{part}[{index}]", row


def said(values: Values, name: str) -> str:
    """Return a text without the space around it; empty where a draft lacks it."""
    return (values.get(name) or "").strip()


def says_none(text: str) -> bool:
    """Return whether a text says that there is nothing: 无, 无（上门送达）, 不需要; but not 无法…"""
    return bool(_NONE.match(text.strip()))


def plain_name(name: str) -> str:
    """Return a name without what stands in brackets."""
    return _BRACKETS.sub("", name).strip()


def is_licence(values: Values) -> bool:
    return values.get("item_type") == ItemType.LICENSING


def is_instant(values: Values) -> bool:
    return values.get("case_type") == CaseType.INSTANT


def promises_at_once(values: Values) -> bool:
    """Return whether the promise is to finish on the spot: 当场, or 0 of whatever unit."""
    return values.get("promised_unit") == LimitUnit.INSTANT or values.get("promised_value") == 0


def is_online(values: Values) -> bool:
    return bool(ONLINE & set(values.get("handling_forms") or []))


def is_application_form(material: Values) -> bool:
    """Return whether a material is the application itself, not a certificate or proof that goes with it."""
    return material.get("material_type") == MaterialType.FORM and bool(
        _FORM.search(plain_name(material.get("name", ""))) or _FORM.search(material.get("name", ""))
    )


def is_asked(material: Values) -> bool:
    """Return whether the applicant has to bring it: it neither comes by data sharing nor is made by the system."""
    return not (material.get("shared_data") or material.get("generated"))


def ends_before_decision(values: Values) -> list[Values]:
    """Return the steps that lie within the time limit: not payment and not the check after a commitment."""
    after = {StepKind.PAYOUT, StepKind.POST_CHECK}
    return [step for step in values.get("flow") or [] if step.get("kind") not in after]
