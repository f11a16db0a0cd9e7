"""Reading for a person: deliveries, handovers and parcels of the applications the viewer may see."""

from django.db.models import QuerySet

from applications.permissions import visible_applications
from core.models import User
from delivery.models import Delivery, Handover, Shipment


def deliveries(viewer: User) -> QuerySet[Delivery]:
    """Return the deliveries of the applications the viewer may see, newest first."""
    return (
        Delivery.objects.filter(application__in=visible_applications(viewer).values("pk"))
        .select_related("application__applicant")
        .prefetch_related("application__cases__certificate__document", "application__cases__version__matter")
        .order_by("-id")
    )


def handovers(viewer: User) -> QuerySet[Handover]:
    """Return the handovers of the applications the viewer may see, newest first."""
    return (
        Handover.objects.filter(delivery__application__in=visible_applications(viewer).values("pk"))
        .select_related("delivery__application", "service_point", "handed_by")
        .order_by("-id")
    )


def parcels(viewer: User) -> QuerySet[Shipment]:
    """Return the parcels of the applications the viewer may see, newest first."""
    return (
        Shipment.objects.filter(delivery__application__in=visible_applications(viewer).values("pk"))
        .select_related("delivery__application__applicant")
        .prefetch_related("events")
        .order_by("-id")
    )
