"""The pages of departments' systems: which there are, their keys, what was sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.clock import local_date
from core.errors import NotFound
from core.forms import READ_OR_SEND, posted, refusals_as_errors, status_of
from core.services import dispatch
from matters.enums import Role
from matters.permissions import holds, require
from systems import selectors
from systems.enums import Direction
from systems.forms import DayForm, NewKeyForm, RuleForm, SystemForm
from systems.models import DepartmentSystem
from systems.presenters import KeyRow, ReconciliationPage, SystemRow
from systems.services import keeping
from systems.services import rules as rule_services
from systems.sweeps import PUSHES


@require_safe
@login_required
def systems(request: HttpRequest) -> HttpResponse:
    """List the systems the viewer looks after."""
    rows = [SystemRow(each) for each in selectors.systems(request.user)]
    return render(request, "systems/systems.html", {"rows": rows, "may_change": _may_change(request)})


@READ_OR_SEND
@login_required
def new_system(request: HttpRequest) -> HttpResponse:
    """Write down the system of one more department, not in use yet."""
    form = SystemForm(posted(request), departments=selectors.departments_without(request.user))
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            keeping.keep(**form.cleaned_data, is_active=False, by=request.user, now=clock.now())
            messages.success(request, "已登记。请生成两个方向的密钥，交给部门后启用")
            return redirect("system", form.cleaned_data["department"].code)
    return render(request, "systems/system_new.html", {"form": form}, status=status_of(form))


@READ_OR_SEND
@login_required
def system(request: HttpRequest, code: str) -> HttpResponse:
    """Show one system with its keys and what was given up; administrators change it here."""
    found = selectors.system_for(request.user, code)
    initial = {"address": found.address, "is_active": found.active_since is not None}
    form = SystemForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            keeping.keep(department=found.department, **form.cleaned_data, by=request.user, now=clock.now())
            messages.success(request, "已保存")
            return redirect("system", code)
    return _page(request, found, form)


def _page(request: HttpRequest, found: DepartmentSystem, form: SystemForm, made=None) -> HttpResponse:
    context = {
        "row": SystemRow(found),
        "keys": [KeyRow(key) for key in found.keys.all()],
        "directions": Direction.choices,
        "undelivered": selectors.undelivered(found),
        "given_up": selectors.given_up(found),
        "form": form if _may_change(request) else None,
        "made": made,
    }
    return render(request, "systems/system.html", context, status=status_of(form))


@never_cache
@require_POST
@login_required
def new_key(request: HttpRequest, code: str) -> HttpResponse:
    """Make a key and show its secret, this once."""
    require(request.user, Role.ADMINISTRATOR)
    found = selectors.system_for(request.user, code)
    asked = NewKeyForm(request.POST)
    if not asked.is_valid():
        return redirect("system", code)
    direction = asked.cleaned_data["direction"]
    made = keeping.make_key(system=found, direction=direction, by=request.user, now=clock.now())
    initial = {"address": found.address, "is_active": found.active_since is not None}
    return _page(request, found, SystemForm(initial=initial), made)


@require_POST
@login_required
def end_key(request: HttpRequest, code: str, key_id: str) -> HttpResponse:
    """End a key at once."""
    require(request.user, Role.ADMINISTRATOR)
    found = selectors.system_for(request.user, code)
    keeping.end_key(system=found, key_id=key_id, by=request.user, now=clock.now())
    messages.success(request, f"密钥 {key_id} 已停用")
    return redirect("system", code)


@require_POST
@login_required
def send_again(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Send once more what was given up."""
    found = selectors.system_for(request.user, code)
    if not found.pushes.filter(pk=pk).exists():
        raise NotFound()
    dispatch.rerun(sweep=PUSHES, pk=pk, by=request.user, now=clock.now())
    messages.success(request, "已重新推送")
    return redirect("system", code)


@require_safe
@login_required
def reconciliation(request: HttpRequest, code: str) -> HttpResponse:
    """Compare one day: what was sent and acknowledged, what came in and was refused."""
    found = selectors.system_for(request.user, code)
    today = local_date(clock.now())
    form = DayForm({"day": request.GET.get("day", today.isoformat())})
    day = form.cleaned_data["day"] if form.is_valid() else today
    shown = ReconciliationPage(selectors.day_of(found, day), code, today)
    context = {"name": found.department.short_name, "form": form, "shown": shown}
    return render(request, "systems/reconciliation.html", context, status=status_of(form))


@READ_OR_SEND
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """List who is told when a result is issued; administrators add to the table."""
    shown = selectors.rules(request.user)
    form = RuleForm(posted(request))
    if form.is_bound and form.is_valid():
        with refusals_as_errors(form):
            rule_services.add(**form.cleaned_data, by=request.user, now=clock.now())
            messages.success(request, "已添加，从现在起办结的按它告知")
            return redirect("push-rules")
    context = {"rules": shown, "form": form, "may_change": _may_change(request)}
    return render(request, "systems/rules.html", context, status=status_of(form))


@require_POST
@login_required
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rule from now on."""
    rule_services.end(rule_id=pk, by=request.user, now=clock.now())
    messages.success(request, "已停用")
    return redirect("push-rules")


def _may_change(request: HttpRequest) -> bool:
    return holds(request.user, Role.ADMINISTRATOR)
