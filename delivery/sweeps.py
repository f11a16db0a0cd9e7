"""What waits in this room."""

from datetime import datetime

from django.db.models import QuerySet

from core import queue
from delivery.enums import ShipmentStatus
from delivery.models import Certificate, Shipment
from delivery.services import results, shipments

SWEEPS = (
    queue.Sweep(
        Certificate,
        results.TELL,
        "certificate_id",
        lambda certificate: queue.DELIVERY,
        related=("case__application",),
        title="办结告知",
        label=lambda certificate: certificate.case.number,
    ),
    queue.Sweep(
        Shipment,
        shipments.BOOK,
        "shipment_id",
        lambda shipment: queue.DELIVERY,
        related=("delivery__application",),
        title="预约政务专递",
        label=lambda shipment: shipment.delivery.application.number,
    ),
)


def _parcels_to_ask_about(now: datetime) -> QuerySet:
    on_their_way = Shipment.objects.filter(status=ShipmentStatus.SENT, next_track_at__lte=now)
    return on_their_way.order_by("next_track_at").values_list("pk", flat=True)


DUE = (queue.Due("parcels_tracked", _parcels_to_ask_about, shipments.track, "shipment_id"),)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Ask the courier about parcels on their way."""
    return queue.run_due(DUE, now=now)
