"""What a bundle (一件事) is made of: its kind, who should lead it, and whether anybody uses it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matters.enums import BundleShape, ItemType, LeadRule, ResultKind
from matters.models import Bundle, Department, MatterVersion

Links = Collection[tuple[int, int]]


@dataclass(frozen=True)
class Lead:
    """The department that should lead a bundle, and the rule that says so."""

    department: Department
    rule: LeadRule


def shape_of(versions: Sequence[MatterVersion]) -> BundleShape:
    """Return which of the three kinds of 一件事 these matters make.

    A single matter is shared by the departments of its steps; steps must be prefetched or are read.
    """
    if len(versions) == 1:
        return BundleShape.ONE_MATTER
    owners = {version.matter.department_id for version in versions}
    return BundleShape.ONE_DEPARTMENT if len(owners) == 1 else BundleShape.MANY_OF_BOTH


def propose_lead(
    required: Sequence[MatterVersion], dependencies: Links, *, industry: Department | None = None
) -> Lead:
    """Return who should lead: 行业主管部门 if one is named, else 主要证照核发部门, else 首先受理部门.

    `required` are the members that are always filed, in order; `dependencies` are pairs of matter ids (first, then).
    The main licence is the certificate of an administrative licence (行政许可) to which most of the other members
    lead; where two lead equally far, there is no main one.
    """
    if industry is not None:
        return Lead(industry, LeadRule.INDUSTRY)
    licence = _main_licence(required, dependencies)
    if licence is not None:
        return Lead(licence.matter.department, LeadRule.MAIN_LICENCE)
    waiting = {then for _, then in dependencies}
    first = next((one for one in required if one.matter_id not in waiting), required[0])
    return Lead(first.matter.department, LeadRule.FIRST_ACCEPTANCE)


def lead_of(bundle: Bundle, required: Sequence[MatterVersion], dependencies: Links) -> Lead:
    """Return the lead on record with the rule that explains it; RECORDED where no rule would have proposed it."""
    proposed = propose_lead(required, dependencies, industry=bundle.industry_department)
    agrees = proposed.department.pk == bundle.lead_department_id
    return proposed if agrees else Lead(bundle.lead_department, LeadRule.RECORDED)


def is_unused(bundle: Bundle, *, now: datetime, days: int) -> bool:
    """Whether nobody has filed a bundle for so many calendar days: a zombie (僵尸清单), promised but of no use."""
    since = bundle.last_filed_at or bundle.added_at
    return since is not None and now - since >= timedelta(days=days)


def _main_licence(required: Sequence[MatterVersion], dependencies: Links) -> MatterVersion | None:
    licences = [
        one
        for one in required
        if one.item_type == ItemType.LICENSING and one.result_kind == ResultKind.CERTIFICATE
    ]
    if len({one.matter.department_id for one in licences}) == 1:
        return licences[0]
    before = {one.matter_id: len(_all_before(one.matter_id, dependencies)) for one in licences}
    most = max(before.values(), default=0)
    furthest = [one for one in licences if before[one.matter_id] == most]
    return furthest[0] if len(furthest) == 1 else None


def _all_before(matter: int, dependencies: Links) -> set[int]:
    found: set[int] = set()
    todo = [matter]
    while todo:
        here = todo.pop()
        for first, then in dependencies:
            if then == here and first not in found:
                found.add(first)
                todo.append(first)
    return found
