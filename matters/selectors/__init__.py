"""Reading the catalogue. What is published is public, so guides and search take no viewer; staff lists do."""

from matters.selectors.bundled import BundleGuide, Member, bundle_for_guide, bundles, bundles_with
from matters.selectors.finding import most_used, search, search_bundles
from matters.selectors.keeping import catalogue, catalogue_departments
from matters.selectors.organisation import (
    department_queues,
    departments,
    service_points,
    staff_accounts,
    staff_post_for,
    staff_posts,
    staff_posts_by,
)
from matters.selectors.published import (
    matter_for_filing,
    matter_for_guide,
    published_matters,
    topics,
    version_of,
    versions_of,
)

__all__ = [
    "BundleGuide",
    "Member",
    "bundle_for_guide",
    "bundles",
    "bundles_with",
    "catalogue",
    "catalogue_departments",
    "department_queues",
    "departments",
    "matter_for_filing",
    "matter_for_guide",
    "most_used",
    "published_matters",
    "search",
    "search_bundles",
    "service_points",
    "staff_accounts",
    "staff_post_for",
    "staff_posts",
    "staff_posts_by",
    "topics",
    "version_of",
    "versions_of",
]
