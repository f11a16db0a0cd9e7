"""Where each person's work begins, and the posts that say what it is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.forms import READ_OR_SEND, refusals_as_errors, status_of
from core.paging import page
from core.services.accounts import create_staff
from matters import selectors
from matters.enums import Role
from matters.permissions import holds, is_staff, require
from matters.services import posts as post_services
from portal.context import workspaces_of
from portal.forms import GivePostForm, PostFilterForm, StaffAccountForm

BY_PERSON = ("department__code", "user__name", "id")


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Lead each person to their own work: staff to their first workspace, applicants to their applications."""
    if not is_staff(request.user):
        return redirect("my-applications")
    workspaces = workspaces_of(request)
    if workspaces:
        return redirect(workspaces[0]["url"])
    return render(request, "portal/no_desk.html")


@require_safe
@login_required
def posts(request: HttpRequest) -> HttpResponse:
    """List the staff posts, with what an administrator may do about them."""
    filters = PostFilterForm(request.GET, departments=selectors.departments())
    filters.is_valid()
    found = selectors.staff_posts_by(viewer=request.user, **filters.cleaned_data)
    shown = page(found, key=BY_PERSON, after=request.GET.get("after"), size=50)
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    next_url = f"?{urlencode({**kept, 'after': shown.next_cursor})}" if shown.next_cursor else ""
    return render(
        request,
        "portal/posts.html",
        {
            "may_change": holds(request.user, Role.ADMINISTRATOR),
            "filters": filters,
            "page": shown,
            "next_url": next_url,
        },
    )


@sensitive_post_parameters("password")
@READ_OR_SEND
@login_required
def new_account(request: HttpRequest) -> HttpResponse:
    """Create an account for a member of staff, and go on to give it a post."""
    require(request.user, Role.ADMINISTRATOR)
    form = StaffAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            user = create_staff(**form.cleaned_data, by=request.user, now=clock.now())
            messages.success(request, f"已为{user.name}开通账号{user.username}，请接着任岗")
            return redirect(f"{reverse('post-give')}?{urlencode({'user': user.username})}")
    return render(request, "portal/staff_account_new.html", {"form": form}, status=status_of(form))


@READ_OR_SEND
@login_required
def give_post(request: HttpRequest) -> HttpResponse:
    """Give a member of staff one post."""
    form = GivePostForm(
        request.POST or None,
        initial={"user": request.GET.get("user", ""), "department": request.GET.get("department", "")},
        people=selectors.staff_accounts(viewer=request.user),
        departments=selectors.departments(),
        places=selectors.service_points(),
    )
    if request.method == "POST" and form.is_valid():
        with refusals_as_errors(form):
            post = post_services.give_post(**form.cleaned_data, by=request.user, now=clock.now())
            messages.success(request, f"已任岗：{post.user.name}，{post}")
            return redirect("posts")
    return render(request, "portal/post_give.html", {"form": form}, status=status_of(form))


@require_POST
@login_required
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post from now on."""
    post = selectors.staff_post_for(viewer=request.user, pk=pk)
    ended = post_services.end_post(post=post, by=request.user, now=clock.now())
    messages.success(request, f"已办理离岗：{ended.user.name}，{ended}")
    return redirect("posts")
