"""What a bundle (一件事) is made of: its kind, who should lead it, whether anybody uses it, and what is wrong with it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from matters.catalogue.content import elements_of
from matters.checks import Finding, Severity
from matters.checks.findings import ORDER
from matters.enums import BundleShape, ItemType, LeadRule, ResultKind
from matters.models import Bundle, BundleMember, Department, MatterVersion
from matters.trips import Member, Objection, bundle_refusals

Links = Collection[tuple[int, int]]

# The words in which the catalogue names a kind, each with the shapes it can have.
KINDS: dict[str, frozenset[BundleShape]] = {
    **{shape.label: frozenset({shape}) for shape in BundleShape},
    "一件事": frozenset(BundleShape),
    "多报合一": frozenset({BundleShape.ONE_DEPARTMENT, BundleShape.MANY_OF_BOTH}),
    "多报合一（跨部门）": frozenset({BundleShape.MANY_OF_BOTH}),
    "多报合一（跨科室）": frozenset({BundleShape.ONE_DEPARTMENT}),
    "多报合一（同部门跨科室）": frozenset({BundleShape.ONE_DEPARTMENT}),
    "部门联办": frozenset({BundleShape.ONE_MATTER, BundleShape.MANY_OF_BOTH}),
    "数据推送": frozenset({BundleShape.ONE_MATTER, BundleShape.MANY_OF_BOTH}),
}


@dataclass(frozen=True)
class Lead:
    """The department that should lead a bundle, and the rule that says so."""

    department: Department
    rule: LeadRule


@dataclass(frozen=True)
class Composition:
    """A bundle with its members and the order among them; reads nothing where `selectors.bundles` has prefetched them."""

    bundle: Bundle

    @cached_property
    def rows(self) -> list[BundleMember]:
        return list(self.bundle.members.all())

    @cached_property
    def in_use(self) -> list[tuple[BundleMember, MatterVersion]]:
        """The members that are published, each with its version."""
        return [(row, row.matter.published[0]) for row in self.rows if row.matter.published]

    @property
    def versions(self) -> list[MatterVersion]:
        return [version for _, version in self.in_use]

    @property
    def required(self) -> list[MatterVersion]:
        return [version for row, version in self.in_use if not row.optional]

    @property
    def is_whole(self) -> bool:
        """Whether every member is in use, so that they say what the bundle is."""
        return bool(self.rows) and len(self.in_use) == len(self.rows)

    @cached_property
    def links(self) -> list[tuple[int, int]]:
        return [(link.first_id, link.then_id) for link in self.bundle.dependencies.all()]

    @property
    def trip_objections(self) -> list[Objection]:
        """Why the number of trips on record cannot be kept by the guides as they stand."""
        if not self.in_use:
            return []
        codes = {row.matter_id: row.matter.code for row, _ in self.in_use}
        members = [Member(elements_of(version), row.optional) for row, version in self.in_use]
        order = [(codes[first], codes[then]) for first, then in self.links if {first, then} <= codes.keys()]
        return bundle_refusals(members, order, trips_after=self.bundle.trips_after)


def shape_of(versions: Sequence[MatterVersion]) -> BundleShape | None:
    """Return which of the three kinds of 一件事 these matters make, None for one matter of one department.

    A single matter is shared by the departments of its steps; steps must be prefetched or are read.
    """
    if len(versions) == 1:
        departments = {step.department_id for step in versions[0].steps.all()}
        return BundleShape.ONE_MATTER if len(departments) > 1 else None
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


# --- what is wrong with a bundle -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class BundleCheck:
    """One check of the table; `place` is the element of the bundle in which its findings stand. It never blocks."""

    code: str
    severity: Severity
    place: str
    title: str
    how: str
    source: str
    rule: Callable[[Composition], Iterator[str]]

    blocks = False

    def find(self, made: Composition) -> Iterator[Finding]:
        """Yield what this check finds in a bundle."""
        for what in self.rule(made):
            yield Finding(self.code, self.severity, self.place, what, self.how, self.source, self.blocks)


def _kind_other(made: Composition) -> Iterator[str]:
    kind = made.bundle.kind
    shape = shape_of(made.versions) if made.is_whole else None
    if kind not in KINDS:
        yield f"类型“{kind}”不是一件事的三种之一"
    elif shape and shape not in KINDS[kind]:
        yield f"类型写“{kind}”，成员却是{shape.label}"


def _one_of_one(made: Composition) -> Iterator[str]:
    if made.is_whole and shape_of(made.versions) is None:
        yield f"只有“{made.versions[0].name}”一个事项，由一个部门办，不是一件事"


def _lead_outside(made: Composition) -> Iterator[str]:
    bundle = made.bundle
    owners = {row.matter.department_id for row in made.rows}
    if bundle.lead_department_id not in owners | {bundle.industry_department_id}:
        yield f"牵头部门{bundle.lead_department.short_name}没有成员事项，也不是写明的行业主管部门"


def _trips_not_kept(made: Composition) -> Iterator[str]:
    yield from (one.text for one in made.trip_objections)


_DEFINITION = "审批简报：一部门多事项、多部门一事项、多部门多事项界定为一件事"
_TABLE = (
    BundleCheck(
        "bundle_kind_other",
        Severity.WARNING,
        "kind",
        "类型不是一件事的三种之一，或与成员不符",
        f"按成员改正类型，可写：{'、'.join(KINDS)}。",
        _DEFINITION,
        _kind_other,
    ),
    BundleCheck(
        "bundle_single_matter",
        Severity.ERROR,
        "members",
        "只有一个事项，又只由一个部门办",
        "补上应当一起办的事项；没有的，作为单个事项办理，不列为一件事。",
        _DEFINITION,
        _one_of_one,
    ),
    BundleCheck(
        "bundle_lead_outside",
        Severity.WARNING,
        "lead_department",
        "牵头部门没有成员事项，也不是行业主管部门",
        "按行业主管、主要证照、首先受理的顺序改定牵头部门；确由行业主管部门牵头的，写明行业主管部门。",
        "审批简报：按行业主管、主要证照、首先受理确定牵头部门",
        _lead_outside,
    ),
    BundleCheck(
        "bundle_trips_not_kept",
        Severity.ERROR,
        "trips_after",
        "公布的到现场次数做不到",
        "按推算改正改革后次数，或改进成员事项的流程（增加免到场方式、开通结果寄送）。",
        "浙江省保障“最多跑一次”改革规定 第2条、第4条第4款",
        _trips_not_kept,
    ),
)
BUNDLE_CHECKS = {one.code: one for one in _TABLE}


def check_bundle(made: Composition) -> list[Finding]:
    """Return everything that is wrong with a bundle, the gravest first."""
    found = [finding for check in BUNDLE_CHECKS.values() for finding in check.find(made)]
    return sorted(found, key=lambda one: ORDER[one.severity])
