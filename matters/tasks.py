"""What workers do for the matters room; each task receipts one row and may come twice."""

from celery import shared_task

from core import clock, queue
from matters.services import guide_books


@shared_task(name=guide_books.TASK, base=queue.Consumer)
def set_guide_book(*, book_id: int) -> None:
    """Set one book of guides."""
    guide_books.set_book(book_id=book_id, now=clock.now())
