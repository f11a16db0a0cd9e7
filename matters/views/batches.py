"""Batches for the office: what goes together to the public and into the catalogue."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core import clock
from core.clock import local_date
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from matters import selectors
from matters.catalogue.differences import differences
from matters.enums import Role
from matters.models import CatalogueBatch
from matters.permissions import holds
from matters.presenters.batches import BatchItem, BatchPage, BatchRow
from matters.publishing_forms import AnswerForm, BatchForm, OpenCommentForm
from matters.services.entries import batches as batch_services
from matters.services.entries import comments as comment_services


@READ_OR_SEND
@login_required
def batch_list(request: HttpRequest) -> HttpResponse:
    """List the batches with what they brought; the office announces the next one."""
    found = selectors.batches(viewer=request.user)
    now = clock.now()
    form = BatchForm(posted(request), initial=BatchForm.suggested(local_date(now)))
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            made = batch_services.prepare(**form.cleaned_data, by=request.user, now=now)
            messages.success(request, f"已建立{made.name}，锁定的条目可以纳入公示")
            return redirect("batch", made.number)
    context = {
        "rows": [BatchRow(each) for each in found],
        "form": form,
        "may_prepare": holds(request.user, Role.OFFICE),
    }
    return render(request, "matters/batch_list.html", context, status=status_of(form))


@READ_OR_SEND
@login_required
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show one batch; the office opens it for comment."""
    found = selectors.batch_for(viewer=request.user, number=number)
    form = _open_form(request, found)
    if form is not None and form.is_bound and form.is_valid():
        said = form.cleaned_data
        with refusals_as_errors(form):
            batch_services.open_comment(
                batch_id=found.pk,
                entry_ids=said["entries"],
                comment_until=said["comment_until"],
                publishes_on=said["publishes_on"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, f"{found.name}开始公示")
            return redirect("batch", number)
    return _page(request, found, form)


@require_POST
@login_required
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a batch whose day has come."""
    found = selectors.batch_for(viewer=request.user, number=number)
    batch_services.publish_batch(batch_id=found.pk, by=request.user, now=clock.now())
    messages.success(request, f"{found.name}已发布")
    return redirect("batch", number)


@require_POST
@login_required
def answer(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Answer one comment of a batch."""
    found = selectors.batch_for(viewer=request.user, number=number)
    form = AnswerForm(posted(request), prefix=f"c{pk}")
    if form.is_valid():
        with refusals_as_errors(form):
            comment_services.answer(
                comment_id=selectors.comment_on(found, pk).pk,
                answer=form.cleaned_data["answer"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "已答复，公示页可以看到")
            return redirect("batch", number)
    return _page(request, found, _open_form(request, found, sent=False), answered={pk: form})


def _open_form(request: HttpRequest, found: CatalogueBatch, *, sent: bool = True) -> OpenCommentForm | None:
    if not holds(request.user, Role.OFFICE):
        return None
    initial = {"comment_until": found.comment_until, "publishes_on": found.publishes_on}
    lockable = list(selectors.lockable(viewer=request.user))
    data = posted(request) if sent else None
    return OpenCommentForm(data, lockable=lockable, initial=initial)


def _page(
    request: HttpRequest,
    found: CatalogueBatch,
    form: OpenCommentForm | None,
    answered: dict[int, forms.Form] | None = None,
) -> HttpResponse:
    sent = answered or {}
    shown = page_of(found, staff=True)
    is_office = holds(request.user, Role.OFFICE)
    context: dict[str, Any] = {
        "shown": shown,
        "open_form": form if shown.is_preparing else None,
        "is_office": is_office,
        "comments": [
            {
                "said": one,
                "form": (sent.get(one.pk) or AnswerForm(prefix=f"c{one.pk}"))
                if is_office and one.answered_at is None
                else None,
            }
            for one in shown.comments
        ],
        "form": next(iter(sent.values()), form),
    }
    forms_sent = [*sent.values(), *([form] if form is not None else [])]
    return render(request, "matters/batch.html", context, status=status_of(*forms_sent))


def page_of(found: CatalogueBatch, *, staff: bool) -> BatchPage:
    """Return what the page of a batch shows, of staff or of the public."""
    items = [
        BatchItem(each, differences(each.base_version.content if each.base_version else {}, each.content))
        for each in selectors.entries_in(found)
    ]
    return BatchPage(
        batch=found,
        items=items,
        comments=list(selectors.comments_on(found)),
        share_now=selectors.share() if staff else (0, 0),
        today=local_date(clock.now()),
    )
