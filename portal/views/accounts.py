"""Signing in and out, registering, and passwords."""

from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from axes.utils import reset as forgive_failures
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import clock
from core.enums import ApplicantKind, CodePurpose
from core.forms import READ_OR_SEND, refusals_as_errors, status_of
from core.kept import is_waiting
from core.masking import mask_phone
from core.services import accounts
from core.throttle import address_of, spend
from portal.forms import ChangePasswordForm, PhoneForm, RegisterForm, ResetPasswordForm, SignInForm

CODES, CODES_SECONDS = 30, 600  # a hall full of people behind one address, but nobody who floods phones
BACKEND = "core.auth.ByAnyName"
ASKING = {
    CodePurpose.REGISTER: (RegisterForm, "portal/register.html"),
    CodePurpose.RESET: (ResetPasswordForm, "portal/reset_password.html"),
}


@never_cache
@sensitive_post_parameters("password")
@READ_OR_SEND
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a person in by any of their names, and lead them to where they wanted to go, or to their work."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = authenticate(request, username=data["name"], password=data["password"])
        if user is not None:
            login(request, user)
            return redirect(_wanted(request))
        form.add_error(None, "用户名或密码不正确，请核对后重试；连续5次不正确，将暂停登录15分钟。")
    elif request.method in ("GET", "HEAD") and request.user.is_authenticated:
        return redirect(_wanted(request))
    return _page(request, "portal/sign_in.html", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign the person out."""
    logout(request)
    messages.success(request, "您已退出登录")
    return redirect("home")


@never_cache
@sensitive_post_parameters("password", "password_again")
@READ_OR_SEND
def register(request: HttpRequest) -> HttpResponse:
    """Open an account for a person or an organisation, and sign them in."""
    form = RegisterForm(
        request.POST or None, initial={"kind": request.GET.get("kind", ApplicantKind.NATURAL)}
    )
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "password_again"}
        with refusals_as_errors(form):
            user = accounts.register(**given, now=clock.now())
            login(request, user, backend=BACKEND)
            messages.success(request, "注册成功，已为您登录")
            return redirect(_wanted(request))
    return _page(request, "portal/register.html", form)


@require_POST
def request_code(request: HttpRequest) -> HttpResponse:
    """Send a one-time code; htmx gets a sentence, a form without JavaScript gets its page back as it was typed."""
    form = PhoneForm(request.POST)
    if form.is_valid():
        with refusals_as_errors(form):
            spend(what="phone-code", who=address_of(request), times=CODES, seconds=CODES_SECONDS)
            accounts.request_code(**form.cleaned_data, now=clock.now())
    sent_to = "" if form.errors else mask_phone(form.cleaned_data["phone"])
    context = {"phone_form": form, "sent_to": sent_to, "demo": settings.DEMO or settings.DEBUG}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "portal/_code_sent.html", context)
    whole, template = ASKING.get(request.POST.get("purpose"), ASKING[CodePurpose.REGISTER])
    typed = {name: value for name, value in request.POST.items() if "password" not in name}
    return render(
        request,
        template,
        {**context, "form": whole(initial=typed), **_way_on(request)},
        status=status_of(form),
    )


@never_cache
@sensitive_post_parameters("password", "password_again")
@READ_OR_SEND
def reset_password(request: HttpRequest) -> HttpResponse:
    """Set a new password for who holds the phone and knows the identity number."""
    form = ResetPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "password_again"}
        with refusals_as_errors(form):
            user = accounts.reset_password(**given, now=clock.now())
            forgive_failures(username=user.username)
            messages.success(request, "密码已重新设置，请用新密码登录")
            return redirect("sign-in")
    return _page(request, "portal/reset_password.html", form)


@never_cache
@sensitive_post_parameters("current", "password", "password_again")
@READ_OR_SEND
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_as_errors(form):
            user = accounts.change_password(
                by=request.user, current=data["current"], password=data["password"], now=clock.now()
            )
            update_session_auth_hash(request, user)
            messages.success(request, "密码已修改，其他设备上的登录已退出")
            return redirect("desk")
    return _page(request, "portal/change_password.html", form)


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Say that a name is locked after too many failures, and when to try again; each further try begins the time anew."""
    wait = get_cool_off(request) or timedelta(0)
    minutes = int(wait.total_seconds() // 60)
    if request.path.startswith("/api/"):
        return _locked_problem(minutes)
    context = {"minutes": minutes, "again_at": clock.now() + wait, "limit": settings.AXES_FAILURE_LIMIT}
    response = render(request, "portal/locked_out.html", context, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response


def _locked_problem(minutes: int) -> JsonResponse:
    title = f"连续多次密码不正确，请{minutes}分钟后再试，或重新设置密码。"
    body = {
        "type": "/api/problems/#locked_out",
        "title": title,
        "status": 429,
        "code": "locked_out",
        "errors": [],
    }
    return JsonResponse(body, status=429, content_type="application/problem+json")


def _page(request: HttpRequest, template: str, form: BaseForm) -> HttpResponse:
    context = {
        "form": form,
        "demo": settings.DEMO or settings.DEBUG,
        "kept": is_waiting(request),
        **_way_on(request),
    }
    return render(request, template, context, status=status_of(form))


def _way_on(request: HttpRequest) -> dict[str, str]:
    return {"next": request.POST.get("next") or request.GET.get("next", "")}


def _wanted(request: HttpRequest) -> str:
    """Return the address the person wanted before signing in if it is ours, else that of their work."""
    wanted = _way_on(request)["next"]
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("desk")
