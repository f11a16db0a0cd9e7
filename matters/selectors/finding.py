"""What a query finds, and what is used most."""

from collections.abc import Mapping

from matters.enums import CaseType
from matters.models import Bundle, MatterVersion
from matters.search import Findable, rank
from matters.selectors.bundled import bundles
from matters.selectors.published import published_matters


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


def _findable_matter(version: MatterVersion) -> Findable:
    matter = version.matter
    elsewhere = f"{matter.department.name} {matter.department.code} {version.topic} {version.result_name}"
    return Findable(version.pk, matter.code, version.name, version.everyday_name, elsewhere)


def _findable_bundle(bundle: Bundle) -> Findable:
    names = [member.matter.published[0] for member in bundle.members.all() if member.matter.published]
    members = "/".join(f"{version.everyday_name}/{version.name}" for version in names)
    return Findable(bundle.pk, bundle.code, bundle.name, members, bundle.lead_department.name)
