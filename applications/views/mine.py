"""The applicant's own applications: the list, one of them, answering a correction, withdrawing."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications import selectors
from applications.enums import ApplicationStatus, MyState
from applications.forms.citizen import CorrectionForm, WithdrawForm
from applications.models import Application, CorrectionItem
from applications.permissions import is_applicant
from applications.presenters.corrections import CorrectionPage
from applications.presenters.page import ApplicationCard, ApplicationPage
from applications.selectors import mine
from applications.services import corrections, filing, uploads
from core import clock
from core.capped import said
from core.countdown import countdown
from core.errors import NotFound
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.kept import keeps_text, restore
from core.paging import page

LIVE = "applications/_application_live.html"
POLL_SECONDS = 20 * 60


@require_safe
@login_required
@never_cache
def my_applications(request: HttpRequest) -> HttpResponse:
    """List the viewer's applications by state, newest first."""
    wanted = request.GET.get("state", "")
    state = wanted if wanted in MyState.values else ""
    now = clock.now()
    days = countdown(now)
    found = page(mine.my_applications_in(request.user, state), key=("-id",), after=request.GET.get("after"))
    context = {
        "cards": [ApplicationCard(each, now=now, countdown=days) for each in found.items],
        "next_cursor": found.next_cursor,
        "is_first": not request.GET.get("after"),
        "state": state,
        "tabs": _tabs(mine.my_counts(request.user), state),
    }
    return render(request, "applications/application_list.html", context)


def _tabs(counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    every = {"label": "全部", "url": "?", "count": said(sum(counts.values())), "active": not state}
    return [every] + [
        {"label": each.label, "url": f"?state={each}", "count": said(counts[each]), "active": each == state}
        for each in MyState
    ]


@require_safe
@login_required
@never_cache
def application(request: HttpRequest, number: str) -> HttpResponse:
    """Show one application; htmx asks again for the part that moves, and hears nothing while it stands still."""
    found = _page(request, selectors.application_for(request.user, number))
    places = mine.outlets() if found.is_ready_at_window else ()
    live = render_to_string(LIVE, {"page": found, "places": places}, request)
    seen = sha256(live.encode()).hexdigest()[:16]
    is_old = request.GET.get("seen") == seen
    if request.htmx and is_old and not _asked_enough(request):
        return HttpResponse(status=204)
    context = {
        "page": found,
        "live": mark_safe(live),  # noqa: S308 - our own template's output
        "seen": seen,
        "since": int(clock.now().timestamp()),
        "polling": found.keeps_moving and not (request.htmx and is_old),
    }
    if request.htmx:
        return render(request, "applications/_application_polled.html", context)
    context["news"] = mine.messages_about(request.user, found.application)
    context["form"] = WithdrawForm()
    return render(request, "applications/application_detail.html", context)


def _asked_enough(request: HttpRequest) -> bool:
    """Return whether a page has asked in vain for so long that it should stop, and let the session end by itself."""
    since = request.GET.get("since", "")
    return since.isdigit() and clock.now().timestamp() - int(since) > POLL_SECONDS


@require_safe
@login_required
def submitted(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm a submission: number, query code, receipt, what comes next and by when."""
    found = _page(request, _mine(request, number))
    return render(request, "applications/application_submitted.html", {"page": found})


@keeps_text
@READ_OR_SEND
@login_required
def correction(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the one correction notice: files and words for each item; what is taken stays, what is typed stays."""
    found = _mine(request, number)
    if found.status != ApplicationStatus.CORRECTION_OPEN:
        messages.info(request, "这项申请现在没有需要补正的内容。")
        return redirect("application", found.number)
    items = list(found.correction.items.all())
    form = CorrectionForm(posted(request), items=items)
    restore(request, form)
    rejected = _take_files(request, items) if request.method == "POST" else {}
    if request.method == "POST" and form.is_valid() and not rejected:
        if "save" in request.POST or "remove" in request.POST:
            return _correction_page(request, number, form, {}, saved=True)
        with refusals_as_errors(form):
            corrections.answer(
                application_id=found.pk, answers=form.answers(), by=request.user, now=clock.now()
            )
            messages.success(request, "补正已提交，窗口会继续审核，您无需到场。")
            return redirect("application", found.number)
    return _correction_page(request, number, form, rejected)


def _take_files(request: HttpRequest, items: list[CorrectionItem]) -> dict[int, list[uploads.Rejected]]:
    """Take every file that came with the form, and take out the one whose button was pressed."""
    now = clock.now()
    rejected: dict[int, list[uploads.Rejected]] = {}
    for item in items:
        files = request.FILES.getlist(f"file-{item.pk}")
        if files and item.material_id:
            refused = uploads.attach_each(material_id=item.material_id, files=files, by=request.user, now=now)
            rejected |= {item.pk: refused} if refused else {}
    if request.POST.get("remove", "").isdigit():
        _take_out(request, items)
    return rejected


def _take_out(request: HttpRequest, items: list[CorrectionItem]) -> None:
    attachment = selectors.attachment_for(request.user, int(request.POST["remove"]))
    if attachment.material_id not in {item.material_id for item in items}:
        raise NotFound("没有找到这个文件。")
    uploads.remove(attachment_id=attachment.pk, by=request.user, now=clock.now())


def _correction_page(
    request: HttpRequest, number: str, form: CorrectionForm, rejected: dict[int, Any], *, saved: bool = False
) -> HttpResponse:
    shown = CorrectionPage(_mine(request, number), form, rejected, days=countdown(clock.now()))
    status = 422 if rejected else status_of(form)
    context = {"page": shown, "form": form, "saved": saved}
    return render(request, "applications/correction_answer.html", context, status=status)


@keeps_text
@READ_OR_SEND
@login_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then withdraw what has not been decided."""
    found = _mine(request, number)
    form = WithdrawForm(posted(request))
    restore(request, form)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            filing.withdraw(
                application_id=found.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "已撤回尚未作出决定的事项。")
            return redirect("application", found.number)
    context = {"page": _page(request, found), "form": form}
    return render(request, "applications/application_withdraw.html", context, status=status_of(form))


def _mine(request: HttpRequest, number: str) -> Application:
    """Return the viewer's own application: what an applicant does here, staff do at the counter."""
    found = selectors.application_for(request.user, number)
    if not is_applicant(request.user, found):
        raise NotFound("没有找到这项申请，请核对申报号。")
    return found


def _page(request: HttpRequest, found: Application) -> ApplicationPage:
    now = clock.now()
    return ApplicationPage(
        found,
        now=now,
        countdown=countdown(now),
        documents=selectors.documents_of(found),
        changes=selectors.changes_of(found),
        is_mine=is_applicant(request.user, found),
    )
