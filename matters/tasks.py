"""What workers do for the matters room; each task receipts one row and may come twice."""

from celery import shared_task

from core import clock, queue
from matters.services import guide_books, uploads


@shared_task(name=guide_books.TASK, base=queue.Consumer)
def set_guide_book(*, book_id: int) -> None:
    """Set one book of guides."""
    guide_books.set_book(book_id=book_id, now=clock.now())


@shared_task(name=uploads.TASK, base=queue.Consumer, time_limit=uploads.TASK_SECONDS)
def work_on_upload(*, upload_id: int) -> None:
    """Try out or import one catalogue file."""
    uploads.work(upload_id=upload_id, now=clock.now())
