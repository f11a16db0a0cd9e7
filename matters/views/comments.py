"""Public comment (公示): what is about to change, in plain words, and what people say of it (浙江规定 §4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import clock
from core.clock import local_date
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.throttle import TooOften, address_of, spend
from matters import selectors
from matters.presenters.batches import BatchPage, BatchRow
from matters.publishing_forms import CommentForm
from matters.services.entries import comments as comment_services
from matters.views.batches import page_of

TRIES, SECONDS = 5, 600


@require_safe
def public_comments(request: HttpRequest) -> HttpResponse:
    """List what is open for comment, and what was."""
    rows = [BatchRow(each) for each in selectors.public_batches()]
    today = local_date(clock.now())
    is_open = [row for row in rows if row.is_open_on(today)]
    context = {"open": is_open, "ended": [row for row in rows if row not in is_open]}
    return render(request, "matters/public_comments.html", context)


@READ_OR_SEND
def public_batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a batch changes, what was said of it and answered, and take down one more comment."""
    shown = page_of(selectors.public_batch(number), staff=False)
    form = CommentForm(posted(request), entries=[item.entry for item in shown.items])
    if form.is_bound and form.is_valid():
        try:
            spend(what="public-comment", who=address_of(request), times=TRIES, seconds=SECONDS)
        except TooOften as refusal:
            form.add_error(None, refusal.message)
            response = _page(request, shown, form, refusal.status)
            response["Retry-After"] = str(refusal.seconds)
            return response
        said = form.cleaned_data
        with refusals_as_errors(form):
            comment_services.comment(
                batch_id=shown.batch.pk,
                entry_id=said["entry"],
                author_name=said["author_name"],
                contact=said["contact"],
                text=said["text"],
                now=clock.now(),
            )
            messages.success(request, "已收到您的意见，答复会公布在这一页")
            return redirect("public-batch", number)
    return _page(request, shown, form, status_of(form))


def _page(request: HttpRequest, shown: BatchPage, form: CommentForm, status: int) -> HttpResponse:
    return render(request, "matters/public_batch.html", {"shown": shown, "form": form}, status=status)
