"""The matters in use: what anybody may read of them."""

from django.db.models import Prefetch, QuerySet

from core.errors import NotFound, Refusal
from matters.enums import VersionStatus
from matters.models import Matter, MatterVersion, Step


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
    version = published_matters().filter(matter__code=code).prefetch_related(with_steps()).first()
    if version:
        return version
    matter = Matter.objects.filter(code=code).select_related("current", "department").first()
    if matter is None:
        raise NotFound(f"没有编码为“{code}”的事项，请核对编码，或按名称搜索。", code="matter_unknown")
    raise not_published(matter)


def topics() -> list[str]:
    """Return the topics of what is published, each once."""
    published = MatterVersion.objects.filter(status=VersionStatus.PUBLISHED)
    return list(published.order_by("topic").values_list("topic", flat=True).distinct())


def with_steps() -> Prefetch:
    """Return what prefetches the steps of versions, in their order, with their departments."""
    return Prefetch("steps", queryset=Step.objects.select_related("department").order_by("order"))


def not_published(matter: Matter) -> Refusal:
    """Return the refusal of a matter that has no guide in use."""
    name = matter.current.name if matter.current else matter.code
    return Refusal(
        "matter_not_published",
        f"“{name}”目前没有在用的办事指南，暂不能办理，请向{matter.department.name}咨询。",
    )
