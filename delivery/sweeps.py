"""What waits in this room."""

from datetime import datetime

from core import queue
from delivery.enums import ShipmentStatus
from delivery.models import Shipment
from delivery.services import shipments

BATCH = 200
SWEEPS = (queue.Sweep(Shipment, shipments.BOOK, "shipment_id", lambda shipment: queue.DELIVERY),)


def run_clocks(*, now: datetime) -> dict[str, int]:
    """Ask the courier about parcels on their way."""
    due = Shipment.objects.filter(status=ShipmentStatus.SENT, next_track_at__lte=now).order_by(
        "next_track_at"
    )
    return {
        "parcels_tracked": queue.run_each(
            due.values_list("pk", flat=True)[:BATCH], lambda pk: shipments.track(shipment_id=pk, now=now)
        )
    }
