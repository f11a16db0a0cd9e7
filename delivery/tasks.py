"""What workers do for this room: ids in, one service call each."""

from celery import shared_task

from applications.services import post_checks, routing
from core import clock, queue
from delivery.services import outlet, results, shipments


@shared_task(name=routing.ISSUE_RESULT, base=queue.Consumer)
def issue_result(case_id: int) -> None:
    results.issue(case_id=case_id, now=clock.now())


@shared_task(name=post_checks.MARK_REVOKED, base=queue.Consumer)
def mark_revoked(revocation_id: int) -> None:
    results.mark_revoked(revocation_id=revocation_id, now=clock.now())


@shared_task(name=routing.GATHER, base=queue.Consumer)
def gather(application_id: int) -> None:
    outlet.gather(application_id=application_id, now=clock.now())


@shared_task(name=shipments.BOOK, base=queue.Consumer)
def book_shipment(shipment_id: int) -> None:
    shipments.book(shipment_id=shipment_id, now=clock.now())
