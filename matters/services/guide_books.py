"""Books of guides (办事指南汇编): asked for by anybody, set by a worker, and set again only when a guide has changed."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from core.clock import local_date
from core.documents.typesetting import typeset
from core.errors import NotFound, Refusal
from core.models.dispatch import Dispatched, in_words
from core.queue import BACKGROUND, enqueue
from matters import selectors
from matters.models import Department, GuideBook, MatterVersion, ServicePoint
from matters.presenters import GuidePresenter, paper
from matters.selectors.published import with_steps

TASK = "matters.set_guide_book"
# Counts with the content: a book of an earlier layout is set again.
LAYOUT = 1
MOST_ATTEMPTS = 5
STEP = 25


def ask(*, department: Department | None, now: datetime) -> GuideBook:
    """Return the book of a department's published guides, or of all of them; have it set if it is new,
    has failed, or its file has been cleared away.

    Raises Refusal `guide_book_empty` where nothing is published.
    """
    versions = _versions(department)
    count = versions.count()
    if not count:
        raise Refusal("guide_book_empty", "这个部门还没有在用的办事指南。")
    with transaction.atomic():
        book, is_new = GuideBook.objects.get_or_create(
            digest=_digest(department, versions),
            defaults={
                "department": department,
                "title": f"{department.name if department else ''}办事指南汇编",
                "count": count,
                "asked_at": now,
                "next_attempt_at": now + Dispatched.FIRST_WAIT,
            },
        )
        if book.failed_at or _is_gone(book):
            book.failed_at = book.receipted_at = None
            book.attempts, book.done, book.next_attempt_at = 0, 0, now + Dispatched.FIRST_WAIT
            book.save(update_fields=["failed_at", "receipted_at", "attempts", "done", "next_attempt_at"])
            is_new = True
        if is_new:
            enqueue(TASK, queue=BACKGROUND, book_id=book.pk)
    return book


def set_book(*, book_id: int, now: datetime) -> GuideBook:
    """Read the guides, typeset the book and receipt it; one that is set already is returned as it stands.

    How far it has come is written as it goes. A failure is kept in the row and raised; the sweep tries again,
    MOST_ATTEMPTS times at most. Raises NotFound for a row that is gone.
    """
    book = GuideBook.objects.select_related("department").filter(pk=book_id).first()
    if book is None:
        raise NotFound()
    if book.receipted_at:
        return book
    try:
        said = paper.book(
            _guides(book),
            title=book.title,
            issuer=book.department.name if book.department else "政务服务",
            address=f"{settings.PUBLIC_URL}/search/",
            day=local_date(book.asked_at).isoformat(),
        )
        content = typeset("guide_book", said, at=book.asked_at, number=book.digest)
        return _store(book, content, now)
    except Exception as error:  # a storage backend raises what it likes
        _record_failure(book, error, now)
        raise


def _is_gone(book: GuideBook) -> bool:
    """Return whether a finished book's file has been cleared away."""
    return bool(book.receipted_at) and not default_storage.exists(book.file.name or "")


def _store(book: GuideBook, content: bytes, now: datetime) -> GuideBook:
    name = f"guides/books/{book.digest}.pdf"
    with transaction.atomic():
        locked = GuideBook.objects.select_for_update().get(pk=book.pk)
        if locked.receipted_at is None:
            default_storage.delete(name)
            locked.file.name = default_storage.save(name, ContentFile(content))
            locked.done, locked.receipted_at, locked.last_error = locked.count, now, ""
            locked.save(update_fields=["file", "done", "receipted_at", "last_error"])
    return locked


def _record_failure(book: GuideBook, error: Exception, now: datetime) -> None:
    failed_at = now if book.attempts + 1 >= MOST_ATTEMPTS else None
    GuideBook.objects.filter(pk=book.pk).update(last_error=in_words(error), failed_at=failed_at)


def _guides(book: GuideBook) -> Iterator[GuidePresenter]:
    points = list(selectors.service_points())
    departments = selectors.department_names()
    versions = _versions(book.department).order_by("matter__department__code", "matter__code")
    for done, version in enumerate(versions.prefetch_related(with_steps()), start=1):
        yield GuidePresenter(version, points, departments)
        if done % STEP == 0:
            GuideBook.objects.filter(pk=book.pk).update(done=done)


def _versions(department: Department | None) -> QuerySet[MatterVersion]:
    found = selectors.published_matters()
    return found.filter(matter__department=department) if department else found


def _digest(department: Department | None, versions: QuerySet[MatterVersion]) -> str:
    """Return what the book is made of, in short: every version, and what departments and service points say."""
    parts = [
        LAYOUT,
        department.code if department else "",
        list(versions.order_by("matter__code").values_list("matter__code", "number", "digest")),
        list(Department.objects.order_by("code").values_list("name", "consult_phone", "complaint_phone")),
        list(
            ServicePoint.objects.filter(is_active=True)
            .order_by("code")
            .values_list("code", "name", "address", "hours", "phone")
        ),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
