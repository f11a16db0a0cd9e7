"""What the editor's forms offer to choose from, and what was saved before."""

from django.db.models import QuerySet

from matters.editing.controls import Offers
from matters.models import CatalogueEntry, Department, EntryRevision, MainItem, ServicePoint


def offers() -> Offers:
    """Return what references of a guide may be chosen from, by code."""
    departments = Department.objects.filter(is_active=True)
    return Offers(
        {
            "departments": list(departments.order_by("code").values_list("code", "name")),
            "service_points": list(ServicePoint.objects.order_by("code").values_list("code", "name")),
            "main_items": list(MainItem.objects.order_by("code").values_list("code", "name")),
        }
    )


def revisions_of(entry: CatalogueEntry) -> QuerySet[EntryRevision]:
    """Return the saves of an entry the viewer may see, the newest first, without the contents."""
    return entry.revisions.select_related("by").defer("before").order_by("-number")
