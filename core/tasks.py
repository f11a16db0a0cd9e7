"""What workers do for the core room; each task receipts one row and may come twice."""

from celery import shared_task

from core import clock, queue
from core.services import documents, notices


@shared_task(name=documents.RENDER_TASK, base=queue.Consumer)
def render_document(*, document_id: int) -> None:
    """Render one official document."""
    documents.render(document_id=document_id, now=clock.now())


@shared_task(name=notices.SEND_TASK, base=queue.Consumer)
def send_sms(*, sms_id: int) -> None:
    """Send one short message."""
    notices.deliver_sms(sms_id=sms_id, now=clock.now())
