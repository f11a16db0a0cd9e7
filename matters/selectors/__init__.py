"""Reading the catalogue. What is published is public, so guides and search take no viewer; staff lists do."""

from matters.selectors.batches import (
    batch_for,
    batches,
    comment_on,
    comments_on,
    entries_in,
    public_batch,
    public_batches,
    share,
)
from matters.selectors.bundled import BundleGuide, Member, bundle_for_guide, bundles, bundles_with
from matters.selectors.entries import entries, entries_by, entry_for, lockable
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
    "batch_for",
    "batches",
    "bundle_for_guide",
    "bundles",
    "bundles_with",
    "catalogue",
    "catalogue_departments",
    "comment_on",
    "comments_on",
    "department_queues",
    "departments",
    "entries",
    "entries_by",
    "entries_in",
    "entry_for",
    "lockable",
    "matter_for_filing",
    "matter_for_guide",
    "most_used",
    "public_batch",
    "public_batches",
    "published_matters",
    "search",
    "search_bundles",
    "service_points",
    "share",
    "staff_accounts",
    "staff_post_for",
    "staff_posts",
    "staff_posts_by",
    "topics",
    "version_of",
    "versions_of",
]
