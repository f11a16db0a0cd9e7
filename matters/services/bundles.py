"""What becomes of bundles once they are in the catalogue."""

from collections.abc import Mapping
from datetime import datetime

from matters.models import Bundle


def note_filings(last: Mapping[int, datetime]) -> int:
    """Put on record when each bundle (id) was last filed; return how many changed. The second time it does nothing."""
    changed = []
    for bundle in Bundle.objects.filter(pk__in=last):
        if bundle.last_filed_at != last[bundle.pk]:
            bundle.last_filed_at = last[bundle.pk]
            changed.append(bundle)
    Bundle.objects.bulk_update(changed, ["last_filed_at"])
    return len(changed)
