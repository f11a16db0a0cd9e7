"""The matters in use: what anybody may read of them."""

from typing import Any

from django.db import connection
from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects

from core.errors import NotFound
from matters.enums import MatterState, VersionStatus
from matters.models import Matter, MatterVersion, Step, StepFigures
from matters.policies import check_in_use, not_published


def published_matters() -> QuerySet[MatterVersion]:
    """Return the published versions of matters in use with their departments and materials, by code."""
    return _listed(status=VersionStatus.PUBLISHED, matter__state=MatterState.IN_USE)


def current_matters() -> QuerySet[MatterVersion]:
    """Return the current versions of all matters that have a guide, also of suspended and cancelled ones, by code."""
    return _listed(pk=F("matter__current"))


def _listed(**which: Any) -> QuerySet[MatterVersion]:
    found = MatterVersion.objects.filter(**which).select_related("matter__department")
    return found.prefetch_related("materials").order_by("matter__code")


def matter_for_guide(code: str) -> MatterVersion:
    """Return the current version of a matter with all that its guide shows, also of one suspended or cancelled.

    Raises NotFound for an unknown code, and Refusal `matter_not_published` for one never published.
    """
    found = MatterVersion.objects.filter(current_of__code=code).select_related("matter__department")
    version = found.prefetch_related("materials", with_steps()).first()
    if version is None:
        matter = Matter.objects.filter(code=code).first()
        if matter is None:
            raise NotFound(f"没有编码为“{code}”的事项，请核对编码，或按名称搜索。", code="matter_unknown")
        raise not_published(matter)
    version.matter.current = version
    return version


def guide_stamp(code: str) -> str | None:
    """Return what changes whenever the guide page of a matter would: of all it is made of, in one question.

    That is its version, which itself never changes, the matter's state, departments and service points, bundles with the
    matter, the template it follows, and how long it usually takes. None where a matter has no guide.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [code])
        found = cursor.fetchone()
    return found[0] if found else None


_STAMP = """
SELECT md5(concat_ws('|', v.id, v.digest, m::text,
    (SELECT string_agg(d::text, '|' ORDER BY d.id) FROM matters_department d),
    (SELECT string_agg(p::text, '|' ORDER BY p.id) FROM matters_servicepoint p),
    (SELECT string_agg(concat_ws('|', b.code, b.name, b.trips_after), '|' ORDER BY b.id) FROM matters_bundle b
        WHERE b.is_active AND b.id IN (SELECT bundle_id FROM matters_bundlemember WHERE matter_id = m.id)),
    (SELECT string_agg(t.digest, '|' ORDER BY t.id) FROM matters_mattertemplate t WHERE t.code = v.template),
    (SELECT concat_ws('|', f.n, f.median, f.p90) FROM matters_stepfigures f
        WHERE f.matter_id = m.id AND f.step_key = '')
)) FROM matters_matter m JOIN matters_matterversion v ON v.id = m.current_id WHERE m.code = %s
"""


def figures_of(version: MatterVersion) -> list[StepFigures]:
    """Return how long a matter took lately, as a whole: one row, or none where nothing has ended."""
    return list(StepFigures.objects.filter(matter=version.matter_id, step_key=""))


def matter_for_filing(code: str) -> MatterVersion:
    """Return the current version of a matter that can be applied for now; Refusal where it is not in use."""
    version = matter_for_guide(code)
    check_in_use(version.matter)
    return version


def versions_of(code: str) -> QuerySet[MatterVersion]:
    """Return every version of a matter that was ever published, the newest first; NotFound for an unknown code."""
    if not Matter.objects.filter(code=code).exists():
        raise NotFound(f"没有编码为“{code}”的事项，请核对编码，或按名称搜索。", code="matter_unknown")
    found = MatterVersion.objects.filter(matter__code=code).exclude(status=VersionStatus.DRAFT)
    return found.select_related("matter__department").order_by("-number")


def version_of(code: str, number: int) -> MatterVersion:
    """Return one published version of a matter by its number; NotFound where there is none."""
    version = versions_of(code).filter(number=number).first()
    if version is None:
        raise NotFound(f"事项 {code} 没有第 {number} 版。", code="version_unknown")
    return version


def version_list(code: str) -> list[MatterVersion]:
    """Return the versions of a matter with what brought each, without their content; NotFound where there is none."""
    found = list(versions_of(code).select_related("matter__department", "entry__batch").defer("content"))
    if not found:
        raise NotFound(f"事项 {code} 还没有发布过的版本。", code="version_unknown")
    return found


def two_versions_of(code: str, one: int, other: int) -> tuple[MatterVersion, MatterVersion]:
    """Return two versions of a matter by their numbers, the earlier first; NotFound where one is missing."""
    found = list(versions_of(code).filter(number__in=[one, other]).order_by("number"))
    if len(found) != 2:
        raise NotFound(f"事项 {code} 没有这两个版本，请从列表中选择。", code="version_unknown")
    return found[0], found[1]


def version_to_read(code: str, number: int) -> MatterVersion:
    """Return one published version of a matter with all that its guide shows; NotFound where there is none."""
    version = version_of(code, number)
    prefetch_related_objects([version], "materials", with_steps())
    return version


def topics() -> list[str]:
    """Return the topics of what is published, each once."""
    return list(published_matters().order_by("topic").values_list("topic", flat=True).distinct())


def with_steps() -> Prefetch:
    """Return what prefetches the steps of versions, in their order, with their departments."""
    return Prefetch("steps", queryset=Step.objects.select_related("department__successor").order_by("order"))
