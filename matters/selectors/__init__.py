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
from matters.selectors.bundled import (
    BundleGuide,
    Member,
    bundle_for_guide,
    bundles,
    bundles_with,
)
from matters.selectors.entries import entries, entries_by, entry_for, lockable
from matters.selectors.finding import find, found_matters, most_used, search, search_bundles, suggest, tally
from matters.selectors.keeping import catalogue, catalogue_departments, kept_bundles
from matters.selectors.organisation import (
    department_history,
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
from matters.selectors.themes import (
    bundles_by_trips_spared,
    bundles_for,
    matters_of_themes,
    theme_sizes,
)

__all__ = [
    "BundleGuide",
    "Member",
    "batch_for",
    "batches",
    "bundle_for_guide",
    "bundles",
    "bundles_by_trips_spared",
    "bundles_for",
    "bundles_with",
    "catalogue",
    "catalogue_departments",
    "comment_on",
    "comments_on",
    "department_history",
    "department_queues",
    "departments",
    "entries",
    "entries_by",
    "entries_in",
    "entry_for",
    "find",
    "found_matters",
    "kept_bundles",
    "lockable",
    "matter_for_filing",
    "matter_for_guide",
    "matters_of_themes",
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
    "suggest",
    "tally",
    "theme_sizes",
    "topics",
    "version_of",
    "versions_of",
]
