"""Reading the catalogue. What is published is public, so guides and search take no viewer; staff lists do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from core.errors import NotFound, Refusal
from core.models import User
from matters.enums import CaseType, Role, VersionStatus
from matters.materials import MaterialList, merged_materials
from matters.models import (
    Bundle,
    BundleMember,
    Department,
    Matter,
    MatterVersion,
    ServicePoint,
    StaffPost,
    Step,
)
from matters.permissions import departments_of, holds, require
from matters.search import Findable, rank


def published_matters() -> QuerySet[MatterVersion]:
    """Return the published versions with their matters, departments and materials, by code."""
    return (
        MatterVersion.objects.filter(status=VersionStatus.PUBLISHED)
        .select_related("matter__department")
        .prefetch_related("materials")
        .order_by("matter__code")
    )


def matter_for_guide(code: str) -> MatterVersion:
    """Return the published version of a matter with all that its guide shows.

    Raises NotFound for an unknown code, and Refusal `matter_not_published` for a matter that cannot be
    applied for now.
    """
    version = published_matters().filter(matter__code=code).prefetch_related(_steps()).first()
    if version:
        return version
    matter = Matter.objects.filter(code=code).select_related("current", "department").first()
    if matter is None:
        raise NotFound(f"没有编码为“{code}”的事项，请核对编码，或按名称搜索。", code="matter_unknown")
    raise _not_published(matter)


def search(
    query: str,
    *,
    department: str | None = None,
    topic: str | None = None,
    service_object: int | None = None,
    instant: bool | None = None,
    max_trips: int | None = None,
) -> list[MatterVersion]:
    """Return the published versions that a query finds, best first; `department` is a code."""
    versions = published_matters()
    if department:
        versions = versions.filter(matter__department__code=department)
    if topic:
        versions = versions.filter(topic=topic)
    if service_object is not None:
        versions = versions.filter(service_objects__contains=[service_object])
    if instant is not None:
        of_kind = versions.filter if instant else versions.exclude
        versions = of_kind(case_type=CaseType.INSTANT)
    if max_trips is not None:
        versions = versions.filter(max_trips__lte=max_trips)
    found = {version.pk: version for version in versions}
    return [found[key] for key in rank(query, map(_findable_matter, found.values()))]


def search_bundles(query: str) -> list[Bundle]:
    """Return the bundles in use that a query finds by their own name or a member's, best first."""
    found = {bundle.pk: bundle for bundle in bundles()}
    return [found[key] for key in rank(query, map(_findable_bundle, found.values()))]


def most_used(limit: int, usage: Mapping[int, int]) -> list[MatterVersion]:
    """Return the published versions of the matters used most; `usage` counts by matter id.

    Where too few have been used, the ones that promise fewest trips fill the list.
    """
    versions = published_matters()
    ordered = sorted(versions, key=lambda one: (-usage.get(one.matter_id, 0), one.max_trips, one.matter.code))
    return ordered[:limit]


def bundles() -> QuerySet[Bundle]:
    """Return the bundles in use with their members' published versions, by code."""
    members = BundleMember.objects.select_related("matter__department").prefetch_related(
        Prefetch(
            "matter__versions", queryset=published_matters().prefetch_related(_steps()), to_attr="published"
        )
    )
    return (
        Bundle.objects.filter(is_active=True)
        .select_related("lead_department")
        .prefetch_related(Prefetch("members", queryset=members.order_by("order")), "dependencies")
        .order_by("code")
    )


@dataclass(frozen=True)
class Member:
    """One matter of a bundle as it can be chosen now."""

    matter: Matter
    version: MatterVersion
    optional: bool


@dataclass(frozen=True)
class BundleGuide:
    """A bundle with its members, the order among them, and the materials of all of them merged."""

    bundle: Bundle
    members: tuple[Member, ...]
    dependencies: tuple[tuple[int, int], ...]
    materials: MaterialList

    def materials_for(self, matter_ids: Sequence[int]) -> MaterialList:
        """Return the merged materials when only these members are chosen."""
        chosen = [member.version for member in self.members if member.matter.pk in set(matter_ids)]
        return merged_materials(chosen, self.dependencies)


def bundle_for_guide(code: str) -> BundleGuide:
    """Return a bundle with its members that can be applied for; those not published are left out if optional.

    Raises NotFound for an unknown code, and Refusal `bundle_inactive` or `matter_not_published` for a bundle
    that cannot be applied for now.
    """
    bundle = bundles().filter(code=code).first()
    if bundle is None:
        if Bundle.objects.filter(code=code).exists():
            raise Refusal("bundle_inactive", "这个一件事已停用，请按单个事项申报。")
        raise NotFound(f"没有编码为“{code}”的一件事，请核对编码，或按名称搜索。", code="bundle_unknown")
    members = tuple(member for row in bundle.members.all() if (member := _member(row)))
    dependencies = tuple((row.first_id, row.then_id) for row in bundle.dependencies.all())
    materials = merged_materials([member.version for member in members], dependencies)
    return BundleGuide(bundle, members, dependencies, materials)


def bundles_with(version: MatterVersion) -> QuerySet[Bundle]:
    """Return the bundles in use of which a version's matter is a member, by code."""
    return Bundle.objects.filter(is_active=True, members__matter=version.matter_id).order_by("code")


def departments() -> QuerySet[Department]:
    """Return the departments in use, by code."""
    return Department.objects.filter(is_active=True).order_by("code")


def department_queues(codes: Collection[str] | None = None) -> list[str]:
    """Return the Celery queues of the departments in use, or of those named; for workers, which act for nobody."""
    found = Department.objects.filter(is_active=True)
    if codes is not None:
        found = found.filter(code__in=codes)
    return [department.queue for department in found.order_by("code")]


def service_points() -> QuerySet[ServicePoint]:
    """Return the service points in use, by code."""
    return ServicePoint.objects.filter(is_active=True).order_by("code")


def topics() -> list[str]:
    """Return the topics of what is published, each once."""
    published = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED)
    return list(published.order_by("topic").values_list("topic", flat=True).distinct())


def catalogue(*, viewer: User, q: str = "", department: Department | None = None) -> QuerySet[MatterVersion]:
    """Return what is published with its `material_count` and `step_count`, for those who keep the catalogue.

    An editor sees their own departments' matters, the office those of all; narrowed by code or name, and department.
    """
    require(viewer, Role.EDITOR, Role.OFFICE)
    found = MatterVersion.objects.filter(
        status=VersionStatus.PUBLISHED, matter__department__in=_kept_by(viewer)
    )
    if q:
        found = found.filter(
            Q(matter__code__icontains=q) | Q(name__icontains=q) | Q(everyday_name__icontains=q)
        )
    if department:
        found = found.filter(matter__department=department)
    return found.select_related("matter__department").annotate(
        material_count=Count("materials", distinct=True), step_count=Count("steps", distinct=True)
    )


def catalogue_departments(*, viewer: User) -> QuerySet[Department]:
    """Return the departments whose matters a viewer finds in the catalogue, by code."""
    return _kept_by(viewer).order_by("code")


def staff_posts(*, viewer: User) -> QuerySet[StaffPost]:
    """Return all posts, current ones first, for an administrator, supervisor or auditor."""
    require(viewer, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR)
    return StaffPost.objects.select_related("user", "department", "service_point", "given_by").order_by(
        "-ended_at", "department__code", "user__name", "pk"
    )


def staff_posts_by(
    *, viewer: User, q: str = "", department: Department | None = None, role: str = "", ended: str = ""
) -> QuerySet[StaffPost]:
    """Return the posts narrowed by person (name or user name), department and role; ended ones only on request."""
    found = staff_posts(viewer=viewer)
    if q:
        found = found.filter(Q(user__name__icontains=q) | Q(user__username__icontains=q))
    if department:
        found = found.filter(department=department)
    if role:
        found = found.filter(role=role)
    return found if ended else found.filter(ended_at=None)


def staff_post_for(*, viewer: User, pk: int) -> StaffPost:
    """Return one post for an administrator, supervisor or auditor; NotFound where there is none."""
    found = staff_posts(viewer=viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个岗位，可能已被更正，请刷新列表。")
    return found


def staff_accounts(*, viewer: User) -> QuerySet[User]:
    """Return the accounts that may be given posts, for an administrator: those not opened by an applicant."""
    require(viewer, Role.ADMINISTRATOR)
    return User.objects.filter(applicant=None, is_active=True).order_by("name", "username")


def _kept_by(viewer: User) -> QuerySet[Department]:
    if holds(viewer, Role.OFFICE):
        return Department.objects.all()
    return Department.objects.filter(pk__in=departments_of(viewer, [Role.EDITOR]))


def _steps() -> Prefetch:
    return Prefetch("steps", queryset=Step.objects.select_related("department").order_by("order"))


def _member(row: BundleMember) -> Member | None:
    if row.matter.published:
        return Member(row.matter, row.matter.published[0], row.optional)
    if row.optional:
        return None
    raise _not_published(row.matter)


def _not_published(matter: Matter) -> Refusal:
    name = matter.current.name if matter.current else matter.code
    return Refusal(
        "matter_not_published",
        f"“{name}”目前没有在用的办事指南，暂不能办理，请向{matter.department.name}咨询。",
    )


def _findable_matter(version: MatterVersion) -> Findable:
    matter = version.matter
    elsewhere = f"{matter.department.name} {matter.department.code} {version.topic} {version.result_name}"
    return Findable(version.pk, matter.code, version.name, version.everyday_name, elsewhere)


def _findable_bundle(bundle: Bundle) -> Findable:
    names = [member.matter.published[0] for member in bundle.members.all() if member.matter.published]
    members = "/".join(f"{version.everyday_name}/{version.name}" for version in names)
    return Findable(bundle.pk, bundle.code, bundle.name, members, bundle.lead_department.name)
