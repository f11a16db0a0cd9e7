"""Books of guides (办事指南汇编): which there are, how far one has come, and the file."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import NotFound
from core.throttle import address_of, spend
from core.uploads import PDF
from matters import selectors
from matters.selectors.papers import guide_book, publishing_departments
from matters.services import guide_books
from matters.views.papers import hardened

BOOKS_A_MINUTE = 10
SECONDS_BETWEEN_LOOKS = 2


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Offer a book of all guides, and one for each department that has any."""
    return render(request, "matters/guide_books.html", {"departments": publishing_departments()})


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Have a book set, unless the same one is there already, and go to where it will be."""
    spend(what="guide-book", who=address_of(request), times=BOOKS_A_MINUTE, seconds=60)
    code = request.POST.get("department", "")
    department = get_object_or_404(selectors.departments(), code=code) if code else None
    book = guide_books.ask(department=department, now=clock.now())
    return redirect("guide-book", book.digest)


@require_safe
def book(request: HttpRequest, digest: str) -> HttpResponse:
    """Show how far a book has come; the page looks again by itself until the book is there."""
    found = guide_book(digest)
    response = render(request, "matters/guide_book.html", {"book": found})
    if not found.receipted_at and not found.failed_at:
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@require_safe
def file(request: HttpRequest, digest: str) -> HttpResponse:
    """Send a book that is there; one that is not leads back to the page that tells how far it is."""
    found = guide_book(digest)
    if not found.receipted_at:
        return redirect("guide-book", digest)
    try:
        opened = found.file.open()
    except FileNotFoundError as missing:
        raise NotFound("这本汇编的文件已经清理，请回到汇编页重新生成。") from missing
    response = FileResponse(opened, content_type=PDF, filename=f"{found.title}.pdf")
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return hardened(response)
