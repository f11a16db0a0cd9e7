"""The bundles (一件事) in use, and one with all that its guide shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from core.errors import NotFound, Refusal
from matters.materials import MaterialList, merged_materials
from matters.models import Bundle, BundleMember, Matter, MatterVersion
from matters.policies import check_in_use
from matters.selectors.published import published_matters, with_steps


def bundles() -> QuerySet[Bundle]:
    """Return the bundles in use with their members' published versions, by code."""
    members = BundleMember.objects.select_related("matter__department").prefetch_related(
        Prefetch(
            "matter__versions",
            queryset=published_matters().prefetch_related(with_steps()),
            to_attr="published",
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


def _member(row: BundleMember) -> Member | None:
    if row.matter.published:
        return Member(row.matter, row.matter.published[0], row.optional)
    if not row.optional:
        check_in_use(row.matter)
    return None
